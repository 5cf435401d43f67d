/// The kinds of resources that have settings, by their numbers in the protocol.
enum ConfigResourceType: Int8 {
  case topic = 2
  case broker = 4
  case brokerLogger = 8
  case clientMetrics = 16
  case group = 32

  /// As Kafka's tools name it in `--entity-type` and in errors.
  var name: String {
    switch self {
    case .topic: "topic"
    case .broker: "broker"
    case .brokerLogger: "broker-logger"
    case .clientMetrics: "client-metrics"
    case .group: "group"
    }
  }

  /// How an error names a number, whether it is known or not.
  static func name(of number: Int8) -> String {
    Self(rawValue: number)?.name ?? "resource type \(number)"
  }
}
