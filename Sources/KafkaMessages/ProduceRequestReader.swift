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
  public let topicCount: Int

  private let compact: Bool
  private var position: Int
  private var topicsLeft: Int
  private var partitionsLeft = 0
  private var topic = ProduceTopic()
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
    // A null array is an empty one, as in the generated readers.
    topicCount = try reader.nullableArrayCount(minimumElementSize: 3, compact: compact) ?? 0
    topicsLeft = topicCount
    self.position = reader.position
  }

  /// The next partition; `nil` behind the last.
  ///
  /// - Throws: `FormatError`, also where bytes are left behind the request.
  public mutating func next(in frame: RawSpan) throws(FormatError) -> ProducePartition? {
    if isFinished { return nil }
    var reader = ByteReader(frame)
    try reader.skip(position)
    while partitionsLeft == 0 {
      if topic.index >= 0 { try skipTaggedFields(&reader) }
      if topicsLeft == 0 {
        try finish(&reader)
        return nil
      }
      try nextTopic(&reader)
    }
    partitionsLeft -= 1
    let index = try reader.int32()
    var records: Range<Int>?
    let hasRecords = try reader.nullableByteSpan(compact: compact)
    if let span = hasRecords { records = (reader.position - span.byteCount)..<reader.position }
    try skipTaggedFields(&reader)
    position = reader.position
    return ProducePartition(topic: topic, index: index, records: records)
  }

  @_lifetime(reader: copy reader)
  private mutating func nextTopic(_ reader: inout ByteReader) throws(FormatError) {
    topicsLeft -= 1
    topic.index += 1
    if version >= 13 {
      topic.id = try reader.uuid()
    } else {
      topic.name = try reader.stringRange(compact: compact)
    }
    partitionsLeft =
      try reader.nullableArrayCount(
        minimumElementSize: compact ? 6 : 8, compact: compact) ?? 0
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

/// A topic of a Produce request, in place.
public struct ProduceTopic: Sendable, Equatable {
  /// Its place in the request, from 0: the same for all its partitions, so that a look-up may be
  /// kept from one to the next.
  public internal(set) var index = -1
  /// The bytes of its name in the frame, not checked to be UTF-8; empty from version 13 on.
  public internal(set) var name: Range<Int> = 0..<0
  /// Its id from version 13 on, else zero.
  public internal(set) var id = KafkaUUID.zero
}

/// One partition of a Produce request, in place.
public struct ProducePartition: Sendable, Equatable {
  public let topic: ProduceTopic
  public let index: Int32
  /// The record batches in the frame; `nil` is null.
  public let records: Range<Int>?
}

extension ByteReader {
  /// Where the bytes of a string are.
  @_lifetime(self: copy self)
  mutating func stringRange(compact: Bool) throws(FormatError) -> Range<Int> {
    let length: Int
    if compact {
      let raw = try unsignedVarint()
      if raw == 0 { throw .unexpectedNull }
      length = Int(raw) - 1
    } else {
      length = Int(try int16())
      if length == -1 { throw .unexpectedNull }
    }
    let start = position
    try skip(length)
    return start..<position
  }
}
