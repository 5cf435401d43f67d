/// Where a record was read, and how many producers this run has.
public struct StampPlace: Sendable {
  public var partition: Int32
  public var producers: Int

  @inlinable
  public init(partition: Int32, producers: Int) {
    self.partition = partition
    self.producers = producers
  }

  /// A producer of this run sent it to the partition where it was read.
  func isNamed(by who: UInt64) -> Bool {
    Int(who >> 20) < producers && who & 0xf_ffff == UInt64(UInt32(bitPattern: partition) & 0xf_ffff)
  }
}

/// Tells a damaged stamp of this run from the bytes of a record that never had one.
///
/// A stamp whose checksum is wrong counts as damaged only if enough of the rest is this run's; all
/// else is foreign. Damage to several parts of a stamp may so pass for a foreign record: its own
/// record is then missing, and counts as lost.
extension StampCodec {
  /// The run's tag stands where it belongs, and a second part of the stamp agrees; or all but the
  /// tag agrees with the checksum.
  ///
  /// Another producer's random bytes pass for damage with a chance below 2^-52 a record: 2^-32 for
  /// the tag, times 2^-20 for the partition or 2^-24 for the sequence.
  @usableFromInline
  func unsoundFull(_ bytes: RawSpan, payload: UInt64, at place: StampPlace) -> StampReading {
    let word0 = Checksum64.word(bytes, 0)
    let sequence = Checksum64.word(bytes, 8)
    guard UInt32(truncatingIfNeeded: word0) == runTag else {
      let restored = word0 & ~0xffff_ffff | UInt64(runTag)
      let sum = checksum(restored, sequence, Checksum64.word(bytes, 16), payload: payload)
      return sum == Checksum64.word(bytes, 24) ? .corrupted : .foreign
    }
    return place.isNamed(by: word0 >> 32) || sequence < 1 << 40 ? .corrupted : .foreign
  }

  /// The compact form has no tag: its producer and partition stand where they belong, or all but
  /// these agrees with the checksum.
  ///
  /// The chance of another producer's random bytes is below `producers · 2^-31` a record.
  @usableFromInline
  func unsoundCompact(_ bytes: RawSpan, payload: UInt64, at place: StampPlace) -> StampReading {
    let word0 = Checksum64.word(bytes, 0)
    let rest = Checksum64.word(bytes, 8)
    if place.isNamed(by: word0 >> 32) { return .corrupted }
    for producer in 0..<min(place.producers, RecordStamp.producerLimit) {
      let stamp = RecordStamp(
        producer: producer, partition: place.partition, sequence: 0, scheduledNanos: 0)
      let sum = checksum(UInt64(runTag), Self.who(stamp), rest, payload: payload)
      if UInt32(truncatingIfNeeded: sum) == UInt32(truncatingIfNeeded: word0) { return .corrupted }
    }
    return .foreign
  }
}
