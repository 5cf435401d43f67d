import Testing

@testable import LoadModel

@Suite("a rate search closes in on the highest rate that holds")
struct RateSearchTests {
  /// A broker of a known capacity, and a machine that stalls now and then.
  struct Broker {
    /// Records a second.
    var capacity: Double
    /// How often a trial fails though the rate is below the capacity.
    var stalls = 0.0
    /// Of a growth of the backlog, as a share of the rate, in a trial of one second.
    var noise = 0.002
    /// The closed loop shows so much of the capacity.
    var closedLoop = 1.0
    /// From this rate on the generator is too slow.
    var generatorLimit = Double.infinity
    var random: SplitMix64

    mutating func uniform() -> Double { Double(random.next() >> 11) / Double(1 << 53) }

    /// About normal, of variance 1.
    mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }

    mutating func run(_ step: RateSearch.Step, _ settings: RateSearchSettings) -> RateTrial {
      var trial = RateTrial(
        number: 1, phase: step.phase, startedUtc: "", durationS: Double(step.measuredMs) / 1000)
      guard let rate = step.perS else {
        trial.achievedPerS = capacity * closedLoop
        return trial
      }
      trial.offeredPerS = rate
      let error = noise / trial.durationS
      let growth = max(0, 1 - capacity / rate) + normal() * error
      (trial.backlogGrowth, trial.backlogGrowthError) = (growth, error)
      if growth - RateTrial.growthErrors * error > settings.growthMost || uniform() < stalls {
        trial.failed.append(.backlog)
      }
      if rate > generatorLimit { trial.failed.append(.generator) }
      return trial
    }
  }

  /// A search to its end; each trial takes as long as it is reckoned with.
  private func search(_ broker: inout Broker, _ settings: RateSearchSettings)
    -> (result: RateSearchResult, elapsedS: Double)
  {
    var search = RateSearch(settings)
    var elapsed = 0.0
    while let step = search.next(elapsedS: elapsed) {
      search.note(broker.run(step, settings))
      elapsed += RateSearchSettings.costS(measuredMs: step.measuredMs)
    }
    return (search.result, elapsed)
  }

  private func holds(_ result: RateSearchResult, _ truth: Double) -> Bool {
    (result.lowPerS ?? 0) <= truth && truth <= result.highPerS ?? .infinity
  }

  @Test(
    "the planted capacity lies in the interval in at least 19 of 20 searches",
    arguments: [0.02, 0.05, 0.1], [2_000, 15_000])
  func planted(precision: Double, sustainMs: Int) {
    var settings = RateSearchSettings()
    settings.precision = precision
    settings.sustainMs = Int64(sustainMs)
    var random = SplitMix64(seed: 7)
    var (held, width) = (0, 0.0)
    let searches = 200
    for _ in 0..<searches {
      var broker = Broker(capacity: 1, random: SplitMix64(seed: random.next()))
      broker.capacity = 1_000 + 100_000 * broker.uniform()
      broker.closedLoop = 1 + 0.05 * broker.normal()
      let (result, elapsed) = search(&broker, settings)
      #expect(elapsed <= settings.limitS)
      #expect(result.bound == .backlog)
      if holds(result, broker.capacity) { held += 1 }
      width += ((result.highPerS ?? .infinity) / (result.lowPerS ?? 0) - 1) / Double(searches)
    }
    #expect(held * 20 >= searches * 19, "\(held) of \(searches)")
    // An interval that holds everything would be none.
    #expect(width <= precision * 1.5, "\(width)")
  }

  @Test("on a machine where one trial in twelve fails by a stall it does so in 18 of 20")
  func stalls() {
    let settings = RateSearchSettings()
    var random = SplitMix64(seed: 11)
    var held = 0
    for _ in 0..<200 {
      var broker = Broker(
        capacity: 20_000, stalls: 1.0 / 12, random: SplitMix64(seed: random.next()))
      broker.capacity *= 0.5 + broker.uniform()
      broker.closedLoop = 1 + 0.05 * broker.normal()
      if holds(search(&broker, settings).result, broker.capacity) { held += 1 }
    }
    #expect(held * 20 >= 200 * 18, "\(held) of 200")
  }

  @Test("a closed loop that shows a tenth, or twice, of the capacity leads there too")
  func farOff() {
    for share in [0.3, 2, 8] {
      var broker = Broker(capacity: 50_000, closedLoop: share, random: SplitMix64(seed: 3))
      let (result, _) = search(&broker, RateSearchSettings())
      #expect(holds(result, 50_000), "\(share)")
      #expect(result.doubt == nil || result.doubt == .time, "\(share)")
    }
  }

  @Test("one search takes at most five minutes by default")
  func limit() {
    #expect(RateSearchSettings().limitS <= 300)
    // The time ends a search whose trials contradict each other for ever.
    var broker = Broker(capacity: 50_000, stalls: 0.5, random: SplitMix64(seed: 5))
    for _ in 0..<50 {
      let (result, elapsed) = search(&broker, RateSearchSettings())
      #expect(elapsed <= 300)
      #expect(result.trials.count < 40)
    }
  }

  // MARK: One search, trial by trial

  /// A search whose outcomes are given: by rate, as a share of the closed loop's 1,000 records a
  /// second.
  private func scripted(
    _ settings: RateSearchSettings = RateSearchSettings(), from elapsed: Double = 0,
    _ outcome: (_ perS: Double, _ phase: RateTrial.Phase, _ number: Int) -> [RateCriterion]
  ) -> (result: RateSearchResult, steps: [RateSearch.Step]) {
    var search = RateSearch(settings)
    var steps: [RateSearch.Step] = []
    while let step = search.next(elapsedS: elapsed), steps.count < 200 {
      steps.append(step)
      var trial = RateTrial(
        number: steps.count, phase: step.phase, startedUtc: "", durationS: 1)
      trial.achievedPerS = step.perS ?? 1_000
      trial.offeredPerS = step.perS
      if let perS = step.perS { trial.failed = outcome(perS, step.phase, steps.count) }
      search.note(trial)
    }
    return (search.result, steps)
  }

  @Test("bracket, bisection, then three sustained trials at each of two neighbours, taking turns")
  func course() {
    let (result, steps) = scripted { perS, _, _ in perS > 700 ? [.backlog] : [] }
    #expect(steps[0] == .init(phase: .closedLoop, measuredMs: 7_500))
    #expect(steps[1].phase == .bracket)
    let sustained = steps.filter { $0.phase == .sustain }
    let (low, high) = (result.ratePerS ?? 0, result.highPerS ?? 0)
    #expect(sustained.compactMap(\.perS) == [low, high, high, low, low, high])
    #expect(sustained.allSatisfy { $0.measuredMs == 15_000 })
    #expect(low <= 700 && high > 700)
    #expect(abs(high / low - 1.05) < 0.002)
    #expect(result.lowPerS == low)
    #expect(result.bound == .backlog && result.doubt == nil && !result.isGeneratorLimited)
  }

  @Test("a target that only a hundredth of the closed loop's rate holds is found")
  func lowTarget() throws {
    var settings = RateSearchSettings(target: try ServiceLevel.parse("e2e.p99<20ms"))
    settings.sustainMs = 60_000
    let term = try #require(settings.target?.terms.first)
    let (result, _) = scripted(settings) { perS, _, _ in perS > 10 ? [.target(term)] : [] }
    #expect(holds(result, 10))
    #expect(result.bound == .target(term) && result.doubt == nil)
  }

  @Test("trials that contradict each other leave the interval a step wider")
  func contradiction() {
    let plain = scripted { perS, _, _ in perS > 700 ? [.backlog] : [] }.result
    let high = plain.highPerS ?? 0
    let low = plain.ratePerS ?? 0
    // One of three passes at the upper rate.
    var seen = 0
    let upper = scripted { perS, phase, _ in
      if phase == .sustain, perS == high {
        seen += 1
        if seen == 2 { return [] }
      }
      return perS > 700 ? [.backlog] : []
    }.result
    #expect(upper.ratePerS == low && upper.doubt == .contradiction)
    #expect(abs((upper.highPerS ?? 0) / high - 1.05) < 0.002)
    // One of three fails at the lower one.
    seen = 0
    let lower = scripted { perS, phase, _ in
      if phase == .sustain, perS == low {
        seen += 1
        if seen == 2 { return [.backlog] }
      }
      return perS > 700 ? [.backlog] : []
    }.result
    #expect(lower.ratePerS == low && lower.highPerS == high && lower.doubt == .contradiction)
    #expect(abs(low / (lower.lowPerS ?? 1) - 1.05) < 0.002)
  }

  @Test("what short trials found wrong, sustained ones put right, upwards and downwards")
  func overruled() {
    // Short trials fail above 600 already, or pass up to 800; sustained ones part at 700.
    for short in [600.0, 800] {
      let (result, _) = scripted { perS, phase, _ in
        perS > (phase == .sustain ? 700 : short) ? [.backlog] : []
      }
      #expect((result.ratePerS ?? 0) <= 700 && (result.highPerS ?? 0) > 700, "\(short)")
    }
  }

  @Test("a generator that fails first gives a rate of at least so much")
  func generator() {
    let (result, _) = scripted { perS, _, _ in perS > 700 ? [.backlog, .generator] : [] }
    #expect(result.isGeneratorLimited && result.bound == .generator)
    #expect(result.highPerS == nil)
    #expect((result.ratePerS ?? 0) > 650 && (result.ratePerS ?? 0) <= 700)
  }

  @Test("a trial that was not steady is made once more before it counts")
  func doubtful() {
    var unsteady = 0
    let (result, steps) = scripted { perS, phase, number in
      if number == 3 {
        unsteady += 1
        return [.unsteady]
      }
      return perS > 700 ? [.backlog] : []
    }
    #expect(unsteady == 1)
    #expect(steps[2].perS == steps[3].perS)
    #expect((result.ratePerS ?? 0) <= 700 && (result.highPerS ?? 0) > 700)
  }

  @Test("a sustained trial that was not steady is made once more, and contradicts nothing")
  func doubtfulSustained() {
    var sustained = 0
    let (result, steps) = scripted { perS, phase, _ in
      if phase == .sustain { sustained += 1 }
      if phase == .sustain, sustained == 1 { return [.unsteady] }
      return perS > 700 ? [.backlog] : []
    }
    #expect(result.doubt == nil && (result.ratePerS ?? 0) <= 700)
    #expect(steps.count { $0.phase == .sustain } == 7)
    #expect(result.trials.first { $0.phase == .sustain }?.isRepeated == true)
    #expect(result.sustained(at: result.ratePerS) ?? (0, 0) == (3, 3))
    // Twice is no chance.
    let twice = scripted { perS, phase, _ in
      if phase == .sustain, perS > 650, perS <= 700 { return [.unsteady] }
      return perS > 700 ? [.backlog] : []
    }.result
    #expect((twice.ratePerS ?? 0) < 680 && twice.bound == .unsteady)
  }

  @Test("where nothing passes, or nothing fails, the result has one end")
  func oneEnd() {
    let none = scripted { _, _, _ in [.backlog] }.result
    #expect(none.ratePerS == nil && none.lowPerS == nil && none.doubt == .nothingPassed)
    #expect((none.highPerS ?? 0) > 0)
    let all = scripted { _, _, _ in [] }.result
    #expect(all.highPerS == nil && all.bound == nil && all.doubt == .nothingFailed)
    #expect((all.ratePerS ?? 0) > 1_500)
  }

  @Test("a closed loop that reached nothing ends the search")
  func nothing() {
    var search = RateSearch(RateSearchSettings())
    #expect(search.next(elapsedS: 0)?.phase == .closedLoop)
    search.note(RateTrial(number: 1, phase: .closedLoop, startedUtc: "", durationS: 1))
    #expect(search.next(elapsedS: 1) == nil)
    #expect(search.result.ratePerS == nil)
  }

  @Test("the growth that trials could not exclude lowers the interval's lower end")
  func notExcluded() {
    var search = RateSearch(RateSearchSettings())
    while let step = search.next(elapsedS: 0) {
      var trial = RateTrial(number: 1, phase: step.phase, startedUtc: "", durationS: 1)
      (trial.achievedPerS, trial.offeredPerS) = (1_000, step.perS)
      (trial.backlogGrowth, trial.backlogGrowthError) = (0.004, 0.003)
      if step.perS ?? 0 > 700 { trial.failed = [.backlog] }
      search.note(trial)
    }
    let result = search.result
    let share = (result.lowPerS ?? 0) / (result.ratePerS ?? 1)
    #expect(abs(share - (1 - 0.004 - 2 * 0.003 / 3.0.squareRoot())) < 1e-6)
  }
}
