/// What one producer sent, by partition, and what it heard of it.
///
/// Acknowledgements come a batch at a time; a batch's sequences follow each other.
public struct AckLedger: Sendable {
  struct Stream: Sendable {
    var next: UInt64 = 0
    var acked = SequenceSet()
    var uncertain = SequenceSet()
    var failed = SequenceSet()
    var offsets: AckedOffsets
  }

  /// How many runs of offsets one producer keeps, over all partitions: 40 bytes each.
  private static let runsKept = 1 << 18

  public let producer: Int
  var streams: [Stream]

  public init(producer: Int, partitions: Int) {
    self.producer = producer
    let offsets = AckedOffsets(limit: Self.runsKept / max(1, partitions))
    streams = Array(repeating: Stream(offsets: offsets), count: partitions)
  }

  /// Takes the next `count` sequences of `partition`.
  public mutating func takeSequences(partition: Int32, count: Int) {
    streams[Int(partition)].next &+= UInt64(count)
  }

  /// The sequence of the next record to `partition`.
  public func nextSequence(partition: Int32) -> UInt64 { streams[Int(partition)].next }

  /// The broker confirmed these. With acks=0, that they were handed to the network.
  ///
  /// - Parameter baseOffset: The first one's; below zero where the broker answered none.
  public mutating func acked(
    partition: Int32, _ sequences: Range<UInt64>, baseOffset: Int64 = -1
  ) {
    streams[Int(partition)].acked.insert(sequences)
    streams[Int(partition)].offsets.note(sequences, baseOffset: baseOffset)
  }

  /// By partition: behind the last offset that was acknowledged, 0 where none was.
  public var ackedEnds: [Int64] { streams.map(\.offsets.end) }
  /// Records that were acknowledged without their offsets.
  public var isAnyOffsetUnknown: Bool { streams.contains { $0.offsets.unknownCount > 0 } }

  /// An error or silence that leaves open whether they were appended.
  public mutating func uncertain(partition: Int32, _ sequences: Range<UInt64>) {
    streams[Int(partition)].uncertain.insert(sequences)
  }

  /// They were certainly not appended.
  public mutating func failed(partition: Int32, _ sequences: Range<UInt64>) {
    streams[Int(partition)].failed.insert(sequences)
  }

  /// Records taken, over all partitions.
  public var sentCount: UInt64 { streams.reduce(0) { $0 &+ $1.next } }
  public var ackedCount: UInt64 { streams.reduce(0) { $0 &+ $1.acked.count } }
}
