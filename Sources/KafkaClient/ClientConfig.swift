import KafkaFormat
import Transport

/// What every kind of client needs to reach a cluster; names and defaults are Kafka's.
public struct ClientConfig: Sendable {
  /// `bootstrap.servers`
  public var bootstrapServers: [NetworkAddress] = []
  /// `client.id`
  public var clientId = "weir"
  /// `request.timeout.ms`
  public var requestTimeoutMs: Int64 = 30_000
  /// `reconnect.backoff.ms`: doubled with each failure in a row, up to the maximum, ±20 %.
  public var reconnectBackoffMs: Int64 = 50
  /// `reconnect.backoff.max.ms`
  public var reconnectBackoffMaxMs: Int64 = 1_000
  /// `retry.backoff.ms`: the same way, between tries of a request.
  public var retryBackoffMs: Int64 = 100
  /// `retry.backoff.max.ms`
  public var retryBackoffMaxMs: Int64 = 1_000
  /// `metadata.max.age.ms`
  public var metadataMaxAgeMs: Int64 = 300_000
  /// `socket.connection.setup.timeout.ms`
  public var connectionSetupTimeoutMs: Int64 = 10_000
  /// `default.api.timeout.ms`: the longest that a whole operation, its retries included, takes;
  /// it bounds the search for a first broker too.
  public var defaultApiTimeoutMs: Int64 = 60_000
  /// The largest answer that is read; a larger one closes the connection.
  public var maxResponseBytes = 512 << 20
  /// Seeds jitter and random choices, so that a simulated run can be repeated; nil takes any.
  public var seed: UInt64?
  /// Properties that were given, are Kafka's, and mean nothing to this client.
  public var ignoredProperties: [String] = []

  public init(bootstrapServers: [NetworkAddress] = []) {
    self.bootstrapServers = bootstrapServers
  }

  init(
    reading reader: inout PropertyReader, bootstrapServers: [NetworkAddress]
  ) throws(ConfigurationError) {
    self.bootstrapServers = bootstrapServers
    try reader.addresses("bootstrap.servers", &self.bootstrapServers)
    clientId = reader.string("client.id") ?? clientId
    let anyTime: ClosedRange<Int64> = 0...Int64(Int32.max)
    try reader.integer("request.timeout.ms", &requestTimeoutMs, in: 1...Int64(Int32.max))
    try reader.integer("reconnect.backoff.ms", &reconnectBackoffMs, in: anyTime)
    try reader.integer("reconnect.backoff.max.ms", &reconnectBackoffMaxMs, in: anyTime)
    try reader.integer("retry.backoff.ms", &retryBackoffMs, in: anyTime)
    try reader.integer("retry.backoff.max.ms", &retryBackoffMaxMs, in: anyTime)
    try reader.integer("metadata.max.age.ms", &metadataMaxAgeMs, in: anyTime)
    try reader.integer(
      "socket.connection.setup.timeout.ms", &connectionSetupTimeoutMs, in: 1...Int64(Int32.max))
    try reader.integer("default.api.timeout.ms", &defaultApiTimeoutMs, in: anyTime)
    try reader.refuse(
      "security.protocol", unless: ["PLAINTEXT", "plaintext"],
      reason: "TLS and SASL are not supported yet, only PLAINTEXT is")
    reader.ignore([
      "connections.max.idle.ms", "metric.reporters", "metrics.num.samples",
      "metrics.recording.level", "metrics.sample.window.ms", "auto.include.jmx.reporter",
      "enable.metrics.push", "interceptor.classes", "client.dns.lookup", "send.buffer.bytes",
      "receive.buffer.bytes", "socket.connection.setup.timeout.max.ms",
      "metadata.recovery.strategy", "metadata.recovery.rebootstrap.trigger.ms",
    ])
  }

  /// Ends the reading of properties: refuses unknown ones, and notes those that were ignored.
  mutating func finish(_ reader: PropertyReader) throws(ConfigurationError) {
    try reader.finish()
    ignoredProperties = reader.ignored.sorted()
  }
}

/// The configuration of `Admin`.
public struct AdminConfig: Sendable {
  public var client: ClientConfig

  public init(bootstrapServers: [NetworkAddress]) {
    client = ClientConfig(bootstrapServers: bootstrapServers)
  }

  /// - Parameter properties: Kafka's property names, as in an `admin.properties`.
  public init(
    properties: [String: String], bootstrapServers: [NetworkAddress] = []
  ) throws(ConfigurationError) {
    var reader = PropertyReader(properties)
    client = try ClientConfig(reading: &reader, bootstrapServers: bootstrapServers)
    reader.ignore(["retries"])
    try client.finish(reader)
  }
}
