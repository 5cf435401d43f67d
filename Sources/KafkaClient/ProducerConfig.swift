import KafkaFormat
import Transport

/// The configuration of `Producer`; names and defaults are Kafka's.
public struct ProducerConfig: Sendable {
  public enum Acks: Int16, Sendable {
    case none = 0
    case leader = 1
    case all = -1
  }

  /// How a record without a given partition finds one.
  public enum Partitioning: Sendable {
    /// By murmur2 of the key, exactly as Java; without a key a partition is stuck to until
    /// `batch.size` bytes went there (KIP-794).
    case byKey
    /// `partitioner.ignore.keys`: always the sticky way.
    case sticky
    /// `RoundRobinPartitioner`
    case roundRobin
  }

  public var client: ClientConfig
  /// `acks`
  public var acks = Acks.all
  /// `batch.size`: bytes of one partition's batch before compression. A larger record gets a
  /// batch of its own.
  public var batchSize = 16_384
  /// `linger.ms`
  public var lingerMs: Int64 = 5
  /// `buffer.memory`: bytes of all batches that are not acknowledged yet.
  public var bufferMemory = 33_554_432
  /// `compression.type`
  public var compression = CompressionCodec.none
  /// `compression.<type>.level`; nil is the codec's default.
  public var compressionLevel: Int?
  /// `enable.idempotence`
  public var enableIdempotence = true
  /// `max.in.flight.requests.per.connection`
  public var maxInFlightRequestsPerConnection = 5
  /// `delivery.timeout.ms`
  public var deliveryTimeoutMs: Int64 = 120_000
  /// `retries`
  public var retries: Int32 = .max
  /// `max.request.size`
  public var maxRequestSize = 1_048_576
  /// `max.block.ms`: here, how long `openTopic` may take.
  public var maxBlockMs: Int64 = 60_000
  /// `partitioner.class`, `partitioner.ignore.keys`
  public var partitioning = Partitioning.byKey

  public init(bootstrapServers: [NetworkAddress]) {
    client = ClientConfig(bootstrapServers: bootstrapServers)
  }

  /// - Parameter properties: Kafka's property names, as in a `producer.properties`.
  public init(
    properties: [String: String], bootstrapServers: [NetworkAddress] = []
  ) throws(ConfigurationError) {
    var reader = PropertyReader(properties)
    client = try ClientConfig(reading: &reader, bootstrapServers: bootstrapServers)
    try reader.choice(
      "acks", &acks, from: ["0": .none, "1": .leader, "all": .all, "-1": .all])
    try reader.integer("batch.size", &batchSize, in: 0...Int(Int32.max) >> 1)
    try reader.integer("linger.ms", &lingerMs, in: 0...Int64(Int32.max))
    try reader.integer("buffer.memory", &bufferMemory, in: 0...Int.max)
    try reader.integer(
      "max.in.flight.requests.per.connection", &maxInFlightRequestsPerConnection,
      in: 1...Int(Int32.max))
    try reader.integer("retries", &retries, in: 0...Int32.max)
    try reader.integer("max.request.size", &maxRequestSize, in: 1...Int(Int32.max) >> 1)
    try reader.integer("max.block.ms", &maxBlockMs, in: 0...Int64.max)
    try readCompression(&reader)
    try readPartitioning(&reader)
    try readDelivery(&reader, properties)
    reader.ignore(["key.serializer", "value.serializer", "partitioner.availability.timeout.ms"])
    reader.ignore(["partitioner.adaptive.partitioning.enable", "metadata.max.idle.ms"])
    for key in ["transactional.id", "transaction.timeout.ms"] {
      try reader.refuse(key, reason: "transactions are not supported yet")
    }
    try client.finish(reader)
  }

  private mutating func readCompression(_ reader: inout PropertyReader) throws(ConfigurationError) {
    try reader.choice(
      "compression.type", &compression,
      from: ["none": .none, "gzip": .gzip, "snappy": .snappy, "lz4": .lz4, "zstd": .zstd])
    // Java accepts every level key whatever the codec; the one of the chosen codec counts.
    let levels: [(CompressionCodec, ClosedRange<Int>)] = [
      (.gzip, -1...9), (.lz4, 1...17), (.zstd, -131_072...22),
    ]
    for (codec, range) in levels {
      let unset = Int.min
      var level = unset
      try reader.integer("compression.\(codec.name).level", &level, in: range)
      // Java's gzip level −1 is "the default".
      if codec == compression, level != unset, !(codec == .gzip && level == -1) {
        compressionLevel = level
      }
    }
  }

  private mutating func readPartitioning(_ reader: inout PropertyReader) throws(ConfigurationError)
  {
    let package = "org.apache.kafka.clients.producer."
    try reader.choice(
      "partitioner.class", &partitioning,
      from: [
        "RoundRobinPartitioner": .roundRobin, package + "RoundRobinPartitioner": .roundRobin,
        "DefaultPartitioner": .byKey, "UniformStickyPartitioner": .sticky,
      ])
    var ignoreKeys = false
    try reader.boolean("partitioner.ignore.keys", &ignoreKeys)
    if ignoreKeys, partitioning == .byKey { partitioning = .sticky }
  }

  private mutating func readDelivery(
    _ reader: inout PropertyReader, _ properties: [String: String]
  ) throws(ConfigurationError) {
    try reader.integer("delivery.timeout.ms", &deliveryTimeoutMs, in: 0...Int64(Int32.max))
    let least = lingerMs + client.requestTimeoutMs
    if deliveryTimeoutMs < least {
      if properties["delivery.timeout.ms"] != nil {
        throw .conflict(
          "delivery.timeout.ms=\(deliveryTimeoutMs) must be at least linger.ms + "
            + "request.timeout.ms = \(least)")
      }
      deliveryTimeoutMs = least
    }
    try reader.boolean("enable.idempotence", &enableIdempotence)
    // As Java: asked for, idempotence must be possible; by default, it yields to the rest.
    let asked = properties["enable.idempotence"] != nil && enableIdempotence
    let obstacle: String? =
      acks != .all
      ? "acks=all"
      : retries == 0
        ? "retries above 0"
        : maxInFlightRequestsPerConnection > 5
          ? "max.in.flight.requests.per.connection of at most 5" : nil
    guard let obstacle, enableIdempotence else { return }
    if asked { throw .conflict("enable.idempotence=true needs \(obstacle)") }
    enableIdempotence = false
  }

  /// What the largest single batch may hold, before compression.
  var largestBatchBytes: Int { maxRequestSize }
}
