/// How much a message matters. A subsystem writes those at or above its level.
public enum LogLevel: UInt8, Comparable, Sendable, CaseIterable {
  case trace, debug, info, warning, error
  /// As a level: nothing is written.
  case off

  public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

  /// By its name in any case; `warn` as well, as Kafka's configuration spells it.
  public init?(name: String) {
    let lowercased = name.lowercased()
    let level = Self.allCases.first { "\($0)" == lowercased }
    guard let level = level ?? (lowercased == "warn" ? .warning : nil) else { return nil }
    self = level
  }
}
