import LoadModel

/// Changes as readers meet them in tables.
enum ChangeText {
  /// `+5.2 %`; a thousand percent and more as a factor.
  static func signed(_ share: Double) -> String {
    guard abs(share) < 10 else { return "×\(Numbers.readable(1 + share))" }
    let text = Numbers.fixed(abs(share) * 100, 1)
    return (share < 0 && text != "0.0" ? "−" : "+") + text + " %"
  }

  static func percent(_ share: Double) -> String { Numbers.fixed(share * 100, 1) + " %" }

  /// A column's title: pairs' changes are not those of the medians beside them.
  static func title(_ verdict: Verdict) -> String {
    verdict.sidesTookTurns == true ? "Change of pairs" : "Change"
  }

  /// No share says how much more than nothing something is.
  static func change(_ line: VerdictLine) -> String {
    if line.isFromNothing { return "from 0" }
    return line.candidate == 0 && line.reference > 0 ? "to 0" : signed(line.change)
  }

  static func interval(_ line: VerdictLine) -> String {
    let isOfZero = line.reference == 0 || line.candidate == 0
    return isOfZero ? "" : interval(line.changeLow, line.changeHigh)
  }

  /// `−1.0 % … +3.2 %`
  static func interval(_ low: Double?, _ high: Double?) -> String {
    guard let low, let high else { return "" }
    return "\(signed(low)) … \(signed(high))"
  }
}
