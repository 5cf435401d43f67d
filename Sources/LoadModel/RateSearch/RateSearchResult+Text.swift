extension RateSearchResult {
  /// Sustained trials at a rate that count: how many passed, of how many; nil where there was none.
  public func sustained(at perS: Double?) -> (passed: Int, of: Int)? {
    let there = trials.filter {
      $0.phase == .sustain && $0.isRepeated != true && $0.offeredPerS == perS && perS != nil
    }
    return there.isEmpty ? nil : (there.count(where: \.hasPassed), there.count)
  }

  /// The lowest rate above the result's whose trials failed, in records a second; nil where none
  /// failed.
  public var failingPerS: Double? {
    trials.filter {
      !$0.hasPassed && $0.isRepeated != true && $0.offeredPerS ?? 0 > ratePerS ?? 0
    }
    .compactMap(\.offeredPerS).min()
  }

  /// What was found, in a line, without the unit's explanation: `182000 records/s (181000 to
  /// 191000), bound by e2e.p99<20ms`.
  public var text: String {
    guard let ratePerS else { return "no rate passed" }
    let rate = "\(ValueText.plain(ratePerS.rounded())) records/s"
    if isGeneratorLimited { return "at least \(rate), generator-limited" }
    guard let lowPerS, let highPerS else { return "at least \(rate)" }
    let ends = [lowPerS, highPerS].map { ValueText.plain($0.rounded()) }
    let by = bound.map { ", bound by \($0.text)" } ?? ""
    return "\(rate) (\(ends[0]) to \(ends[1]))\(by)"
  }
}
