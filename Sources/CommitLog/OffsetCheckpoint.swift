/// A file with one offset a partition: recovery points, high watermarks, log starts.
///
/// Text: `0`, the number of entries, then `topic partition offset` a line. Replaced as a whole.
/// A damaged one counts as absent: more is scanned, nothing is lost.
///
/// - Source: Apache Kafka `OffsetCheckpointFile`.
public enum OffsetCheckpoint: String, Sendable {
  case recoveryPoint = "recovery-point-offset-checkpoint"
  case highWatermark = "replication-offset-checkpoint"
  case logStartOffset = "log-start-offset-checkpoint"

  public static func encoded(_ offsets: [TopicPartition: Int64]) -> [UInt8] {
    var text = "0\n\(offsets.count)\n"
    let sorted = offsets.sorted {
      ($0.key.topic, $0.key.partition) < ($1.key.topic, $1.key.partition)
    }
    for (partition, offset) in sorted {
      text += "\(partition.topic) \(partition.partition) \(offset)\n"
    }
    return Array(text.utf8)
  }

  /// - Returns: nil if the bytes are no such file.
  public static func decode(_ bytes: [UInt8]) -> [TopicPartition: Int64]? {
    guard let rows = CheckpointText.rows(bytes, fields: 3) else { return nil }
    var offsets: [TopicPartition: Int64] = [:]
    for row in rows {
      guard let partition = Int32(row[1]), let offset = Int64(row[2]), partition >= 0, offset >= 0
      else { return nil }
      offsets[TopicPartition(topic: row[0], partition: partition)] = offset
    }
    return offsets
  }
}
