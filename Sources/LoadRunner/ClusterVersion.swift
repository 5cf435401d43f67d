/// What a cluster's `metadata.version` says of its software.
///
/// - Source: Apache Kafka `MetadataVersion`.
enum ClusterVersion {
  /// The last level that a release brought, in rising order.
  private static let releases: [(level: Int16, name: String)] = [
    (7, "3.3"), (8, "3.4"), (11, "3.5"), (14, "3.6"), (19, "3.7"), (20, "3.8"), (21, "3.9"),
    (25, "4.0"), (27, "4.1"),
  ]

  /// `metadata.version 27, that of Kafka 4.1`: what the brokers agreed on, which says neither whose
  /// software they are, nor that it is no newer.
  static func text(_ level: Int16) -> String {
    let release = releases.first { level <= $0.level }?.name
    let whose = release.map { "that of Kafka \($0)" } ?? "newer than Kafka 4.1's"
    return "metadata.version \(level), \(whose)"
  }
}
