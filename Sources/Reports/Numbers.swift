import LoadModel

/// Numbers as text: the same digits everywhere, whatever the locale.
enum Numbers {
  /// With exactly so many decimals; `inf` and numbers beyond 10^15 in full.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (value * scale).rounded()
    guard scaled.isFinite, abs(scaled) < 9e15 else { return "\(value)" }
    let whole = Int64(scaled)
    let digits = String(whole.magnitude)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = whole < 0 ? "-" : ""
    return decimals == 0
      ? sign + padded : sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// About three digits, thousands parted, for people: `1,234,567`, `12.3`, `0.0123`.
  static func readable(_ value: Double) -> String { readable(value, more: 0) }

  /// - Parameter more: Further digits.
  private static func readable(_ value: Double, more: Int) -> String {
    let size = abs(value)
    // A hair under a power of ten is written as that power.
    if size >= 99.95 || value == 0 {
      return more == 0 || value == 0 ? grouped(value.rounded()) : fixed(value, more)
    }
    if size >= 9.995 { return fixed(value, 1 + more) }
    if size >= 0.9995 { return fixed(value, 2 + more) }
    if size >= 0.09995 { return fixed(value, 3 + more) }
    return fixed(value, 4 + more)
  }

  /// `0.012`; `<0.001` below that.
  static func probability(_ value: Double) -> String {
    value < 0.001 ? "<0.001" : fixed(value, 3)
  }

  /// `818–1,001`; ends that would look the same have a digit more, and equal ones are one number.
  static func range(_ low: Double, _ high: Double) -> String {
    for more in 0...2 {
      let (one, other) = (readable(low, more: more), readable(high, more: more))
      if one != other { return "\(one)–\(other)" }
    }
    return readable(low)
  }

  /// A whole number with its thousands parted.
  static func grouped(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 9e15 else { return "\(value)" }
    return grouped(Int64(value))
  }

  static func grouped(_ value: Int64) -> String {
    let digits = Array(String(value.magnitude))
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}
