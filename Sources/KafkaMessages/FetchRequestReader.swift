import KafkaFormat

/// Walks a Fetch request, versions 4–18, in place: its partitions, then those to be forgotten.
///
/// It holds positions only, not the bytes, as `ProduceRequestReader`. Nothing is allocated. What
/// only followers and consumers of other racks send is passed over.
///
///     var request = try FetchRequestReader(frame, from: position, version: version)
///     while let partition = try request.next(in: frame) { … }
///     while let partition = try request.nextForgotten(in: frame) { … }
///
/// - Source: KIP-227 (version 7), KIP-320 (9), KIP-482 and KIP-595 (12), KIP-516 (13).
public struct FetchRequestReader: Sendable {
  public let version: Int16
  public let maxWaitMs: Int32
  public let minBytes: Int32
  public let maxBytes: Int32
  public let isolationLevel: Int8
  /// 0 without a session, and before version 7.
  public let sessionId: Int32
  /// −1 without a session, and before version 7.
  public let sessionEpoch: Int32
  public var topicCount: Int { wanted.topicCount }

  private let compact: Bool
  private var position: Int
  private var wanted: TopicWalk
  private var forgotten: TopicWalk?
  private var isFinished = false

  /// - Parameters:
  ///   - frame: Any bytes that hold the request.
  ///   - position: Where its body starts: behind the header.
  public init(_ frame: RawSpan, from position: Int, version: Int16) throws(FormatError) {
    try FetchRequest.requireVersion(version)
    self.version = version
    compact = version >= FetchRequest.firstFlexibleVersion
    var reader = ByteReader(frame)
    try reader.skip(position)
    if version <= 14 { try reader.skip(4) }
    maxWaitMs = try reader.int32()
    minBytes = try reader.int32()
    maxBytes = try reader.int32()
    isolationLevel = try reader.int8()
    sessionId = version >= 7 ? try reader.int32() : 0
    sessionEpoch = version >= 7 ? try reader.int32() : -1
    wanted = try TopicWalk(&reader, version: version, compact: compact, partitionSize: 16)
    self.position = reader.position
  }

  /// The next partition; `nil` behind the last.
  public mutating func next(in frame: RawSpan) throws(FormatError) -> WantedPartition? {
    if isFinished || forgotten != nil { return nil }
    var reader = ByteReader(frame)
    try reader.skip(position)
    guard try wanted.advance(&reader) else {
      if version >= 7 {
        forgotten = try TopicWalk(&reader, version: version, compact: compact, partitionSize: 4)
        position = reader.position
      } else {
        try finish(&reader)
      }
      return nil
    }
    var partition = WantedPartition(topic: wanted.topic, index: try reader.int32())
    if version >= 9 { partition.currentLeaderEpoch = try reader.int32() }
    partition.fetchOffset = try reader.int64()
    if version >= 12 { partition.lastFetchedEpoch = try reader.int32() }
    if version >= 5 { try reader.skip(8) }
    partition.maxBytes = try reader.int32()
    if compact { try reader.skipTaggedFields() }
    position = reader.position
    return partition
  }

  /// The next partition that the session is to forget; `nil` behind the last.
  ///
  /// - Precondition: `next` gave `nil`.
  /// - Throws: `FormatError`, also where bytes are left behind the request.
  public mutating func nextForgotten(in frame: RawSpan) throws(FormatError) -> ForgottenPartition? {
    guard !isFinished, var walk = forgotten else { return nil }
    var reader = ByteReader(frame)
    try reader.skip(position)
    guard try walk.advance(&reader) else {
      try finish(&reader)
      return nil
    }
    let partition = ForgottenPartition(topic: walk.topic, index: try reader.int32())
    forgotten = walk
    position = reader.position
    return partition
  }

  @_lifetime(reader: copy reader)
  private mutating func finish(_ reader: inout ByteReader) throws(FormatError) {
    isFinished = true
    if version >= 11 { _ = try reader.stringRange(compact: compact) }
    if compact { try reader.skipTaggedFields() }
    if reader.remaining > 0 { throw .invalid("\(reader.remaining) bytes behind the request") }
  }
}

/// One partition of a Fetch request, in place.
public struct WantedPartition: Sendable, Equatable {
  public let topic: TopicInPlace
  public let index: Int32
  /// −1: not told.
  public internal(set) var currentLeaderEpoch: Int32 = -1
  public internal(set) var fetchOffset: Int64 = 0
  /// −1: not told.
  public internal(set) var lastFetchedEpoch: Int32 = -1
  public internal(set) var maxBytes: Int32 = 0

  init(topic: TopicInPlace, index: Int32) {
    self.topic = topic
    self.index = index
  }
}

/// A partition that a fetch session is to leave out from now on, in place.
public struct ForgottenPartition: Sendable, Equatable {
  public let topic: TopicInPlace
  public let index: Int32
}
