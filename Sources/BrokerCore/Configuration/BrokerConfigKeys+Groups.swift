/// What the configuration says of consumer groups.
extension BrokerConfigKeys {
  private static let milliseconds = 0...Int64(Int32.max)

  static let groups: [ConfigDefinition] = [
    .init(
      "group.initial.rebalance.delay.ms", .int, "3000", range: milliseconds,
      "How long an empty group waits for more members before its first rebalance ends."),
    .init(
      "group.min.session.timeout.ms", .int, "6000", range: milliseconds,
      "The shortest session that a member may ask for."),
    .init(
      "group.max.session.timeout.ms", .int, "1800000", range: milliseconds,
      "The longest session that a member may ask for."),
    .init(
      "group.max.size", .int, "2147483647", range: 1...Int64(Int32.max),
      "The most members of a group."),
  ]
}
