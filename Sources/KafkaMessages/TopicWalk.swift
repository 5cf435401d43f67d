import KafkaFormat

/// A topic of a message that is walked in place.
public struct TopicInPlace: Sendable, Equatable {
  /// Its place in the message, from 0: the same for all its partitions, so that a look-up may be
  /// kept from one to the next.
  public internal(set) var index = -1
  /// The bytes of its name in the frame, not checked to be UTF-8; empty from version 13 on.
  public internal(set) var name: Range<Int> = 0..<0
  /// Its id from version 13 on, else zero.
  public internal(set) var id = KafkaUUID.zero
}

/// The place of a walk through an array of topics, each with an array of partitions, as Produce
/// and Fetch have it: by name up to version 12, by id from 13 on.
///
/// Who walks reads the elements: `advance` leads to each of them in turn.
struct TopicWalk: Sendable {
  private let version: Int16
  private let compact: Bool
  private let partitionSize: Int
  /// How many topics there are.
  let topicCount: Int
  private var topicsLeft: Int
  private var partitionsLeft = 0
  private(set) var topic = TopicInPlace()

  /// Reads the count of topics.
  ///
  /// - Parameter partitionSize: The fewest bytes that a partition takes.
  @_lifetime(reader: copy reader)
  init(_ reader: inout ByteReader, version: Int16, compact: Bool, partitionSize: Int)
    throws(FormatError)
  {
    self.version = version
    self.compact = compact
    self.partitionSize = partitionSize
    // A null array is an empty one, as in the generated readers.
    topicCount = try reader.nullableArrayCount(minimumElementSize: 3, compact: compact) ?? 0
    topicsLeft = topicCount
  }

  /// Goes to the next partition, through the head of its topic where it is the first there.
  ///
  /// - Returns: Whether there is one: false behind the last topic.
  @_lifetime(reader: copy reader)
  mutating func advance(_ reader: inout ByteReader) throws(FormatError) -> Bool {
    while partitionsLeft == 0 {
      if topic.index >= 0, compact { try reader.skipTaggedFields() }
      if topicsLeft == 0 { return false }
      topicsLeft -= 1
      topic.index += 1
      if version >= 13 {
        topic.id = try reader.uuid()
      } else {
        topic.name = try reader.stringRange(compact: compact)
      }
      partitionsLeft =
        try reader.nullableArrayCount(minimumElementSize: partitionSize, compact: compact) ?? 0
    }
    partitionsLeft -= 1
    return true
  }
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
