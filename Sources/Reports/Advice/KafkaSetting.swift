import LoadModel

/// The settings that a user of Kafka chooses, by Kafka's own names; the other ones that can be
/// swept describe the load.
enum KafkaSetting {
  private static let names = [
    "acks": "acks", "compression": "compression.type", "batch-size": "batch.size",
    "linger-ms": "linger.ms", "max-in-flight": "max.in.flight.requests.per.connection",
    "idempotence": "enable.idempotence", "buffer-memory": "buffer.memory",
    "fetch-min-bytes": "fetch.min.bytes", "fetch-max-wait": "fetch.max.wait.ms",
    "partition-fetch-size": "max.partition.fetch.bytes", "fetch-size": "fetch.max.bytes",
  ]

  static func isChoosable(_ name: String) -> Bool { names[name] != nil }

  /// `batch.size=262144`, to be pasted into a client's configuration.
  static func text(_ name: String, _ value: String) -> String {
    let own = names[name] ?? name
    switch name {
    case "compression":
      let parts = value.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { return "\(own)=\(value)" }
      return "\(own)=\(parts[0]) compression.\(parts[0]).level=\(parts[1])"
    case "fetch-max-wait":
      let milliseconds = try? ValueText.duration(value, in: 0...Int64.max)
      return "\(own)=\(milliseconds.map { "\($0)" } ?? value)"
    default:
      let bytes = try? ValueText.size(value, in: 0...Int64.max)
      return "\(own)=\(bytes.map { "\($0)" } ?? value)"
    }
  }

  /// Whether a client that does not set it has this value.
  static func isDefault(_ name: String, _ value: String) -> Bool {
    switch name {
    case "acks": value == "all"
    case "idempotence": value == "true"
    default: value == ScenarioSchema.field(named: name)?.defaultText
    }
  }

  /// The value to use where nothing is shown: the one that risks least, else Kafka's default, else
  /// the first.
  static func safest(_ axis: Factors.Axis) -> String {
    let first = axis.values.first ?? ""
    switch axis.name {
    case "acks": return ["all", "1"].first(where: axis.values.contains) ?? first
    case "idempotence": return axis.values.contains("true") ? "true" : first
    default:
      let usual = ScenarioSchema.field(named: axis.name)?.defaultText ?? ""
      return axis.values.contains(usual) ? usual : first
    }
  }

  /// `values` by their distance from `safe` in the order of the axis.
  static func nearest(to safe: String, of values: [String], on axis: Factors.Axis) -> [String] {
    let home = axis.values.firstIndex(of: safe) ?? 0
    func distance(_ value: String) -> Int {
      abs((axis.values.firstIndex(of: value) ?? 0) - home)
    }
    return values.sorted { distance($0) < distance($1) }
  }
}
