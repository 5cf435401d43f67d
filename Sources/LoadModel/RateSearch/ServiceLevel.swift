/// What a load must hold: terms that all must be true, such as `e2e.p99<20ms,errors=0`.
public struct ServiceLevel: Sendable, Equatable {
  public var terms: [Term]

  public init(terms: [Term]) { self.terms = terms }

  /// As it is read back: `e2e.p99<20ms,errors=0`.
  public var text: String { terms.map(\.text).joined(separator: ",") }

  public struct Term: Sendable, Equatable, Hashable {
    public var subject: Subject
    public var comparison: Comparison
    /// Nanoseconds of a latency, or a count.
    public var limit: Int64

    public init(_ subject: Subject, _ comparison: Comparison, _ limit: Int64) {
      self.subject = subject
      self.comparison = comparison
      self.limit = limit
    }
  }

  /// What a term limits.
  public enum Subject: Sendable, Equatable, Hashable {
    case latency(Latency, Statistic)
    /// Records that failed.
    case errors
    /// Records that were acknowledged (with acks=0: sent) and are missing.
    case lost
  }

  public enum Latency: String, Sendable, CaseIterable {
    /// From the scheduled time to the acknowledgement.
    case produce
    /// From the scheduled time to the receipt by a consumer.
    case endToEnd = "e2e"
    /// From the send to the acknowledgement.
    case service
  }

  public enum Statistic: String, Sendable, CaseIterable {
    case p50, p90, p99, p999, max
  }

  public enum Comparison: String, Sendable, CaseIterable {
    case below = "<"
    case atMost = "<="
    case equal = "="
  }
}

extension ServiceLevel.Subject {
  /// `e2e.p99`, `errors`.
  public var text: String {
    switch self {
    case .latency(let latency, let statistic): "\(latency.rawValue).\(statistic.rawValue)"
    case .errors: "errors"
    case .lost: "lost"
    }
  }

  static let all: [Self] =
    ServiceLevel.Latency.allCases.flatMap { latency in
      ServiceLevel.Statistic.allCases.map { .latency(latency, $0) }
    } + [.errors, .lost]

  var isCount: Bool { self == .errors || self == .lost }
}

extension ServiceLevel.Term {
  /// `e2e.p99<20ms`.
  public var text: String {
    "\(subject.text)\(comparison.rawValue)"
      + (subject.isCount ? "\(limit)" : ServiceLevel.timeText(limit))
  }

  /// Whether a value holds the term.
  public func holds(_ value: Int64) -> Bool {
    switch comparison {
    case .below: value < limit
    case .atMost: value <= limit
    case .equal: value == limit
    }
  }
}

extension ServiceLevel {
  /// The units of a time, the largest first.
  private static let units: [(name: String, nanos: Int64)] = [
    ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000),
  ]

  /// The largest time that a term may have: an hour.
  private static let mostNanos: Int64 = 3_600_000_000_000

  static func timeText(_ nanos: Int64) -> String {
    for (name, unit) in units where nanos % unit == 0 { return "\(nanos / unit)\(name)" }
    return "\(ValueText.plain(Double(nanos) / 1000))us"
  }

  private static let allowedSubjects =
    "produce, e2e or service with .p50, .p90, .p99, .p999 or .max; errors; lost"

  /// Reads `e2e.p99<20ms,errors=0`.
  ///
  /// - Throws: The term that is wrong, and what is allowed instead.
  public static func parse(_ text: String) throws(ValueText.Refusal) -> ServiceLevel {
    var terms: [Term] = []
    for item in ScenarioSchema.splitList(text) {
      let term = try parseTerm(item)
      guard !terms.contains(where: { $0.subject == term.subject }) else {
        throw ValueText.Refusal(
          "each quantity once (\(term.subject.text) is there twice), such as e2e.p99<20ms,errors=0")
      }
      terms.append(term)
    }
    return ServiceLevel(terms: terms)
  }

  private static func parseTerm(_ text: String) throws(ValueText.Refusal) -> Term {
    let clean = text.filter { $0 != " " }
    func refusal(_ allowed: String) -> ValueText.Refusal {
      ValueText.Refusal("\(allowed) (the term \"\(text)\" is wrong)")
    }
    guard let at = clean.firstIndex(where: { $0 == "<" || $0 == "=" || $0 == ">" }),
      clean[at] != ">"
    else {
      throw refusal("terms such as e2e.p99<20ms, with <, <= or =, separated by commas")
    }
    let isAtMost = clean[at...].hasPrefix("<=")
    let comparison: Comparison = clean[at] == "=" ? .equal : (isAtMost ? .atMost : .below)
    let name = clean[..<at]
    guard let subject = Subject.all.first(where: { $0.text == name }) else {
      throw refusal(allowedSubjects)
    }
    let value = clean[clean.index(at, offsetBy: comparison.rawValue.count)...]
    if subject.isCount {
      guard let count = Int64(value), count >= 0, comparison != .below || count > 0 else {
        throw refusal("a whole number of records, such as \(subject.text)=0")
      }
      return Term(subject, comparison, count)
    }
    guard comparison != .equal else {
      throw refusal("< or <= for a latency, such as \(subject.text)<20ms")
    }
    guard let nanos = time(value) else {
      throw refusal("a time with its unit, us, ms or s, from 1us to 3600s, such as 20ms")
    }
    return Term(subject, comparison, nanos)
  }

  private static func time(_ text: Substring) -> Int64? {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = text.dropFirst(digits.count)
    guard let nanos = units.first(where: { $0.name == unit })?.nanos, let value = Double(digits),
      value <= 1e13
    else { return nil }
    let found = Int64((value * Double(nanos)).rounded())
    return (1000...mostNanos).contains(found) ? found : nil
  }
}

// In result files it is the text that the flag has.
extension ServiceLevel: Codable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let parsed = try? Self.parse(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is no target"))
    }
    self = parsed
  }
}
