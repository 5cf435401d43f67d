/// An interval that holds the truth with a given confidence.
public struct ConfidenceInterval: Codable, Sendable, Equatable {
  public var low: Double
  public var high: Double
  /// 0 … 1.
  public var confidence: Double
}
