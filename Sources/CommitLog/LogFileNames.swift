import KafkaFormat

/// How Kafka names the files of a partition.
public enum LogFileNames {
  public static let log = ".log"
  public static let index = ".index"
  public static let timeIndex = ".timeindex"
  public static let snapshot = ".snapshot"
  public static let transactionIndex = ".txnindex"
  public static let deleted = ".deleted"
  /// Of the directory of a deleted partition.
  public static let deletedDirectorySuffix = "-delete"
  public static let cleaned = ".cleaned"
  public static let swap = ".swap"
  /// Bytes that were cut from a damaged segment, the offset follows; ours, ignored by Kafka.
  static let damaged = ".damaged-"
  static let leaderEpochs = "leader-epoch-checkpoint"
  /// A segment made ahead, before its base offset is known; ours, ignored by Kafka.
  static let prepared = "next-segment.prepared"

  /// 20 digits, as in `00000000000000000042.log`.
  public static func baseName(_ offset: Int64) -> String {
    let digits = String(offset)
    return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
  }

  /// The offset that a name such as `00000000000000000042.log` starts with; nil for any other.
  static func offset(of name: String, suffix: String) -> Int64? {
    guard name.hasSuffix(suffix) else { return nil }
    let digits = name.utf8.dropLast(suffix.utf8.count)
    guard digits.count == 20, digits.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
    return Int64(String(name.dropLast(suffix.utf8.count)))
  }

  /// `<topic>-<partition>`
  public static func directory(topic: String, partition: Int32) -> String {
    "\(topic)-\(partition)"
  }

  /// `<topic>-<partition>.<32 hex digits>-delete`, the topic cut so that 255 bytes are enough.
  public static func deletedDirectory(topic: String, partition: Int32, unique: KafkaUUID) -> String
  {
    let suffix = "-\(partition).\(hex(unique.high))\(hex(unique.low))\(deletedDirectorySuffix)"
    return String(topic.prefix(255 - suffix.utf8.count)) + suffix
  }

  /// Splits the name of a partition's directory; nil for any other directory.
  public static func topicPartition(ofDirectory name: String) -> (topic: String, partition: Int32)?
  {
    guard let dash = name.lastIndex(of: "-"), dash != name.startIndex else { return nil }
    let digits = name[name.index(after: dash)...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
      let partition = Int32(digits)
    else { return nil }
    return (String(name[..<dash]), partition)
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}
