import KafkaFormat

/// `partition.metadata`: which topic a partition's directory belongs to.
///
/// Text: `version: 0`, newline, `topic_id: <22 characters>`; no newline at the end.
/// - Source: KIP-516.
public enum PartitionMetadataFile {
  static let name = "partition.metadata"

  static func encoded(_ topicId: KafkaUUID) -> [UInt8] {
    Array("version: 0\ntopic_id: \(topicId)".utf8)
  }

  /// - Returns: nil if the bytes are no such file.
  public static func topicId(in bytes: [UInt8]) -> KafkaUUID? {
    let lines = bytes.split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    guard lines.count == 2, lines[0] == "version: 0", lines[1].hasPrefix("topic_id: ") else {
      return nil
    }
    return KafkaUUID(String(lines[1].dropFirst(10)))
  }
}
