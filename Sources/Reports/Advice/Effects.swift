import Glibc
import LoadModel
import Statistics

/// What one value of a setting does instead of the one that is used where nothing is shown.
struct Effect {
  let axis: Factors.Axis
  let value: String
  let base: String
  /// What the other settings are held at: `compression=lz4`. Empty where there is one context only;
  /// nil for a mean over contexts that do not differ.
  let context: String?
  /// The pairs of experiments that it is made from: one, or all those of a mean.
  let pairs: [Factors.Pair]
  /// In some of them the load generator was the limit: no conclusion on the broker.
  let isLimited: Bool
  /// By the metric, corrected over all contests of the report; a figure that was not measured, or
  /// in no round on both sides, is absent.
  fileprivate(set) var contests: [Effects.Figure: Contest] = [:]
  /// Of a mean over contexts: figures that are not shown to be the same in every context, so that
  /// they have no mean.
  fileprivate(set) var differing: Set<Effects.Figure> = []

  /// Of what the advice is about.
  var goal: Contest? { contests[.goal] }
}

/// All effects of a sweep, each in its context, corrected together.
struct Effects {
  /// What effects are stated of.
  enum Figure: CaseIterable { case goal, clientCpu, brokerCpu, bytesSent }

  private struct Key: Hashable {
    var effect: Int
    var figure: Figure
  }

  /// A mean over contexts is made where the effect of no context differs from the others' by more
  /// than this, with the whole of its interval.
  static let largestInteraction = 0.1

  let all: [Effect]
  /// What two cases of one experiment differ by in the goal's figure; nil where not measured.
  let noiseFloor: Double?

  /// - Parameters:
  ///   - bases: The value of each axis that its others are compared with.
  ///   - limited: Places of the cells whose figures are the load generator's.
  init(_ factors: Factors, goal: Metric, bases: [String], limited: Set<Int>) {
    let metrics: [Figure: Metric] = [
      .goal: goal, .clientCpu: .clientCpu, .brokerCpu: .brokerCpu, .bytesSent: .bytesSent,
    ]
    let rounds = metrics.mapValues { metric in factors.cells.map { $0.rounds(metric) } }
    func contest(_ pair: Factors.Pair, _ figure: Figure) -> Contest? {
      rounds[figure].flatMap { Contest($0[pair.own], to: $0[pair.base]) }
    }
    var effects: [Effect] = []
    for (axis, base) in zip(factors.axes, bases) {
      for value in axis.values where value != base {
        let pairs = factors.pairs(of: value, insteadOf: base, on: axis)
          .filter { contest($0, .goal) != nil }
        func isLimited(_ pair: Factors.Pair) -> Bool {
          limited.contains(pair.own) || limited.contains(pair.base)
        }
        let isMean =
          Set(pairs.map(isLimited)).count == 1
          && Self.isWithoutInteraction(pairs.map { Self.logarithms($0, rounds[.goal] ?? []) })
        for group in isMean ? [pairs] : pairs.map({ [$0] }) {
          var effect = Effect(
            axis: axis, value: value, base: base, context: isMean ? nil : group[0].context,
            pairs: group, isLimited: group.contains(where: isLimited))
          for figure in Figure.allCases {
            guard isMean else {
              effect.contests[figure] = contest(group[0], figure)
              continue
            }
            let own = rounds[figure] ?? []
            if Self.isWithoutInteraction(group.map { Self.logarithms($0, own) }) {
              effect.contests[figure] = Self.mean(group, own)
            } else if group.contains(where: { contest($0, figure) != nil }) {
              effect.differing.insert(figure)
            }
          }
          effects.append(effect)
        }
      }
    }
    let floors = metrics.mapValues { factors.noiseFloor($0) }
    noiseFloor = floors[.goal] ?? nil
    all = Self.corrected(effects, floors)
  }

  private static func corrected(_ effects: [Effect], _ floors: [Figure: Double?]) -> [Effect] {
    var contests: [Key: Contest] = [:]
    for (place, effect) in effects.enumerated() {
      for (figure, contest) in effect.contests {
        contests[Key(effect: place, figure: figure)] = contest
      }
    }
    contests = contests.corrected { (floors[$0.figure] ?? nil) ?? 0 }
    var effects = effects
    for (key, contest) in contests { effects[key.effect].contests[key.figure] = contest }
    return effects
  }

  // MARK: Contexts

  /// ln(own / base) by the round.
  private static func logarithms(_ pair: Factors.Pair, _ rounds: [[Int: Double]]) -> [Int: Double] {
    guard rounds.indices.contains(pair.own), rounds.indices.contains(pair.base) else { return [:] }
    let base = rounds[pair.base]
    return rounds[pair.own].reduce(into: [:]) { found, own in
      if let below = base[own.key], below > 0, own.value > 0 {
        found[own.key] = log(own.value / below)
      }
    }
  }

  /// One value a round: pairs of one round share what the machine did then.
  private static func mean(_ pairs: [Factors.Pair], _ rounds: [[Int: Double]]) -> Contest? {
    let effects = pairs.map { logarithms($0, rounds) }
    return Contest(
      logarithms: shared(effects).map { round in
        effects.reduce(0) { $0 + ($1[round] ?? 0) } / Double(effects.count)
      })
  }

  /// The rounds that all contexts have.
  private static func shared(_ effects: [[Int: Double]]) -> [Int] {
    (effects.first?.keys.sorted() ?? []).filter { round in
      effects.allSatisfy { $0[round] != nil }
    }
  }

  /// Whether the effect is shown to be the same in every context: of each context's effect less the
  /// mean of the others', round by round, the trimmed mean differs from 0 in none (5 %, Holm), and
  /// its 95 % interval lies within ±10 %.
  ///
  /// - Parameter effects: ln(own / base) by the round, of each context.
  static func isWithoutInteraction(_ effects: [[Int: Double]]) -> Bool {
    guard effects.count > 1 else { return false }
    let rounds = shared(effects)
    var found: [TrimmedMean] = []
    for own in effects.indices {
      let differences = rounds.map { round in
        let others = effects.indices.filter { $0 != own }.map { effects[$0][round] ?? 0 }
        let found = (effects[own][round] ?? 0) - others.reduce(0, +) / Double(others.count)
        // Counted figures may be equal to the last digit but for the rounding of the mean.
        return abs(found) < 1e-9 ? 0 : found
      }
      guard let mean = TrimmedMean(differences) else { return false }
      found.append(mean)
    }
    let limit = log(1 + largestInteraction)
    let isSmall = found.map { $0.interval() }.allSatisfy { $0.low > -limit && $0.high < limit }
    return isSmall
      && HolmCorrection.adjusted(found.map { $0.probability() }).allSatisfy { $0 > 0.05 }
  }
}
