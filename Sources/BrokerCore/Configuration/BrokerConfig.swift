import CommitLog
import KafkaFormat

/// One address to listen on, or to tell clients of.
public struct BrokerListener: Sendable, Equatable {
  /// The name before `://`.
  public var name: String
  /// Empty: every address of this machine.
  public var host: String
  /// 0: a free port is taken.
  public var port: UInt16

  public init(name: String, host: String, port: UInt16) {
    self.name = name
    self.host = host
    self.port = port
  }
}

/// The broker's configuration, by Kafka's property names.
///
/// ```swift
/// let config = try BrokerConfig(properties: ["log.dirs": "/data", "listeners": "PLAINTEXT://:0"])
/// ```
/// Keys that are not known are listed in `unknownKeys`, known ones that this broker does not act
/// upon in `unenforcedKeys`; both are meant for a warning.
public struct BrokerConfig: Sendable {
  /// What was given, key by key.
  public let properties: [String: String]
  public private(set) var unknownKeys: [String] = []
  public private(set) var unenforcedKeys: [String] = []

  public private(set) var nodeId: Int32 = 1
  /// `cluster.id`, ours: the id of a new cluster.
  public private(set) var clusterId: String?
  public private(set) var listeners: [BrokerListener] = []
  /// Empty: as `listeners`, once their ports are known.
  public private(set) var advertisedListeners: [BrokerListener] = []
  public private(set) var logDirs: [String] = []
  public private(set) var metadataLogDir = ""
  public private(set) var rack: String?

  public private(set) var numPartitions: Int32 = 1
  public private(set) var defaultReplicationFactor: Int16 = 1
  public private(set) var autoCreateTopics = true
  public private(set) var deleteTopicEnabled = true

  /// `weir.batch.decompressed.max.bytes`, ours.
  public private(set) var batchDecompressedBytesMax = 128 << 20

  /// `num.network.threads`: event loops.
  public private(set) var networkThreads = 3
  /// `num.io.threads`: threads of the disk pool.
  public private(set) var diskThreads = 8
  /// `num.recovery.threads.per.data.dir`
  public private(set) var recoveryThreadsPerDirectory = 2
  /// `socket.request.max.bytes`
  public private(set) var socketRequestMaxBytes = 104_857_600
  /// `socket.send.buffer.bytes`; nil: the system's default.
  public private(set) var socketSendBufferBytes: Int?
  public private(set) var socketReceiveBufferBytes: Int?
  public private(set) var listenBacklog = 50
  /// `queued.max.request.bytes`; nil: no limit.
  public private(set) var queuedMaxRequestBytes: Int?
  public private(set) var maxConnections = Int(Int32.max)
  public private(set) var maxConnectionsPerAddress = Int(Int32.max)
  /// `connections.max.idle.ms`; nil: never closed for it.
  public private(set) var connectionsMaxIdleMs: Int64?
  /// `fetch.max.bytes`
  public private(set) var fetchMaxBytes = 57_671_680
  /// `max.incremental.fetch.session.cache.slots`
  public private(set) var fetchSessionSlots = 1000

  /// `weir.test.request.busy.percent`, ours: how much dearer each request is made on purpose.
  public private(set) var requestBusyPercent = 0
  /// `weir.test.produce.records.per.second`, ours: the capacity that is planted; 0 is none.
  public private(set) var produceRecordsPerSecond: Int64 = 0

  public private(set) var retentionCheckIntervalMs: Int64 = 300_000
  public private(set) var recoveryPointCheckpointIntervalMs: Int64 = 60_000
  public private(set) var highWatermarkCheckpointIntervalMs: Int64 = 5_000
  public private(set) var producerIdExpirationMs: Int64 = 86_400_000
  private(set) var offsets = OffsetsConfig()
  private(set) var groups = GroupConfig()
  /// What holds for a topic without a configuration of its own.
  public private(set) var topicDefaults = TopicConfig()

  /// All of Kafka's defaults, data under `/tmp/kafka-logs`.
  public init() { self = try! BrokerConfig(properties: [:]) }

  /// - Throws: `ConfigError` for a value that cannot be.
  public init(properties: [String: String]) throws(ConfigError) {
    self.properties = properties
    for (key, value) in properties.sorted(by: { $0.key < $1.key }) {
      guard let definition = BrokerConfigKeys.byName[key] else {
        unknownKeys.append(key)
        continue
      }
      try definition.check(value)
      if !definition.isEnforced { unenforcedKeys.append(key) }
    }
    try readIdentity()
    readTopics()
    readNetwork()
    readOffsets()
    readGroups()
    requestBusyPercent = number("weir.test.request.busy.percent")
    produceRecordsPerSecond = number("weir.test.produce.records.per.second")
    retentionCheckIntervalMs = number("log.retention.check.interval.ms")
    recoveryPointCheckpointIntervalMs = number("log.flush.offset.checkpoint.interval.ms")
    highWatermarkCheckpointIntervalMs = number("replica.high.watermark.checkpoint.interval.ms")
    topicDefaults = TopicConfig(overrides: [:], broker: self)
  }

  // MARK: Values

  /// The value that was given, or the default; nil where there is neither.
  public func value(_ key: String) -> String? {
    properties[key]?.trimmed ?? BrokerConfigKeys.byName[key]?.defaultValue
  }

  /// A number that was checked, and has a default.
  private func number<T: FixedWidthInteger>(_ key: String, as type: T.Type = T.self) -> T {
    value(key).flatMap { Int64($0) }.map { T(clamping: $0) } ?? 0
  }

  private func flag(_ key: String) -> Bool { value(key).flatMap(ConfigText.boolean) ?? false }

  private func text(_ key: String) -> String? {
    guard let value = value(key), !value.isEmpty else { return nil }
    return value
  }

  // MARK: By subject

  private mutating func readIdentity() throws(ConfigError) {
    let older: Int32 = number("broker.id")
    nodeId = properties["node.id"] == nil && older >= 0 ? older : number("node.id")
    clusterId = text("cluster.id")
    rack = text("broker.rack")
    let network = try ListenerSettings(self)
    listeners = network.listeners
    advertisedListeners = network.advertised
    try readRoles()
    // As in Kafka, a directory that is named twice is one.
    for entry in ConfigText.list(value("log.dirs") ?? value("log.dir") ?? "") {
      let directory = ConfigText.directory(entry)
      if !logDirs.contains(directory) { logDirs.append(directory) }
    }
    metadataLogDir = text("metadata.log.dir").map(ConfigText.directory) ?? logDirs[0]
    if !logDirs.contains(metadataLogDir) {
      throw ConfigError(
        key: "metadata.log.dir", value: metadataLogDir, allowed: "one of log.dirs")
    }
  }

  /// Broker and controller are one process here.
  private mutating func readRoles() throws(ConfigError) {
    let roles = ConfigText.list(value("process.roles") ?? "")
    guard roles.contains("broker") else {
      throw ConfigError(
        key: "process.roles", value: roles.joined(separator: ","), allowed: "broker,controller",
        reason: "a controller without a broker is not served; the controller is in the broker")
    }
    if !roles.contains("controller") { unenforcedKeys.append("process.roles") }
  }

  private mutating func readTopics() {
    numPartitions = number("num.partitions")
    defaultReplicationFactor = number("default.replication.factor")
    autoCreateTopics = flag("auto.create.topics.enable")
    deleteTopicEnabled = flag("delete.topic.enable")
    producerIdExpirationMs = number("producer.id.expiration.ms")
    batchDecompressedBytesMax = number(BrokerConfigKeys.batchDecompressedBytesMax)
  }

  private mutating func readNetwork() {
    networkThreads = number("num.network.threads")
    diskThreads = number("num.io.threads")
    recoveryThreadsPerDirectory = number("num.recovery.threads.per.data.dir")
    socketRequestMaxBytes = number("socket.request.max.bytes")
    let send: Int = number("socket.send.buffer.bytes")
    socketSendBufferBytes = send < 0 ? nil : send
    let receive: Int = number("socket.receive.buffer.bytes")
    socketReceiveBufferBytes = receive < 0 ? nil : receive
    listenBacklog = number("socket.listen.backlog.size")
    let queued: Int = number("queued.max.request.bytes")
    queuedMaxRequestBytes = queued <= 0 ? nil : queued
    maxConnections = number("max.connections")
    maxConnectionsPerAddress = number("max.connections.per.ip")
    let idle: Int64 = number("connections.max.idle.ms")
    connectionsMaxIdleMs = idle < 0 ? nil : idle
    fetchMaxBytes = number("fetch.max.bytes")
    fetchSessionSlots = number("max.incremental.fetch.session.cache.slots")
  }

  private mutating func readOffsets() {
    offsets.partitionCount = number("offsets.topic.num.partitions")
    offsets.segmentBytes = number("offsets.topic.segment.bytes")
    offsets.codec =
      CompressionCodec(rawValue: number("offsets.topic.compression.codec")) ?? .none
    offsets.metadataCharactersMax = number("offset.metadata.max.bytes")
    offsets.retentionMs = number("offsets.retention.minutes") * 60_000
    offsets.retentionCheckIntervalMs = number("offsets.retention.check.interval.ms")
    offsets.loadBufferBytes = number("offsets.load.buffer.size")
  }

  private mutating func readGroups() {
    groups.initialRebalanceDelayMs = number("group.initial.rebalance.delay.ms")
    groups.minSessionTimeoutMs = number("group.min.session.timeout.ms")
    groups.maxSessionTimeoutMs = number("group.max.session.timeout.ms")
    groups.maxSize = number("group.max.size")
  }
}
