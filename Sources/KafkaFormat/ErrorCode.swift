/// An error as Kafka's protocol tells it: a 16-bit number with a name.
///
/// A number that this table does not know (a newer broker's) is kept as it is.
///
/// - Source: Kafka protocol guide, "Error Codes"; Apache Kafka 4.3 `Errors`.
public struct ErrorCode: RawRepresentable, Hashable, Sendable, Error {
  public let rawValue: Int16

  @inlinable
  public init(rawValue: Int16) { self.rawValue = rawValue }

  /// All codes that are known, in ascending order.
  public static var allKnown: [ErrorCode] {
    table.indices.map { ErrorCode(rawValue: Int16($0 - 1)) }
  }

  private var entry: Entry? {
    let index = Int(rawValue) + 1
    return Self.table.indices.contains(index) ? Self.table[index] : nil
  }

  /// Kafka's name, in capitals: `UNKNOWN_TOPIC_OR_PARTITION`.
  public var name: String { entry?.name ?? "ERROR_\(rawValue)" }

  /// What it means, in one short line.
  public var message: String { entry?.message ?? "an error that this version does not know" }

  /// The same request may succeed when it is sent again.
  public var isRetriable: Bool { entry.map { $0.retry != .no } ?? false }

  /// What is known of topics and leaders is out of date; always retriable.
  public var invalidatesMetadata: Bool { entry?.retry == .refresh }
}

extension ErrorCode: CustomStringConvertible {
  public var description: String { "\(name) (\(rawValue)): \(message)" }
}
