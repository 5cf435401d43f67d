import KafkaFormat
import Transport

/// The configuration of `Consumer`; names and defaults are Kafka's.
public struct ConsumerConfig: Sendable {
  /// Where to read from when there is no offset, or when it is out of range.
  public enum OffsetReset: Sendable { case earliest, latest, none }

  public var client: ClientConfig
  /// `fetch.min.bytes`
  public var fetchMinBytes: Int32 = 1
  /// `fetch.max.wait.ms`
  public var fetchMaxWaitMs: Int32 = 500
  /// `fetch.max.bytes`
  public var fetchMaxBytes: Int32 = 52_428_800
  /// `max.partition.fetch.bytes`
  public var maxPartitionFetchBytes: Int32 = 1_048_576
  /// `client.rack`: where a leader names a replica in this rack, records are read there (KIP-392);
  /// empty: from leaders alone.
  public var clientRack = ""
  /// `auto.offset.reset`
  public var autoOffsetReset = OffsetReset.latest
  /// An offset above the log's end fails the partition, whatever `auto.offset.reset` says: that
  /// applies only to an offset below the log's start then.
  public var failsAboveLogEnd = false
  /// `check.crcs`
  public var checkCrcs = true
  /// The most that one batch may hold once decompressed; more is an error, not memory.
  public var maxDecompressedBatchBytes = 256 << 20

  public init(bootstrapServers: [NetworkAddress]) {
    client = ClientConfig(bootstrapServers: bootstrapServers)
  }

  /// - Parameter properties: Kafka's property names, as in a `consumer.properties`.
  public init(
    properties: [String: String], bootstrapServers: [NetworkAddress] = []
  ) throws(ConfigurationError) {
    var reader = PropertyReader(properties)
    self = try ConsumerConfig(reading: &reader, bootstrapServers: bootstrapServers)
    for key in ["group.id", "group.instance.id", "group.protocol"] {
      try reader.refuse(key, reason: "partitions are assigned by hand here; no group is joined")
    }
    reader.ignore([
      "enable.auto.commit", "auto.commit.interval.ms", "max.poll.interval.ms",
      "session.timeout.ms", "heartbeat.interval.ms", "exclude.internal.topics",
      "partition.assignment.strategy",
    ])
    try client.finish(reader)
  }

  /// All but what concerns groups; the caller finishes the reading.
  init(
    reading reader: inout PropertyReader, bootstrapServers: [NetworkAddress]
  ) throws(ConfigurationError) {
    client = try ClientConfig(reading: &reader, bootstrapServers: bootstrapServers)
    try reader.integer("fetch.min.bytes", &fetchMinBytes, in: 0...Int32.max)
    try reader.integer("fetch.max.wait.ms", &fetchMaxWaitMs, in: 0...Int32.max)
    try reader.integer("fetch.max.bytes", &fetchMaxBytes, in: 0...Int32.max)
    try reader.integer("max.partition.fetch.bytes", &maxPartitionFetchBytes, in: 0...Int32.max)
    try reader.choice(
      "auto.offset.reset", &autoOffsetReset,
      from: ["earliest": .earliest, "latest": .latest, "none": .none])
    try reader.boolean("check.crcs", &checkCrcs)
    clientRack = reader.string("client.rack") ?? clientRack
    try reader.refuse(
      "isolation.level", unless: ["read_uncommitted"],
      reason: "only read_uncommitted is supported yet")
    reader.ignore([
      "key.deserializer", "value.deserializer", "max.poll.records", "allow.auto.create.topics",
    ])
  }
}
