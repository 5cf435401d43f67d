/// What every record of a run carries: who sent it, where to, as which, and when it was due.
public struct RecordStamp: Sendable, Equatable {
  /// From 0 to 4,095.
  public var producer: Int
  /// From 0 to 1,048,575.
  public var partition: Int32
  /// From 0, within the records of this producer to this partition.
  public var sequence: UInt64
  /// When it was due (open loop) or appended (closed loop), on the run's monotonic clock.
  public var scheduledNanos: Int64

  public static let producerLimit = 1 << 12
  public static let partitionLimit = 1 << 20

  @inlinable
  public init(producer: Int, partition: Int32, sequence: UInt64, scheduledNanos: Int64) {
    self.producer = producer
    self.partition = partition
    self.sequence = sequence
    self.scheduledNanos = scheduledNanos
  }
}

/// What the stamp of a record that was read says.
public enum StampReading: Sendable, Equatable {
  case sound(RecordStamp)
  /// No stamp of this run: another producer's record, which cannot be verified.
  case foreign
  /// A stamp of this run that is not what its checksum says.
  case corrupted
}

/// Writes and reads stamps.
///
/// Layout, little-endian. `who` is `producer << 20 | partition`; `checksum` covers the rest of the
/// stamp and the payload behind it (the whole value, where the stamp is in a header):
/// ```
/// full, header   [runTag u32 | who u32 | sequence u64 | scheduledNanos i64 | checksum u64]
/// compact        [checksum u32 | who u32 | sequence u32 | scheduled u32, microseconds since epoch]
/// ```
/// The compact form's sequence is completed by the reader, who knows what is next; its time wraps
/// after 71 minutes and is completed from now.
public struct StampCodec: Sendable {
  /// Tells this measurement's records from those of others.
  public let runTag: UInt32
  public let form: StampForm
  /// The zero of the compact form's times, on the run's monotonic clock.
  public let epochNanos: Int64

  public init(runTag: UInt32, form: StampForm, epochNanos: Int64) {
    self.runTag = runTag
    self.form = form
    self.epochNanos = epochNanos
  }

  /// The checksum of a record whose payload's checksum is known: a few nanoseconds.
  @inlinable
  func checksum(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, payload: UInt64) -> UInt64 {
    Checksum64.mix(
      Checksum64.mix(word0 ^ Checksum64.k0, word1 ^ payload) ^ Checksum64.k3,
      word2 ^ Checksum64.k1 ^ payload)
  }

  @inlinable
  static func who(_ stamp: RecordStamp) -> UInt64 {
    UInt64(truncatingIfNeeded: stamp.producer) << 20
      | UInt64(UInt32(bitPattern: stamp.partition) & 0xf_ffff)
  }

  /// Writes `stamp` at `position`; `payload` is the checksum of what follows it (or of the value).
  @inlinable
  public func write(
    _ stamp: RecordStamp, payload: UInt64, into bytes: inout MutableRawSpan, at position: Int
  ) {
    let who = Self.who(stamp)
    if form == .compact {
      let elapsed = UInt64(bitPattern: stamp.scheduledNanos &- epochNanos) / 1000
      let rest =
        UInt64(UInt32(truncatingIfNeeded: stamp.sequence))
        | UInt64(UInt32(truncatingIfNeeded: elapsed)) << 32
      let sum = checksum(UInt64(runTag), who, rest, payload: payload)
      bytes.storeBytes(
        of: (UInt64(UInt32(truncatingIfNeeded: sum)) | who << 32).littleEndian,
        toByteOffset: position, as: UInt64.self)
      bytes.storeBytes(of: rest.littleEndian, toByteOffset: position &+ 8, as: UInt64.self)
      return
    }
    let word0 = UInt64(runTag) | who << 32
    let word2 = UInt64(bitPattern: stamp.scheduledNanos)
    let sum = checksum(word0, stamp.sequence, word2, payload: payload)
    bytes.storeBytes(of: word0.littleEndian, toByteOffset: position, as: UInt64.self)
    bytes.storeBytes(
      of: stamp.sequence.littleEndian, toByteOffset: position &+ 8, as: UInt64.self)
    bytes.storeBytes(of: word2.littleEndian, toByteOffset: position &+ 16, as: UInt64.self)
    bytes.storeBytes(of: sum.littleEndian, toByteOffset: position &+ 24, as: UInt64.self)
  }

  /// Reads and verifies a record whose value carries the stamp.
  ///
  /// - Parameters:
  ///   - expectedSequence: The next one of the partition, to complete the compact form's; near
  ///     enough is enough.
  ///   - nowNanos: To complete the compact form's time.
  ///   - place: Where it was read, to know a damaged stamp of this run from none.
  @inlinable
  public func read(
    value: RawSpan, expectedSequence: UInt64, nowNanos: Int64, at place: StampPlace
  ) -> StampReading {
    if form == .compact {
      return readCompact(value, expectedSequence: expectedSequence, nowNanos: nowNanos, at: place)
    }
    guard value.byteCount >= StampForm.fullSize else { return .foreign }
    let payload = Checksum64.checksum(value.extracting(droppingFirst: StampForm.fullSize))
    return readFull(value, payload: payload, at: place)
  }

  /// Reads and verifies a record whose stamp is in the header `StampForm.headerKey`.
  @inlinable
  public func read(value: RawSpan, header: RawSpan, at place: StampPlace) -> StampReading {
    guard header.byteCount == StampForm.fullSize else { return .corrupted }
    return readFull(header, payload: Checksum64.checksum(value), at: place)
  }

  @inlinable
  func readFull(_ bytes: RawSpan, payload: UInt64, at place: StampPlace) -> StampReading {
    let word0 = Checksum64.word(bytes, 0)
    let sequence = Checksum64.word(bytes, 8)
    let word2 = Checksum64.word(bytes, 16)
    let sum = checksum(word0, sequence, word2, payload: payload)
    guard sum == Checksum64.word(bytes, 24) else {
      return unsoundFull(bytes, payload: payload, at: place)
    }
    guard UInt32(truncatingIfNeeded: word0) == runTag else { return .foreign }
    return .sound(
      RecordStamp(
        producer: Int(word0 >> 52), partition: Int32(truncatingIfNeeded: word0 >> 32 & 0xf_ffff),
        sequence: sequence, scheduledNanos: Int64(bitPattern: word2)))
  }

  @inlinable
  func readCompact(
    _ value: RawSpan, expectedSequence: UInt64, nowNanos: Int64, at place: StampPlace
  ) -> StampReading {
    guard value.byteCount >= StampForm.compactSize else { return .foreign }
    let payload = Checksum64.checksum(value.extracting(droppingFirst: StampForm.compactSize))
    let word0 = Checksum64.word(value, 0)
    let rest = Checksum64.word(value, 8)
    let who = word0 >> 32
    let sum = checksum(UInt64(runTag), who, rest, payload: payload)
    guard UInt32(truncatingIfNeeded: sum) == UInt32(truncatingIfNeeded: word0) else {
      return unsoundCompact(value, payload: payload, at: place)
    }
    let ahead = Int32(
      bitPattern: UInt32(truncatingIfNeeded: rest) &- UInt32(truncatingIfNeeded: expectedSequence))
    let nowMicros = UInt64(bitPattern: nowNanos &- epochNanos) / 1000
    let behind = Int32(
      bitPattern: UInt32(truncatingIfNeeded: nowMicros) &- UInt32(truncatingIfNeeded: rest >> 32))
    return .sound(
      RecordStamp(
        producer: Int(who >> 20), partition: Int32(truncatingIfNeeded: who & 0xf_ffff),
        sequence: UInt64(bitPattern: Int64(bitPattern: expectedSequence) &+ Int64(ahead)),
        scheduledNanos: epochNanos &+ (Int64(bitPattern: nowMicros) &- Int64(behind)) &* 1000))
  }
}

extension RawSpan {
  /// What follows the first `count` bytes, which are there.
  @inlinable
  @_lifetime(copy self)
  func extracting(droppingFirst count: Int) -> RawSpan {
    extracting(count..<byteCount)
  }
}
