/// What a trial of a rate search must hold to pass.
public enum RateCriterion: Sendable, Equatable, Hashable {
  /// A term of the target.
  case target(ServiceLevel.Term)
  /// Less than 99 % of the schedule was sent in time, or some of it was never sent.
  case schedule
  /// Records that are due and not acknowledged (or not read) became more.
  case backlog
  /// Records failed.
  case errors
  /// A quantity did not settle, or drifted: see `SteadyState`.
  case unsteady
  /// The generator sent later than a tenth of the target allows, or its threads were busy.
  case generator
  /// The trial ended early: see `RateTrial.failure`.
  case ended

  private static let named: [(text: String, criterion: RateCriterion)] = [
    ("schedule", .schedule), ("backlog", .backlog), ("errors", .errors), ("unsteady", .unsteady),
    ("generator", .generator), ("ended", .ended),
  ]

  /// `backlog`, or the term: `e2e.p99<20ms`.
  public var text: String {
    if case .target(let term) = self { return term.text }
    return Self.named.first { $0.criterion == self }?.text ?? ""
  }
}

// In result files it is its text.
extension RateCriterion: Codable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    if let known = Self.named.first(where: { $0.text == text })?.criterion {
      self = known
      return
    }
    guard let term = try? ServiceLevel.parse(text).terms.first else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is no criterion"))
    }
    self = .target(term)
  }
}
