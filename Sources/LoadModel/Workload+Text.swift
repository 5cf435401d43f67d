extension LoadRate {
  /// `max`, or records a second, as it is read back.
  public var text: String {
    switch self {
    case .max: "max"
    case .perSecond(let rate): ValueText.plain(rate)
    }
  }

  public init?(text: String) {
    if text == "max" {
      self = .max
      return
    }
    if let whole = try? ValueText.count(text, in: 1...1_000_000_000) {
      self = .perSecond(Double(whole))
      return
    }
    guard let rate = Double(text), rate >= 0.01, rate <= 1e9 else { return nil }
    self = .perSecond(rate)
  }
}

extension KeyDistribution {
  /// `none`, `sequential`, `random`, `zipf`, `zipf:1.2`.
  public var text: String {
    switch self {
    case .none: "none"
    case .sequential: "sequential"
    case .random: "random"
    case .zipf(let exponent):
      exponent == Self.usualExponent ? "zipf" : "zipf:\(ValueText.plain(exponent))"
    }
  }

  /// Of `zipf` without an exponent: what YCSB uses.
  public static let usualExponent = 0.99

  public init?(text: String) {
    switch text {
    case "none": self = .none
    case "sequential": self = .sequential
    case "random": self = .random
    case "zipf": self = .zipf(exponent: Self.usualExponent)
    default:
      guard text.hasPrefix("zipf:"), let exponent = Double(text.dropFirst(5)),
        exponent >= 0.1, exponent <= 10
      else { return nil }
      self = .zipf(exponent: exponent)
    }
  }
}

extension Compression {
  /// Reads `zstd`, `zstd:19`.
  static func parse(_ text: String) throws(ValueText.Refusal) -> Compression {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let names = Codec.allCases.map(\.rawValue).joined(separator: ", ")
    guard let first = parts.first, let codec = Codec(rawValue: String(first)) else {
      throw ValueText.Refusal(names)
    }
    guard parts.count == 2 else { return Compression(codec) }
    guard let levels = codec.levels else {
      throw ValueText.Refusal("\(codec.rawValue) without a level")
    }
    guard let level = Int(parts[1]), levels.contains(level) else {
      throw ValueText.Refusal(
        "\(codec.rawValue): with a level from \(levels.lowerBound) to \(levels.upperBound)")
    }
    return Compression(codec, level: level)
  }

  public init?(text: String) {
    guard let parsed = try? Self.parse(text) else { return nil }
    self = parsed
  }
}

// In result files these are the text that flags have.

extension AckLevel {
  public func encode(to encoder: any Encoder) throws { try encodeText(text, to: encoder) }

  public init(from decoder: any Decoder) throws {
    self = try decodeText(decoder) { AckLevel(text: $0) }
  }
}

extension Compression {
  public func encode(to encoder: any Encoder) throws { try encodeText(text, to: encoder) }

  public init(from decoder: any Decoder) throws {
    self = try decodeText(decoder) { Compression(text: $0) }
  }
}

extension LoadRate {
  public func encode(to encoder: any Encoder) throws { try encodeText(text, to: encoder) }

  public init(from decoder: any Decoder) throws {
    self = try decodeText(decoder) { LoadRate(text: $0) }
  }
}

extension KeyDistribution {
  public func encode(to encoder: any Encoder) throws { try encodeText(text, to: encoder) }

  public init(from decoder: any Decoder) throws {
    self = try decodeText(decoder) { KeyDistribution(text: $0) }
  }
}

private func encodeText(_ text: String, to encoder: any Encoder) throws {
  var container = encoder.singleValueContainer()
  try container.encode(text)
}

private func decodeText<Value>(_ decoder: any Decoder, _ parse: (String) -> Value?) throws
  -> Value
{
  let text = try decoder.singleValueContainer().decode(String.self)
  guard let value = parse(text) else {
    throw DecodingError.dataCorrupted(
      .init(codingPath: decoder.codingPath, debugDescription: "\"\(text)\" is not understood"))
  }
  return value
}
