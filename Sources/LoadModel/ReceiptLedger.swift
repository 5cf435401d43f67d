/// What one consumer read: the sequences of each producer in each partition, and what was wrong.
///
/// A partition is read by one consumer at a time; ledgers of several are merged afterwards.
public struct ReceiptLedger: Sendable {
  @usableFromInline
  struct Stream: Sendable {
    /// The run of sequences that is being read: `from ..< next`.
    @usableFromInline var from: UInt64 = 0
    @usableFromInline var next: UInt64 = 0
    /// What was read besides.
    @usableFromInline var others = SequenceSet()

    @usableFromInline init() {}
  }

  /// By partition, then by producer; a partition that was not read has no streams.
  @usableFromInline var partitions: [[Stream]]
  @usableFromInline let producers: Int
  public private(set) var duplicated: Int64 = 0
  public private(set) var reordered: Int64 = 0
  public internal(set) var corrupted: Int64 = 0
  public internal(set) var wrongPartition: Int64 = 0
  public internal(set) var foreign: Int64 = 0
  @usableFromInline var receivedCount: Int64 = 0
  /// Sound records of this run.
  public var received: Int64 { receivedCount }

  public init(producers: Int, partitions: Int) {
    self.producers = producers
    self.partitions = Array(repeating: [], count: partitions)
  }

  /// What the next record of `producer` in `partition` should be: completes compact stamps.
  @inlinable
  public func expectedSequence(producer: Int, partition: Int32) -> UInt64 {
    let streams = partitions[Int(partition)]
    return producer < streams.count ? streams[producer].next : 0
  }

  /// Reads, verifies and counts one record whose value carries the stamp.
  ///
  /// - Parameter nowNanos: On the run's monotonic clock; one reading a batch is enough.
  /// - Returns: When the record was due; nil where it is not sound.
  /// - Complexity: O(bytes of the value); no heap allocation while records come in order.
  @inlinable
  public mutating func receive(
    value: RawSpan, partition: Int32, codec: StampCodec, nowNanos: Int64
  ) -> Int64? {
    var expected: UInt64 = 0
    if codec.form == .compact, value.byteCount >= StampForm.compactSize {
      let producer = Int(Checksum64.word(value, 0) >> 52)
      expected = expectedSequence(producer: producer, partition: partition)
    }
    return count(
      codec.read(
        value: value, expectedSequence: expected, nowNanos: nowNanos,
        at: StampPlace(partition: partition, producers: producers)),
      partition: partition)
  }

  /// The same for a record whose stamp is in a header.
  @inlinable
  public mutating func receive(
    value: RawSpan, header: RawSpan, partition: Int32, codec: StampCodec
  ) -> Int64? {
    count(
      codec.read(
        value: value, header: header,
        at: StampPlace(partition: partition, producers: producers)),
      partition: partition)
  }

  /// A record without the value or the header that would carry a stamp: another producer's.
  public mutating func receiveWithoutStamp() { foreign &+= 1 }

  /// A record, or what should be one, that cannot be read at all.
  public mutating func receiveUnreadable() { corrupted &+= 1 }

  /// Counts what a stamp said.
  @inlinable
  public mutating func count(_ reading: StampReading, partition: Int32) -> Int64? {
    guard case .sound(let stamp) = reading, stamp.producer < producers else {
      countUnsound(reading)
      return nil
    }
    receivedCount &+= 1
    guard stamp.partition == partition else {
      countWrongPartition()
      return stamp.scheduledNanos
    }
    let index = Int(partition)
    if stamp.producer < partitions[index].count,
      partitions[index][stamp.producer].next == stamp.sequence
    {
      partitions[index][stamp.producer].next = stamp.sequence &+ 1
    } else {
      countOutOfTurn(stamp)
    }
    return stamp.scheduledNanos
  }

  @usableFromInline
  mutating func countUnsound(_ reading: StampReading) {
    if reading == .corrupted { corrupted &+= 1 } else { foreign &+= 1 }
  }

  @usableFromInline
  mutating func countWrongPartition() { wrongPartition &+= 1 }

  @usableFromInline
  mutating func countOutOfTurn(_ stamp: RecordStamp) {
    let index = Int(stamp.partition)
    if partitions[index].isEmpty {
      partitions[index] = Array(repeating: Stream(), count: producers)
    }
    let sequence = stamp.sequence
    guard sequence < .max else {
      corrupted &+= 1
      return
    }
    var stream = partitions[index][stamp.producer]
    partitions[index][stamp.producer].others = SequenceSet()
    if sequence >= stream.next {
      // A gap, or the first record: a new run begins.
      stream.others.insert(stream.from..<stream.next)
      stream.from = sequence
      stream.next = sequence + 1
    } else if sequence >= stream.from || !stream.others.insert(sequence) {
      duplicated &+= 1
    } else {
      reordered &+= 1
    }
    partitions[index][stamp.producer] = stream
  }

  /// All sequences of `producer` that were read in `partition`.
  func received(producer: Int, partition: Int) -> SequenceSet {
    guard partition < partitions.count, producer < partitions[partition].count else {
      return SequenceSet()
    }
    let stream = partitions[partition][producer]
    var all = stream.others
    all.insert(stream.from..<stream.next)
    return all
  }
}
