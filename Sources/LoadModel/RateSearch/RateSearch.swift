import Glibc

/// Finds the highest rate that holds: outcomes of trials go in, the next trial comes out. It has no
/// clock, and no load.
///
/// Rates are steps of a grid, `closed loop × (1 + precision)^k`:
///
/// ```
/// 1. closed loop          an estimate of the upper end
/// 2. bracket              from a share of it, up while trials pass, down while they fail; each
///                         step is twice the one before
/// 3. bisect               until two neighbours of the grid are left: one passed, one failed
/// 4. sustain              three longer trials at each of the two, taking turns
/// ```
///
/// The majority of sustained trials overrules shorter ones: where the lower rate fails, or the
/// upper one passes, the search continues from there. Trials at one rate that contradict each other
/// leave the interval a step wider. A trial that failed for what says little of the target (it was
/// not steady, the generator was late) is made once more before it counts.
public struct RateSearch: Sendable {
  public struct Step: Sendable, Equatable {
    public var phase: RateTrial.Phase
    /// Records a second; nil in the closed loop.
    public var perS: Double?
    public var measuredMs: Int64
  }

  /// The trials at one rate.
  private struct Place {
    var explored: [RateTrial] = []
    var sustained: [RateTrial] = []
    /// A sustained trial was doubtful, and is made once more.
    var isRepeated = false

    /// Passed, failed, or not decided.
    var verdict: Bool? {
      for isPass in [true, false]
      where sustained.count(where: { $0.hasPassed == isPass }) >= RateSearch.majority {
        return isPass
      }
      guard let last = explored.last else { return sustained.last?.hasPassed }
      return explored.count == 1 && last.isDoubtful ? nil : last.hasPassed
    }

    /// Those that count most.
    var deciding: [RateTrial] { sustained.isEmpty ? explored : sustained }

    var isUnanimous: Bool { Set(sustained.map(\.hasPassed)).count < 2 }
  }

  /// Sustained trials at each of the two rates, and how many of them decide.
  static let confirmations = 3
  fileprivate static let majority = 2
  /// Where the bracket begins, by the closed loop's rate.
  private static let capacityStart = 0.9
  private static let targetStart = 0.7
  /// The bracket's first step, at least.
  private static let firstStep = 0.1
  /// How far the bracket goes, by the closed loop's rate.
  private static let farthest = (down: 1.0 / 1024, up: 4.0)
  /// Whatever the outcomes: an end.
  private static let mostTrials = 100

  private let settings: RateSearchSettings
  private var trials: [RateTrial] = []
  private var places: [Int: Place] = [:]
  /// What the closed loop reached, in records a second.
  private var base: Double?
  /// The place of the trial that was handed out last.
  private var pending: Int?
  /// The bracket found its end on one side.
  private var isOutOfRange = false
  /// The bracket's next step, in places; begins anew after sustained trials.
  private var stride = 0
  private var isOutOfTime = false

  public init(_ settings: RateSearchSettings) { self.settings = settings }

  // MARK: The grid

  private func rate(_ place: Int) -> Double {
    let exact = (base ?? 0) * pow(1 + settings.precision, Double(place))
    // Four digits: what is reported is what was offered.
    let scale = pow(10, (log10(max(exact, 1e-9))).rounded(.down) - 3)
    return max(0.01, (exact / scale).rounded() * scale)
  }

  private func steps(_ factor: Double) -> Int {
    Int((log(factor) / log(1 + settings.precision)).rounded())
  }

  private var passed: [Int] { places.keys.filter { places[$0]?.verdict == true } }
  private var failed: [Int] { places.keys.filter { places[$0]?.verdict == false } }
  /// The highest rate that passes.
  private var low: Int? { passed.max() }
  /// The lowest rate above it that fails.
  private var high: Int? { failed.filter { $0 > low ?? .min }.min() }

  // MARK: Next

  /// - Parameter elapsedS: Since the search began.
  /// - Returns: The trial to make; nil: the search is over.
  public mutating func next(elapsedS: Double) -> Step? {
    guard let base else {
      return trials.isEmpty ? Step(phase: .closedLoop, measuredMs: settings.exploreMs) : nil
    }
    guard base > 0, trials.count < Self.mostTrials else { return nil }
    let explore = RateSearchSettings.costS(measuredMs: settings.exploreMs)
    let sustain = RateSearchSettings.costS(measuredMs: settings.sustainMs)
    let reserve = sustain * Double(2 * Self.confirmations - sustainedOfEnds)
    // Where nothing passed yet there is nothing to confirm, and no time to be kept for it; a search
    // of little time explores for half of it.
    let kept = low == nil ? 0 : min(reserve, settings.limitS / 2)
    if elapsedS + explore + kept <= settings.limitS, let (place, phase) = nextToExplore() {
      return hand(place, phase, settings.exploreMs)
    }
    guard let place = nextToConfirm() else { return nil }
    guard elapsedS + sustain <= settings.limitS else {
      isOutOfTime = true
      return nil
    }
    return hand(place, .sustain, settings.sustainMs)
  }

  private mutating func hand(_ place: Int, _ phase: RateTrial.Phase, _ ms: Int64) -> Step {
    pending = place
    return Step(phase: phase, perS: rate(place), measuredMs: ms)
  }

  /// Takes the outcome of the trial that was handed out last.
  public mutating func note(_ trial: RateTrial) {
    trials.append(trial)
    if trial.phase == .closedLoop {
      base = trial.achievedPerS ?? 0
      return
    }
    guard let number = pending else { return }
    pending = nil
    var place = places[number] ?? Place()
    if trial.phase != .sustain {
      trials[trials.count - 1].isRepeated = place.explored.isEmpty && trial.isDoubtful ? true : nil
      place.explored.append(trial)
    } else if trial.isDoubtful, !place.isRepeated {
      trials[trials.count - 1].isRepeated = true
      place.isRepeated = true
    } else {
      stride = 0
      place.sustained.append(trial)
    }
    places[number] = place
  }

  private mutating func nextToExplore() -> (Int, RateTrial.Phase)? {
    if let again = places.keys.first(where: { places[$0]?.verdict == nil }) {
      return (again, .bracket)
    }
    switch (low, high) {
    case (nil, nil):
      return (steps(settings.target == nil ? Self.capacityStart : Self.targetStart), .bracket)
    case (nil, let high?): return bracket(from: high, isUp: false)
    case (let low?, nil): return bracket(from: low, isUp: true)
    case (let low?, let high?):
      return high - low > 1 ? (low + (high - low) / 2, .bisect) : nil
    }
  }

  private mutating func bracket(from place: Int, isUp: Bool) -> (Int, RateTrial.Phase)? {
    stride = stride == 0 ? max(1, steps(1 + Self.firstStep)) : stride * 2
    let next = isUp ? place + stride : place - stride
    let share = rate(next) / (base ?? 1)
    guard rate(next) > 0.01, share > Self.farthest.down, share < Self.farthest.up else {
      isOutOfRange = true
      return nil
    }
    return (next, .bracket)
  }

  private func sustained(_ place: Int?) -> Int {
    place.map { places[$0]?.sustained.count ?? 0 } ?? Self.confirmations
  }

  /// Sustained trials of the two ends that need not be made any more.
  private var sustainedOfEnds: Int {
    min(sustained(low), Self.confirmations) + min(sustained(high), Self.confirmations)
  }

  /// The two ends take turns: low, high, high, low, low, high.
  private func nextToConfirm() -> Int? {
    guard let low else { return nil }
    let (ofLow, ofHigh) = (sustained(low), sustained(high))
    guard min(ofLow, ofHigh) < Self.confirmations else { return nil }
    guard let high, ofLow >= ofHigh else { return low }
    if ofLow > ofHigh { return high }
    return ofLow % 2 == 0 ? low : high
  }

  // MARK: Result

  /// What the trials until now show.
  public var result: RateSearchResult {
    var result = RateSearchResult(settings: settings)
    result.trials = trials
    if let low { fillLow(low, &result) }
    if let high { fillHigh(high, &result) }
    result.doubt = doubt
    return result
  }

  private func fillLow(_ low: Int, _ result: inout RateSearchResult) {
    result.ratePerS = rate(low)
    let deciding = places[low]?.deciding.filter(\.hasPassed) ?? []
    var end = rate(low) * (1 - growthNotExcluded(deciding))
    if places[low]?.isUnanimous == false { end = min(end, rate(low - 1)) }
    // Sustained trials that failed below contradict those that passed here.
    if let below = failed.filter({ $0 < low && isSustained($0) }).min() {
      end = min(end, rate(below - 1))
    }
    result.lowPerS = end
  }

  private func isSustained(_ place: Int) -> Bool { sustained(place) >= Self.majority }

  /// The share of the rate by which the backlog of these trials may have grown.
  private func growthNotExcluded(_ trials: [RateTrial]) -> Double {
    // A trial whose backlog shrinks after a stall says nothing against the growth of another.
    let growths = trials.compactMap(\.backlogGrowth).map { max(0, $0) }
    guard !growths.isEmpty else { return 0 }
    let count = Double(growths.count)
    let mean = growths.reduce(0, +) / count
    let squares = trials.compactMap(\.backlogGrowthError).reduce(0) { $0 + $1 * $1 }
    return min(settings.precision, max(0, mean + 2 * squares.squareRoot() / count))
  }

  private func fillHigh(_ high: Int, _ result: inout RateSearchResult) {
    let failing = places[high]?.deciding.filter { !$0.hasPassed } ?? []
    let isUnanimous = places[high]?.isUnanimous ?? true
    result.highPerS = isUnanimous ? rate(high) : rate(high + 1)
    result.bound = Self.mostCommon(failing.compactMap(\.failed.first))
    result.resource = Self.mostCommon(failing.compactMap(\.resource))
    let byGenerator = failing.count { $0.failed.contains(.generator) }
    guard 2 * byGenerator > failing.count else { return }
    result.isGeneratorLimited = true
    result.bound = .generator
    result.highPerS = nil
  }

  private static func mostCommon<Value: Hashable>(_ values: [Value]) -> Value? {
    // The first of those that are equally common.
    let counts = values.map { value in values.count { $0 == value } }
    guard let most = counts.max(), let at = counts.firstIndex(of: most) else { return nil }
    return values[at]
  }

  private var doubt: RateDoubt? {
    guard let low else { return base == nil ? nil : .nothingPassed }
    guard let high else { return isOutOfRange ? .nothingFailed : .time }
    let isMixed = [low, high].contains { places[$0]?.isUnanimous == false }
    if isMixed || failed.contains(where: { $0 < low && isSustained($0) }) { return .contradiction }
    let isConfirmed = sustainedOfEnds == 2 * Self.confirmations
    return high - low > 1 || !isConfirmed ? .time : nil
  }
}
