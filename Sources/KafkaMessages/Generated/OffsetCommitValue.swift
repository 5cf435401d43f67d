// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/OffsetCommitValue.messages; not edited by hand.

import KafkaFormat

/// Value of a committed offset in __consumer_offsets, behind its version (int16).
/// KIP-320 (v3, leader epochs), KIP-848 (v4, topic ids).
public struct OffsetCommitValue: KafkaMessage {
  public static let versions: ClosedRange<Int16> = 0...4
  public static let firstFlexibleVersion: Int16 = 4

  public var offset: Int64 = 0
  /// Versions 3+.
  public var leaderEpoch: Int32 = -1
  public var metadata: String = ""
  public var commitTimestamp: Int64 = 0
  /// Version 1.
  public var expireTimestamp: Int64 = -1
  /// Versions 4+; tag 0.
  public var topicId: KafkaUUID = .zero

  public init() {}

  public init(
    offset: Int64 = 0,
    leaderEpoch: Int32 = -1,
    metadata: String = "",
    commitTimestamp: Int64 = 0,
    expireTimestamp: Int64 = -1,
    topicId: KafkaUUID = .zero
  ) {
    self.offset = offset
    self.leaderEpoch = leaderEpoch
    self.metadata = metadata
    self.commitTimestamp = commitTimestamp
    self.expireTimestamp = expireTimestamp
    self.topicId = topicId
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 4
    self.init()
    offset = try reader.int64()
    if version >= 3 { leaderEpoch = try reader.int32() }
    metadata = try reader.string(compact: compact)
    commitTimestamp = try reader.int64()
    if version == 1 { expireTimestamp = try reader.int64() }
    if compact {
      let count = try reader.taggedFieldCount()
      for _ in 0..<count {
        let (tag, size) = try reader.taggedFieldHeader()
        let end = reader.position + size
        switch tag {
        case 0:
          topicId = try reader.uuid()
        default: try reader.skip(size)
        }
        try reader.expectTaggedFieldEnd(end)
      }
    }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 4
    writer.int64(offset)
    if version >= 3 { writer.int32(leaderEpoch) }
    writer.string(metadata, compact: compact)
    writer.int64(commitTimestamp)
    if version == 1 { writer.int64(expireTimestamp) }
    if compact {
      var tagged = TaggedFields()
      if topicId != .zero {
        tagged.add(0) { $0.uuid(topicId) }
      }
      tagged.write(to: &writer)
    }
  }
}
