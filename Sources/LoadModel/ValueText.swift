/// Values as people write them: sizes, counts, durations, ratios. Each refusal says what is
/// allowed, as a completion of "… takes".
public enum ValueText {
  /// Why a text was refused: what would have been allowed.
  public struct Refusal: Error, Equatable, Sendable {
    public var allowed: String

    public init(_ allowed: String) { self.allowed = allowed }
  }

  /// Bytes: `1000`, `16KiB`, `1 MiB`, `64kB` (10^3), `1GiB`.
  public static func size(_ text: String, in range: ClosedRange<Int64>) throws(Refusal) -> Int64 {
    let factors: [String: Int64] = [
      "": 1, "b": 1, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40,
      "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "tb": 1_000_000_000_000,
    ]
    return try scaled(
      text, factors, in: range,
      allowed: "a size such as 1000, 16KiB or 1MiB, from \(size(range.lowerBound))"
        + " to \(size(range.upperBound))")
  }

  /// Numbers of things: `2000000`, `2_000_000`, `2M`, `1.5k`, `1G`.
  public static func count(_ text: String, in range: ClosedRange<Int64>) throws(Refusal) -> Int64 {
    let factors: [String: Int64] = [
      "": 1, "k": 1000, "m": 1_000_000, "g": 1_000_000_000, "b": 1_000_000_000,
    ]
    let top = range.upperBound == .max ? "" : " to \(range.upperBound)"
    return try scaled(
      text, factors, in: range,
      allowed: top.isEmpty
        ? "a whole number such as 2000000 or 2M, at least \(range.lowerBound)"
        : "a whole number from \(range.lowerBound)\(top)")
  }

  /// Milliseconds: `500ms`, `30s`, `5m`, `1h`, `1.5s`; a bare number is seconds.
  public static func duration(_ text: String, in range: ClosedRange<Int64>) throws(Refusal)
    -> Int64
  {
    let factors: [String: Int64] = [
      "": 1000, "ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000,
    ]
    return try scaled(
      text, factors, in: range,
      allowed: "a duration such as 500ms, 30s or 5m, from \(duration(range.lowerBound))"
        + " to \(duration(range.upperBound))")
  }

  /// A decimal number in `range`.
  public static func number(_ text: String, in range: ClosedRange<Double>) throws(Refusal)
    -> Double
  {
    guard let value = Double(text), value.isFinite, range.contains(value) else {
      throw Refusal("a number from \(plain(range.lowerBound)) to \(plain(range.upperBound))")
    }
    return value
  }

  /// `true` or `false`, `yes`, `no`, `on`, `off`.
  public static func bool(_ text: String) throws(Refusal) -> Bool {
    switch text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw Refusal("true or false")
    }
  }

  /// A size as it is read back: the largest binary unit that divides it.
  public static func size(_ bytes: Int64) -> String {
    for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)] as [(String, Int64)]
    where bytes != 0 && bytes & ((1 << shift) - 1) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return "\(bytes)"
  }

  /// A duration as it is read back.
  public static func duration(_ milliseconds: Int64) -> String {
    if milliseconds == 0 { return "0s" }
    if milliseconds % 3_600_000 == 0 { return "\(milliseconds / 3_600_000)h" }
    if milliseconds % 60_000 == 0 { return "\(milliseconds / 60_000)m" }
    if milliseconds % 1000 == 0 { return "\(milliseconds / 1000)s" }
    return "\(milliseconds)ms"
  }

  /// A number without a useless `.0`.
  public static func plain(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
  }

  private static func scaled(
    _ text: String, _ factors: [String: Int64], in range: ClosedRange<Int64>, allowed: String
  ) throws(Refusal) -> Int64 {
    let clean = text.filter { $0 != "_" && $0 != " " }
    let digits = clean.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let unit = clean.dropFirst(digits.count).lowercased()
    guard !digits.isEmpty, let factor = factors[unit] else { throw Refusal(allowed) }
    let value: Int64
    if let whole = Int64(digits) {
      let product = whole.multipliedReportingOverflow(by: factor)
      guard !product.overflow else { throw Refusal(allowed) }
      value = product.partialValue
    } else {
      guard let number = Double(digits), let exact = Int64(exactly: number * Double(factor))
      else { throw Refusal(allowed) }
      value = exact
    }
    guard range.contains(value) else { throw Refusal(allowed) }
    return value
  }
}
