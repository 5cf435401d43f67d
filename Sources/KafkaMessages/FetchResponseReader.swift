import KafkaFormat

/// Walks a response to Fetch, versions 4–18, in place.
///
/// It holds positions only, not the bytes, as `ProduceRequestReader`. Allocated are aborted
/// transactions, where there are any.
public struct FetchResponseReader: Sendable {
  public let version: Int16
  public let throttleTimeMs: Int32
  public let errorCode: ErrorCode
  public let sessionId: Int32
  public var topicCount: Int { walk.topicCount }
  /// Where the leaders are that partitions name; known once `next` gave `nil`, from version 16 on.
  public private(set) var nodeEndpoints: [FetchResponse.NodeEndpoint] = []

  private let compact: Bool
  private var position: Int
  private var walk: TopicWalk
  private var isFinished = false

  /// - Parameters:
  ///   - frame: Any bytes that hold the response.
  ///   - position: Where its body starts: behind the header.
  public init(_ frame: RawSpan, from position: Int, version: Int16) throws(FormatError) {
    try FetchResponse.requireVersion(version)
    self.version = version
    compact = version >= FetchResponse.firstFlexibleVersion
    var reader = ByteReader(frame)
    try reader.skip(position)
    throttleTimeMs = try reader.int32()
    errorCode = version >= 7 ? try reader.errorCode() : .none
    sessionId = version >= 7 ? try reader.int32() : 0
    walk = try TopicWalk(&reader, version: version, compact: compact, partitionSize: 24)
    self.position = reader.position
  }

  /// The next partition; `nil` behind the last.
  ///
  /// - Throws: `FormatError`, also where bytes are left behind the response.
  public mutating func next(in frame: RawSpan) throws(FormatError) -> FetchedPartition? {
    if isFinished { return nil }
    var reader = ByteReader(frame)
    try reader.skip(position)
    guard try walk.advance(&reader) else {
      try finish(&reader)
      return nil
    }
    let partition = try readPartition(&reader)
    position = reader.position
    return partition
  }

  @_lifetime(reader: copy reader)
  private func readPartition(_ reader: inout ByteReader) throws(FormatError) -> FetchedPartition {
    var partition = FetchedPartition(topic: walk.topic, index: try reader.int32())
    partition.errorCode = try reader.errorCode()
    partition.highWatermark = try reader.int64()
    partition.lastStableOffset = try reader.int64()
    if version >= 5 { partition.logStartOffset = try reader.int64() }
    let aborted = try reader.nullableStructures(
      FetchResponse.AbortedTransaction.self, minimumSize: 16, version: version, compact: compact)
    partition.abortedTransactions = aborted ?? []
    if version >= 11 { partition.preferredReadReplica = try reader.int32() }
    if let span = try reader.nullableByteSpan(compact: compact) {
      partition.records = (reader.position - span.byteCount)..<reader.position
    }
    if compact { try readTaggedFields(&reader, into: &partition) }
    return partition
  }

  @_lifetime(reader: copy reader)
  private func readTaggedFields(
    _ reader: inout ByteReader, into partition: inout FetchedPartition
  ) throws(FormatError) {
    let count = try reader.taggedFieldCount()
    for _ in 0..<count {
      let (tag, size) = try reader.taggedFieldHeader()
      let end = reader.position + size
      switch tag {
      case 0: partition.divergingEpoch = try .init(from: &reader, version: version)
      case 1: partition.currentLeader = try .init(from: &reader, version: version)
      default: try reader.skip(size)
      }
      try reader.expectTaggedFieldEnd(end)
    }
  }

  @_lifetime(reader: copy reader)
  private mutating func finish(_ reader: inout ByteReader) throws(FormatError) {
    isFinished = true
    let count = compact ? try reader.taggedFieldCount() : 0
    for _ in 0..<count {
      let (tag, size) = try reader.taggedFieldHeader()
      let end = reader.position + size
      if tag == 0, version >= 16 {
        nodeEndpoints = try reader.structures(
          FetchResponse.NodeEndpoint.self, minimumSize: 8, version: version, compact: true)
      } else {
        try reader.skip(size)
      }
      try reader.expectTaggedFieldEnd(end)
    }
    if reader.remaining > 0 { throw .invalid("\(reader.remaining) bytes behind the response") }
  }
}

/// One partition of a response to Fetch, in place.
public struct FetchedPartition: Sendable, Equatable {
  public let topic: TopicInPlace
  public let index: Int32
  public internal(set) var errorCode = ErrorCode.none
  public internal(set) var highWatermark: Int64 = -1
  public internal(set) var lastStableOffset: Int64 = -1
  public internal(set) var logStartOffset: Int64 = -1
  public internal(set) var abortedTransactions: [FetchResponse.AbortedTransaction] = []
  public internal(set) var preferredReadReplica: Int32 = -1
  /// The record batches in the frame, the last of which may be cut off; `nil` is null.
  public internal(set) var records: Range<Int>?
  public internal(set) var divergingEpoch: FetchResponse.EpochEndOffset?
  /// Who leads now, where the broker that answered does not.
  public internal(set) var currentLeader: FetchResponse.LeaderIdAndEpoch?

  init(topic: TopicInPlace, index: Int32) {
    self.topic = topic
    self.index = index
  }
}
