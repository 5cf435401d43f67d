import KafkaFormat

/// Walks a Produce request, versions 3–13, in place.
///
/// It holds positions only, not the bytes: the frame is passed to every call, so that the caller
/// may patch the batches of one partition before asking for the next. Nothing is allocated but
/// the transactional id, where there is one.
///
///     var request = try ProduceRequestReader(frame, from: position, version: version)
///     while let partition = try request.next(in: frame) { … }
///
/// - Source: KIP-98 (version 3), KIP-482 (version 9), KIP-516 (version 13).
public struct ProduceRequestReader: Sendable {
  public let version: Int16
  public let transactionalId: String?
  public let acks: Int16
  public let timeoutMs: Int32
  public var topicCount: Int { walk.topicCount }

  private let compact: Bool
  private var position: Int
  private var walk: TopicWalk
  private var isFinished = false

  /// - Parameters:
  ///   - frame: Any bytes that hold the request.
  ///   - position: Where its body starts: behind the header.
  public init(_ frame: RawSpan, from position: Int, version: Int16) throws(FormatError) {
    try ProduceRequest.requireVersion(version)
    self.version = version
    compact = version >= ProduceRequest.firstFlexibleVersion
    var reader = ByteReader(frame)
    try reader.skip(position)
    transactionalId = try reader.nullableString(compact: compact)
    acks = try reader.int16()
    timeoutMs = try reader.int32()
    walk = try TopicWalk(
      &reader, version: version, compact: compact, partitionSize: compact ? 6 : 8)
    self.position = reader.position
  }

  /// The next partition; `nil` behind the last.
  ///
  /// - Throws: `FormatError`, also where bytes are left behind the request.
  public mutating func next(in frame: RawSpan) throws(FormatError) -> ProducePartition? {
    if isFinished { return nil }
    var reader = ByteReader(frame)
    try reader.skip(position)
    guard try walk.advance(&reader) else {
      try finish(&reader)
      return nil
    }
    let index = try reader.int32()
    var records: Range<Int>?
    let hasRecords = try reader.nullableByteSpan(compact: compact)
    if let span = hasRecords { records = (reader.position - span.byteCount)..<reader.position }
    try skipTaggedFields(&reader)
    position = reader.position
    return ProducePartition(topic: walk.topic, index: index, records: records)
  }

  @_lifetime(reader: copy reader)
  private mutating func finish(_ reader: inout ByteReader) throws(FormatError) {
    isFinished = true
    try skipTaggedFields(&reader)
    if reader.remaining > 0 { throw .invalid("\(reader.remaining) bytes behind the request") }
  }

  @_lifetime(reader: copy reader)
  private func skipTaggedFields(_ reader: inout ByteReader) throws(FormatError) {
    if compact { try reader.skipTaggedFields() }
  }
}

/// One partition of a Produce request, in place.
public struct ProducePartition: Sendable, Equatable {
  public let topic: TopicInPlace
  public let index: Int32
  /// The record batches in the frame; `nil` is null.
  public let records: Range<Int>?
}
