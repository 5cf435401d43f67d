/// One key of a configuration: its type, its default and what it allows.
public struct ConfigDefinition: Sendable {
  /// The types of the protocol, with their numbers in DescribeConfigs.
  public enum Kind: Int8, Sendable {
    case boolean = 1
    case string = 2
    case int = 3
    case short = 4
    case long = 5
    case double = 6
    case list = 7
    case `class` = 8
    case password = 9
  }

  public let name: String
  public let kind: Kind
  /// nil: there is none.
  public let defaultValue: String?
  /// The least and the greatest number.
  public let range: ClosedRange<Int64>?
  /// The words that are allowed; empty: any.
  public let words: [String]
  public let documentation: String
  /// Whether this broker does what the key says. Others are accepted and remembered only.
  public let isEnforced: Bool
  /// Whether a list needs a value, and each of its values some text.
  public let isFilled: Bool

  init(
    _ name: String, _ kind: Kind, _ defaultValue: String?, range: ClosedRange<Int64>? = nil,
    words: [String] = [], enforced: Bool = true, filled: Bool = false, _ documentation: String
  ) {
    self.name = name
    self.kind = kind
    self.defaultValue = defaultValue
    self.range = range
    self.words = words
    self.documentation = documentation
    self.isEnforced = enforced
    self.isFilled = filled
  }

  /// Throws unless `value` is of the right type and allowed.
  func check(_ value: String) throws(ConfigError) {
    let value = value.trimmed
    switch kind {
    case .boolean:
      if ConfigText.boolean(value) == nil { throw error(value) }
    case .int, .short, .long:
      guard let number = Int64(value), allowedNumbers.contains(number) else { throw error(value) }
    case .double:
      guard let number = Double(value), number >= 0, number <= 1 else { throw error(value) }
    case .list:
      let items = ConfigText.list(value)
      let places = value.split(separator: ",", omittingEmptySubsequences: false).count
      if isFilled, items.count < places { throw error(value) }
      if !words.isEmpty, !items.allSatisfy(words.contains) { throw error(value) }
    case .string, .class, .password:
      if isFilled, value.isEmpty { throw error(value) }
      if !words.isEmpty, !words.contains(value) { throw error(value) }
    }
  }

  private func error(_ value: String) -> ConfigError {
    ConfigError(key: name, value: value, allowed: allowed)
  }

  private var allowedNumbers: ClosedRange<Int64> {
    if let range { return range }
    switch kind {
    case .short: return Int64(Int16.min)...Int64(Int16.max)
    case .int: return Int64(Int32.min)...Int64(Int32.max)
    default: return Int64.min...Int64.max
    }
  }

  /// What is allowed, in words.
  var allowed: String {
    switch kind {
    case .boolean: return "true or false"
    case .int, .short, .long:
      let numbers = allowedNumbers
      if numbers == Int64.min...Int64.max { return "a whole number" }
      if numbers.upperBound == .max { return "a whole number of at least \(numbers.lowerBound)" }
      return "a whole number from \(numbers.lowerBound) to \(numbers.upperBound)"
    case .double: return "a number from 0 to 1"
    case .list:
      let kind = isFilled ? "values by commas, none of them empty" : "a list"
      return words.isEmpty ? kind : kind + " of " + words.joined(separator: ", ")
    default:
      let kind = isFilled ? "text that is not empty" : "text"
      return words.isEmpty ? kind : "one of " + words.joined(separator: ", ")
    }
  }
}

/// A configuration value that cannot be: the key, what was given, what is allowed, and why.
public struct ConfigError: Error, Sendable, Equatable, CustomStringConvertible {
  public var key: String
  public var value: String
  public var allowed: String
  /// What is wrong with the value, where that does not follow from what is allowed.
  public var reason: String?

  public init(key: String, value: String, allowed: String, reason: String? = nil) {
    self.key = key
    self.value = value
    self.allowed = allowed
    self.reason = reason
  }

  public var description: String {
    let why = reason.map { ": \($0)" } ?? ""
    return value.isEmpty
      ? "Configuration \(key) is empty\(why); allowed: \(allowed)"
      : "Invalid value \(value) for configuration \(key)\(why); allowed: \(allowed)"
  }
}

/// How configuration values are written.
enum ConfigText {
  /// A path in one form: `/a//b/` is `/a/b`.
  static func directory(_ path: String) -> String {
    let parts = path.split(separator: "/").joined(separator: "/")
    return path.hasPrefix("/") ? "/" + parts : parts
  }

  static func boolean(_ text: String) -> Bool? {
    switch text.trimmed.lowercased() {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// The items between commas, without space around them and without empty ones.
  static func list(_ text: String) -> [String] {
    text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
  }
}

extension String {
  /// Without white space at both ends.
  var trimmed: String {
    var text = Substring(self)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
