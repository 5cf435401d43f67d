/// The broker's configuration keys: Kafka's names, types and defaults.
///
/// - Source: Kafka documentation, "Broker Configs" (4.3).
enum BrokerConfigKeys {
  static let all: [ConfigDefinition] =
    identity + topics + retention + flushing + network + offsets + groups + other

  static let byName: [String: ConfigDefinition] = {
    var table: [String: ConfigDefinition] = [:]
    for definition in all + testing { table[definition.name] = definition }
    return table
  }()

  /// Ours: Kafka decompresses a batch record by record and has no such limit.
  static let batchDecompressedBytesMax = "weir.batch.decompressed.max.bytes"

  private static let anyInt = 0...Int64(Int32.max)
  private static let positiveInt = 1...Int64(Int32.max)
  private static let positiveLong = 1...Int64.max
  private static let anyLong = 0...Int64.max
  /// -1 for "no limit" too.
  private static let limit = -1...Int64.max

  private static let identity: [ConfigDefinition] = [
    .init("node.id", .int, "1", range: anyInt, "The number of this node in the cluster."),
    .init("broker.id", .int, "-1", range: -1...Int64(Int32.max), "The older name of node.id."),
    .init("cluster.id", .string, nil, "The id of a new cluster; made up where it is absent."),
    .init(
      "process.roles", .list, "broker,controller", words: ["broker", "controller"], filled: true,
      "This process is broker and controller."),
    .init(
      "listeners", .list, "PLAINTEXT://:9092", filled: true,
      "Where to listen: name://host:port, by commas."),
    .init(
      "advertised.listeners", .list, nil, filled: true,
      "Where clients reach the broker; the listeners where it is absent."),
    .init(
      "log.dir", .string, "/tmp/kafka-logs", filled: true,
      "Where the data are, if log.dirs is absent."),
    .init("log.dirs", .list, nil, filled: true, "The directories of the data, by commas."),
    .init("metadata.log.dir", .string, nil, "Where the metadata log is; else the first of all."),
    .init("broker.rack", .string, nil, "The rack of this broker."),
    .init("controller.quorum.voters", .list, "", enforced: false, "One node is its own quorum."),
    .init(
      "controller.quorum.bootstrap.servers", .list, "", enforced: false,
      "One node is its own quorum."),
    .init(
      "controller.listener.names", .list, "CONTROLLER", filled: true,
      "Listeners of these names are not opened: the controller lives in this process."),
    .init("inter.broker.listener.name", .string, nil, enforced: false, "There is one broker."),
    .init(
      "listener.security.protocol.map", .list,
      "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT",
      "Which security protocol each listener speaks; only PLAINTEXT is served."),
  ]

  private static let topics: [ConfigDefinition] = [
    .init("num.partitions", .int, "1", range: positiveInt, "Partitions of a topic by default."),
    .init(
      "default.replication.factor", .int, "1", range: positiveInt,
      "Replicas of a topic by default; more than one needs more brokers."),
    .init(
      "auto.create.topics.enable", .boolean, "true", "Create a topic when a client asks for it."),
    .init("delete.topic.enable", .boolean, "true", "Whether topics may be deleted."),
    .init(
      "message.max.bytes", .int, "1048588", range: anyInt,
      "The largest record batch, as it is stored."),
    .init(
      batchDecompressedBytesMax, .int, "134217728", range: 1_048_576...Int64(Int32.max),
      "The most bytes that a compressed batch may become; a larger one is MESSAGE_TOO_LARGE."),
    .init(
      "compression.type", .string, "producer",
      words: ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"],
      "How batches are stored: as the producer sent them, or in this codec."),
    .init(
      "compression.gzip.level", .int, "-1", range: -1...9, "The level where gzip is applied here."),
    .init("compression.lz4.level", .int, "9", range: 1...17, "The level where lz4 is applied."),
    .init(
      "compression.zstd.level", .int, "3", range: -131_072...22, "The level where zstd is applied."
    ),
    .init(
      "min.insync.replicas", .int, "1", range: positiveInt,
      "Replicas that must have a batch before acks=all is answered; all of the topic's where it"
        + " has fewer."),
    .init(
      "unclean.leader.election.enable", .boolean, "false", enforced: false,
      "Whether a replica that lags may lead; there is one replica."),
    .init(
      "log.message.timestamp.type", .string, "CreateTime", words: ["CreateTime", "LogAppendTime"],
      "Whose clock the timestamps are of: the producer's or the broker's."),
    .init(
      "log.message.timestamp.before.max.ms", .long, "9223372036854775807", range: anyLong,
      "How far a record's timestamp may lie in the past."),
    .init(
      "log.message.timestamp.after.max.ms", .long, "3600000", range: anyLong,
      "How far a record's timestamp may lie in the future."),
    .init(
      "producer.id.expiration.ms", .int, "86400000", range: positiveInt,
      "How long a silent idempotent producer is remembered."),
    .init(
      "transactional.id.expiration.ms", .int, "604800000", enforced: false,
      "Transactions are not served."),
    .init(
      "transaction.max.timeout.ms", .int, "900000", enforced: false,
      "Transactions are not served."),
  ]

  private static let retention: [ConfigDefinition] = [
    .init(
      "log.cleanup.policy", .list, "delete", words: ["delete", "compact"],
      "delete: old segments go; compact is accepted, but nothing is compacted."),
    .init(
      "log.retention.hours", .int, "168",
      "Hours that data are kept, where minutes and ms are absent."),
    .init("log.retention.minutes", .int, nil, "Minutes that data are kept; before hours."),
    .init("log.retention.ms", .long, nil, range: limit, "Milliseconds that data are kept."),
    .init("log.retention.bytes", .long, "-1", "Bytes kept of each partition; -1: all."),
    .init(
      "log.retention.check.interval.ms", .long, "300000", range: positiveLong,
      "How often to look for segments to delete."),
    .init(
      "log.segment.bytes", .int, "1073741824", range: 1_048_576...Int64(Int32.max),
      "The size at which a new segment begins."),
    .init("log.roll.hours", .int, "168", range: positiveInt, "Hours until a new segment begins."),
    .init(
      "log.roll.ms", .long, nil, range: positiveLong, "Milliseconds until a new segment begins."),
    .init(
      "log.roll.jitter.hours", .int, "0", range: anyInt, enforced: false,
      "Spreads the rolls of many partitions."),
    .init(
      "log.roll.jitter.ms", .long, nil, range: anyLong, enforced: false,
      "Spreads the rolls of many partitions."),
    .init(
      "log.segment.delete.delay.ms", .long, "60000", range: anyLong,
      "How long the files of a deleted segment stay."),
    .init(
      "log.index.interval.bytes", .int, "4096", range: anyInt, "Bytes between two index entries."),
    .init(
      "log.index.size.max.bytes", .int, "10485760", range: 4...Int64(Int32.max),
      "The most bytes that an index may take."),
    .init(
      "log.preallocate", .boolean, "false", enforced: false,
      "Segments are allocated ahead in growing steps in any case."),
    .init(
      "log.cleaner.enable", .boolean, "true", enforced: false, "Nothing is compacted yet."),
    .init(
      "log.cleaner.delete.retention.ms", .long, "86400000", range: anyLong, enforced: false,
      "Nothing is compacted yet."),
    .init(
      "log.cleaner.min.compaction.lag.ms", .long, "0", range: anyLong, enforced: false,
      "Nothing is compacted yet."),
    .init(
      "log.cleaner.max.compaction.lag.ms", .long, "9223372036854775807", range: positiveLong,
      enforced: false, "Nothing is compacted yet."),
    .init(
      "log.cleaner.min.cleanable.ratio", .double, "0.5", enforced: false,
      "Nothing is compacted yet."),
    .init(
      "log.cleaner.threads", .int, "1", range: anyInt, enforced: false,
      "Nothing is compacted yet."),
    .init(
      "log.local.retention.bytes", .long, "-2", range: -2...Int64.max, enforced: false,
      "There is no tiered storage."),
    .init(
      "log.local.retention.ms", .long, "-2", range: -2...Int64.max, enforced: false,
      "There is no tiered storage."),
  ]

  private static let flushing: [ConfigDefinition] = [
    .init(
      "log.flush.interval.messages", .long, "9223372036854775807", range: positiveLong,
      "Records after which a partition is flushed."),
    .init("log.flush.interval.ms", .long, nil, "Milliseconds after which a partition is flushed."),
    .init(
      "log.flush.scheduler.interval.ms", .long, "9223372036854775807",
      "How often to look for partitions to flush."),
    .init(
      "log.flush.offset.checkpoint.interval.ms", .int, "60000", range: anyInt,
      "How often the recovery points are written down."),
    .init(
      "log.flush.start.offset.checkpoint.interval.ms", .int, "60000", range: anyInt,
      enforced: false, "The log start offsets are written down with the recovery points."),
    .init(
      "replica.high.watermark.checkpoint.interval.ms", .long, "5000", range: anyLong,
      "How often the high watermarks are written down."),
    .init(
      "num.recovery.threads.per.data.dir", .int, "2", range: positiveInt,
      "Threads that open and recover the logs of each directory at the start."),
    .init(
      "log.dir.failure.timeout.ms", .long, "30000", range: positiveLong, enforced: false,
      "A failed directory is offline at once."),
  ]

  private static let network: [ConfigDefinition] = [
    .init("num.network.threads", .int, "3", range: positiveInt, "Event loops."),
    .init("num.io.threads", .int, "8", range: positiveInt, "Threads of the disk pool."),
    .init("background.threads", .int, "10", range: positiveInt, enforced: false, "Not needed."),
    .init(
      "socket.send.buffer.bytes", .int, "102400", range: -1...Int64(Int32.max),
      "The kernel's send buffer; -1: the system's default."),
    .init(
      "socket.receive.buffer.bytes", .int, "102400", range: -1...Int64(Int32.max),
      "The kernel's receive buffer; -1: the system's default."),
    .init(
      "socket.request.max.bytes", .int, "104857600", range: positiveInt,
      "The largest request; a larger one ends its connection."),
    .init("socket.listen.backlog.size", .int, "50", range: positiveInt, "Waiting connections."),
    .init(
      "queued.max.request.bytes", .long, "-1", "Bytes of requests held at once; -1: no limit."),
    .init(
      "queued.max.requests", .int, "500", range: positiveInt, enforced: false,
      "A connection has one request at work at a time."),
    .init(
      "max.connections", .int, "2147483647", range: anyInt,
      "The most connections at once; others are accepted once one of these closes."),
    .init(
      "max.connections.per.ip", .int, "2147483647", range: anyInt,
      "The most connections from one address; others from there are closed."),
    .init(
      "connections.max.idle.ms", .long, "600000",
      "A connection that is silent for so long is closed."),
    .init(
      "fetch.max.bytes", .int, "57671680", range: 1024...Int64(Int32.max),
      "The most bytes in one answer to Fetch."),
    .init(
      "max.incremental.fetch.session.cache.slots", .int, "1000", range: 0...Int64(Int32.max),
      "The most fetch sessions that are kept; 0: none."),
    .init("request.timeout.ms", .int, "30000", range: anyInt, enforced: false, "Between brokers."),
  ]

  private static let other: [ConfigDefinition] = [
    .init(
      "transaction.state.log.replication.factor", .short, "3", enforced: false,
      "Transactions are not served yet."),
    .init(
      "transaction.state.log.min.isr", .int, "2", enforced: false,
      "Transactions are not served yet."),
    .init("auto.leader.rebalance.enable", .boolean, "true", enforced: false, "One broker leads."),
    .init("num.replica.fetchers", .int, "1", enforced: false, "There is nothing to replicate."),
    .init(
      "replica.lag.time.max.ms", .long, "30000", enforced: false, "There is nothing to replicate."
    ),
    .init(
      "controlled.shutdown.enable", .boolean, "true", enforced: false, "There is one broker."),
    .init("num.replica.alter.log.dirs.threads", .int, nil, enforced: false, "Not served."),
    .init(
      "remote.log.storage.system.enable", .boolean, "false", words: [], enforced: false,
      "There is no tiered storage."),
  ]

  /// Our own, for tests of the tools that measure: read at the start, told to no client.
  private static let testing: [ConfigDefinition] = [
    .init(
      "weir.test.request.busy.percent", .int, "0", range: 0...1000,
      "After each request spin for this share of the CPU time that it cost: a broker slowed down by"
        + " a known amount, to try `weir check` on."),
    .init(
      "weir.test.produce.records.per.second", .long, "0", range: 0...1_000_000_000,
      "Take no more records a second, of all connections together: a broker of a known capacity, to"
        + " try `weir bench --find-rate` on. 0 is no limit."),
  ]
}
