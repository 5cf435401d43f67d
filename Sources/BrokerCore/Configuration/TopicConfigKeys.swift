/// The topics' configuration keys: Kafka's names, types, defaults, and the broker's keys that set
/// the default for all topics.
///
/// - Source: Kafka documentation, "Topic Configs" (4.3).
enum TopicConfigKeys {
  /// A broker's key that stands for a topic's, with the factor between their units.
  struct Synonym: Sendable {
    let name: String
    let factor: Int64

    init(_ name: String, times factor: Int64 = 1) {
      self.name = name
      self.factor = factor
    }
  }

  struct Key: Sendable {
    let definition: ConfigDefinition
    /// The first that is set wins; the last has the default.
    let synonyms: [Synonym]
  }

  static let all: [Key] = storage + timing + messages + replication

  static let remoteStorage = "remote.storage.enable"

  static let byName: [String: Key] = {
    var table: [String: Key] = [:]
    for key in all { table[key.definition.name] = key }
    return table
  }()

  private static func key(_ definition: ConfigDefinition, _ synonyms: String...) -> Key {
    Key(definition: definition, synonyms: synonyms.map { Synonym($0) })
  }

  private static let anyInt = 0...Int64(Int32.max)
  private static let anyLong = 0...Int64.max
  private static let longMax = "9223372036854775807"

  private static let storage: [Key] = [
    key(
      .init(
        "cleanup.policy", .list, "delete", words: ["compact", "delete"],
        "delete: old segments go; compact is accepted, but nothing is compacted."),
      "log.cleanup.policy"),
    key(
      .init(
        "segment.bytes", .int, "1073741824", range: 1_048_576...Int64(Int32.max),
        "The size at which a new segment begins."),
      "log.segment.bytes"),
    key(
      .init(
        "segment.index.bytes", .int, "10485760", range: 4...Int64(Int32.max),
        "The most bytes that an index may take."),
      "log.index.size.max.bytes"),
    key(
      .init(
        "index.interval.bytes", .int, "4096", range: anyInt, "Bytes between two index entries."),
      "log.index.interval.bytes"),
    key(
      .init("retention.bytes", .long, "-1", "Bytes kept of each partition; -1: all."),
      "log.retention.bytes"),
    key(
      .init(
        "flush.messages", .long, longMax, range: 1...Int64.max,
        "Records after which the log is flushed."),
      "log.flush.interval.messages"),
    key(
      .init("preallocate", .boolean, "false", enforced: false, "Done in growing steps anyway."),
      "log.preallocate"),
    key(
      .init(
        "min.cleanable.dirty.ratio", .double, "0.5", enforced: false, "Nothing is compacted yet."),
      "log.cleaner.min.cleanable.ratio"),
    key(
      .init(
        "local.retention.bytes", .long, "-2", range: -2...Int64.max, enforced: false,
        "There is no tiered storage."),
      "log.local.retention.bytes"),
    key(
      .init(
        remoteStorage, .boolean, "false", enforced: false,
        "There is no tiered storage.")),
    key(
      .init(
        "remote.log.copy.disable", .boolean, "false", enforced: false,
        "There is no tiered storage.")),
    key(
      .init(
        "remote.log.delete.on.disable", .boolean, "false", enforced: false,
        "There is no tiered storage.")),
  ]

  private static let timing: [Key] = [
    Key(
      definition: .init(
        "retention.ms", .long, "604800000", range: -1...Int64.max, "How long data are kept."),
      synonyms: [
        Synonym("log.retention.ms"), Synonym("log.retention.minutes", times: 60_000),
        Synonym("log.retention.hours", times: 3_600_000),
      ]),
    Key(
      definition: .init(
        "segment.ms", .long, "604800000", range: 1...Int64.max,
        "The age at which a new segment begins."),
      synonyms: [Synonym("log.roll.ms"), Synonym("log.roll.hours", times: 3_600_000)]),
    Key(
      definition: .init(
        "segment.jitter.ms", .long, "0", range: anyLong, enforced: false,
        "Spreads the rolls of many partitions."),
      synonyms: [
        Synonym("log.roll.jitter.ms"), Synonym("log.roll.jitter.hours", times: 3_600_000),
      ]),
    key(
      .init(
        "flush.ms", .long, longMax, range: anyLong, "Age after which the log is flushed."),
      "log.flush.interval.ms", "log.flush.scheduler.interval.ms"),
    key(
      .init(
        "file.delete.delay.ms", .long, "60000", range: anyLong,
        "How long the files of a deleted segment stay."),
      "log.segment.delete.delay.ms"),
    key(
      .init(
        "delete.retention.ms", .long, "86400000", range: anyLong, enforced: false,
        "Nothing is compacted yet."),
      "log.cleaner.delete.retention.ms"),
    key(
      .init(
        "min.compaction.lag.ms", .long, "0", range: anyLong, enforced: false,
        "Nothing is compacted yet."),
      "log.cleaner.min.compaction.lag.ms"),
    key(
      .init(
        "max.compaction.lag.ms", .long, longMax, range: 1...Int64.max, enforced: false,
        "Nothing is compacted yet."),
      "log.cleaner.max.compaction.lag.ms"),
    key(
      .init(
        "local.retention.ms", .long, "-2", range: -2...Int64.max, enforced: false,
        "There is no tiered storage."),
      "log.local.retention.ms"),
  ]

  private static let messages: [Key] = [
    key(
      .init(
        "max.message.bytes", .int, "1048588", range: anyInt,
        "The largest record batch, as it is stored."),
      "message.max.bytes"),
    key(
      .init(
        "compression.type", .string, "producer",
        words: ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"],
        "How batches are stored: as the producer sent them, or in this codec."),
      "compression.type"),
    key(
      .init("compression.gzip.level", .int, "-1", range: -1...9, "The level of gzip."),
      "compression.gzip.level"),
    key(
      .init("compression.lz4.level", .int, "9", range: 1...17, "The level of lz4."),
      "compression.lz4.level"),
    key(
      .init("compression.zstd.level", .int, "3", range: -131_072...22, "The level of zstd."),
      "compression.zstd.level"),
    key(
      .init(
        "message.timestamp.type", .string, "CreateTime", words: ["CreateTime", "LogAppendTime"],
        "Whose clock the timestamps are of: the producer's or the broker's."),
      "log.message.timestamp.type"),
    key(
      .init(
        "message.timestamp.before.max.ms", .long, longMax, range: anyLong,
        "How far a record's timestamp may lie in the past."),
      "log.message.timestamp.before.max.ms"),
    key(
      .init(
        "message.timestamp.after.max.ms", .long, "3600000", range: anyLong,
        "How far a record's timestamp may lie in the future."),
      "log.message.timestamp.after.max.ms"),
  ]

  private static let replication: [Key] = [
    key(
      .init(
        "min.insync.replicas", .int, "1", range: 1...Int64(Int32.max),
        "Replicas that must have a batch before acks=all is answered; all of the topic's where it"
          + " has fewer."),
      "min.insync.replicas"),
    key(
      .init(
        "unclean.leader.election.enable", .boolean, "false", enforced: false,
        "Whether a replica that lags may lead; there is one replica."),
      "unclean.leader.election.enable"),
    key(
      .init(
        "leader.replication.throttled.replicas", .list, "", enforced: false,
        "There is nothing to replicate.")),
    key(
      .init(
        "follower.replication.throttled.replicas", .list, "", enforced: false,
        "There is nothing to replicate.")),
  ]
}
