import KafkaClient
import Transport

/// Options that every command which talks to a cluster shares.
enum ClientOptions {
  static let bootstrap = Option<[BrokerAddress]>(
    "bootstrap", "HOST:PORT,…", "brokers to ask first",
    default: [BrokerAddress(host: "127.0.0.1", port: 9092)], defaultText: "127.0.0.1:9092",
    parse: Values.addresses)
  static let timeout = Option<Int64>(
    "request-timeout", "DURATION", "how long the cluster may take to answer", default: 10_000,
    defaultText: "10s", parse: Values.milliseconds)
  static let property = Option<[Property]>.repeated(
    "property", "KEY=VALUE", "a client property, by Kafka's name", parse: Values.property)

  static func addresses(_ arguments: Arguments) -> [NetworkAddress] {
    arguments[bootstrap].map { NetworkAddress(host: $0.host, port: $0.port) }
  }

  static func adminConfig(_ arguments: Arguments) -> AdminConfig {
    var config = AdminConfig(bootstrapServers: addresses(arguments))
    config.client.defaultApiTimeoutMs = arguments[timeout]
    config.client.requestTimeoutMs = min(config.client.requestTimeoutMs, arguments[timeout])
    return config
  }

  /// The `--property` values over the command's own.
  static func properties(_ arguments: Arguments, over own: [String: String]) -> [String: String] {
    own.merging(arguments[property].map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
  }
}
