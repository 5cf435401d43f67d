/// How soon a broker that is measured deletes what retention no longer keeps: at once, as nearly as
/// it can, so that a run keeps within its bounds.
public struct BrokerDeletion: Sendable {
  /// Properties of every broker that a run starts; `--broker-property` wins.
  public static let properties = [
    checkKey: "200",
    delayKey: "500",
  ]

  private static let checkKey = "log.retention.check.interval.ms"
  private static let delayKey = "log.segment.delete.delay.ms"
  /// A busy disk pool takes a while for it.
  private static let slackSeconds = 0.5

  /// The same of a broker with these properties.
  static var usualSeconds: Double { BrokerDeletion(RunSettings()).latestSeconds }

  /// From a segment's end until its file is gone, in seconds.
  public let latestSeconds: Double

  public init(_ settings: RunSettings) {
    let all = Self.properties.merging(settings.brokerProperties) { $1 }
    func seconds(_ text: String?) -> Double { max(0, (text.flatMap(Double.init) ?? 0) / 1000) }
    latestSeconds =
      seconds(all[Self.checkKey])
      + seconds(settings.topicConfig["file.delete.delay.ms"] ?? all[Self.delayKey])
      + Self.slackSeconds
  }
}
