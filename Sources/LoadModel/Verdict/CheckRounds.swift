import Statistics

/// How many rounds a check needs, so that it could find anything.
///
/// What a rank test finds cannot be less probable than one order of the rounds among all, and every
/// figure that decides is one more that chance could have made worse: more cases need more rounds.
/// Fewer are no reason not to measure, but no check of them may end with PASS.
public enum CheckRounds {
  /// Fewer show nothing clearly, however few the figures.
  static let usualLeast = 10
  /// Where more than these are needed, no number helps: a stored reference is too short for them.
  private static let searched = 1...100

  /// The least number of rounds after which a figure of each kind could be a REGRESSION.
  ///
  /// - Parameters:
  ///   - loads: Of all cases. It is reckoned as if their targets told every figure.
  ///   - stored: Rounds of a stored reference; nil where both sides take turns.
  /// - Returns: Nil where no number is enough against so few that are stored.
  public static func least(for loads: [Workload], against stored: Int? = nil) -> Int? {
    var most = usualLeast
    for (kind, family) in families(loads, against: stored) {
      guard let least = least(kind, family: family, against: stored) else { return nil }
      most = max(most, least)
    }
    return most
  }

  /// Why so many rounds are too few for these cases, with how many are needed; nil where they are
  /// not.
  public static func shortfall(
    _ rounds: Int, for loads: [Workload], against stored: Int? = nil
  ) -> String? {
    let needs = families(loads, against: stored).map { kind, family in
      (kind, family, least(kind, family: family, against: stored) ?? .max)
    }
    guard let most = needs.max(by: { $0.2 < $1.2 }) else { return nil }
    return shortfall(rounds, most.0, family: most.1, against: stored)
  }

  /// The same of one kind, of which `family` figures decide.
  static func shortfall(
    _ rounds: Int, _ kind: CheckMetric.Kind, family: Int, against stored: Int?
  ) -> String? {
    guard !isEnough(rounds, kind, family: family, against: stored) else { return nil }
    let those = stored.map { "\(rounds) against \($0) of the baseline" } ?? "\(rounds)"
    let figures = family == 1 ? "1 figure that decides" : "\(family) figures that decide"
    let needed = least(kind, family: family, against: stored)
    return "too few rounds: \(those) cannot show a REGRESSION in \(kind.words) (\(figures)); "
      + (needed.map { "\($0) can" } ?? "the baseline needs more")
  }

  /// How many figures of each kind decide, at most.
  private static func families(
    _ loads: [Workload], against stored: Int?
  ) -> [(CheckMetric.Kind, Int)] {
    CheckMetric.Kind.allCases.map { kind in
      let metrics = CheckMetric.all.filter { $0.kind == kind }
      let count = loads.reduce(0) { sum, load in
        sum + metrics.count { $0.decides(load, inTurns: stored == nil) }
      }
      return (kind, count)
    }
  }

  private static func least(
    _ kind: CheckMetric.Kind, family: Int, against stored: Int?
  ) -> Int? {
    searched.first { isEnough($0, kind, family: family, against: stored) }
  }

  private static func isEnough(
    _ rounds: Int, _ kind: CheckMetric.Kind, family: Int, against stored: Int?
  ) -> Bool {
    let least =
      stored.map { RankTests.rankSumLeast(rounds, over: $0) }
      ?? RankTests.signedRankLeast(pairs: rounds)
    // As Holm's correction counts the least probable of a family.
    return least * Double(family) <= kind.falseAlarmShare
  }
}
