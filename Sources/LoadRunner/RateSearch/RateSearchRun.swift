import EventLoop
import LoadModel

/// Makes the trials of one rate search, each by a measurement of its caller's.
struct RateSearchRun {
  /// Makes one trial.
  ///
  /// - Parameters:
  ///   - workload: With the trial's rate, duration and warm-up.
  ///   - title: For progress.
  typealias Measure = (_ workload: Workload, _ title: String) throws(RunError) -> RepetitionResult

  /// What the trials until now show.
  struct Outcome {
    var result: RateSearchResult
    /// With the rate that was found, as its trials were measured.
    var workload: Workload
    /// They stand for the case: the sustained trials at its rate, or those that there are.
    var repetitions: [RepetitionResult]
  }

  /// How long after its window a trial's records are still sent, and acknowledgements awaited, in
  /// seconds.
  static let givesUpAfterS = 2.0
  /// A load that fails so often, one trial after another, is not limited by its rate.
  private static let mostFailures = 3

  private let workload: Workload
  private let settings: RateSearchSettings
  private let processors: Int?
  private var search: RateSearch
  /// Of all trials with a fixed rate, by their numbers.
  private var found: [Int: RepetitionResult] = [:]
  private var trials = 0
  private var failures = 0
  /// Until the search has come to its own end.
  private var isPartial = true
  private let begunNanos = EventLoop.currentTime.nanoseconds

  /// - Parameter processors: Of this machine; nil where not known.
  init(_ workload: Workload, _ settings: RateSearchSettings, processors: Int?) {
    self.workload = workload
    self.settings = settings
    self.processors = processors
    search = RateSearch(settings)
  }

  private var elapsedS: Double {
    Double(EventLoop.currentTime.nanoseconds - begunNanos) / 1e9
  }

  /// Makes all trials; Ctrl-C ends it with those until then.
  ///
  /// - Parameters:
  ///   - title: Before the trial in progress lines.
  ///   - finished: Called after each trial with a line for progress, and what is known then.
  /// - Throws: What `measure` throws, and `.load` where trials fail that no rate explains. What was
  ///   found until then is in `outcome`.
  mutating func run(
    _ title: String, measure: Measure, finished: (String, Outcome) -> Void
  ) throws(RunError) {
    while let step = search.next(elapsedS: elapsedS) {
      let load = settings.trialWorkload(workload, perS: step.perS, measuredMs: step.measuredMs)
      let left = Figures.clock(settings.limitS - elapsedS)
      let name = "\(title)  trial \(trials + 1), \(Self.text(step)), at most \(left) left"
      var repetition = try measure(load, name)
      // What Ctrl-C cut short says nothing of its rate.
      if Interrupt.requested { return }
      trials += 1
      let trial = RateTrial(
        number: trials, phase: step.phase, repetition, of: load, settings, processors: processors)
      search.note(trial)
      repetition.isPartial = repetition.failure != nil
      if step.perS != nil { found[trials] = repetition }
      finished(
        "\(title)  trial \(trials), \(Self.text(step)): \(Self.outcome(trial))", outcome)
      try refuseHopeless(trial)
    }
    isPartial = false
  }

  private mutating func refuseHopeless(_ trial: RateTrial) throws(RunError) {
    failures = trial.failure == nil ? 0 : failures + 1
    guard let failure = trial.failure,
      failures >= Self.mostFailures || trial.phase == .closedLoop
    else { return }
    throw .load(failure)
  }

  // MARK: Result

  var outcome: Outcome {
    var result = search.result
    result.isPartial = isPartial
    guard let rate = result.ratePerS else {
      return Outcome(result: result, workload: workload, repetitions: [])
    }
    let there = result.trials.filter {
      $0.offeredPerS == rate && $0.failure == nil && $0.isRepeated != true
    }
    let sustained = there.filter { $0.phase == .sustain }
    var repetitions: [RepetitionResult] = []
    for trial in sustained.isEmpty ? there : sustained {
      guard var repetition = found[trial.number] else { continue }
      repetition.repetition = repetitions.count + 1
      result.trials[trial.number - 1].repetition = repetition.repetition
      repetitions.append(repetition)
    }
    let measuredMs = sustained.isEmpty ? settings.exploreMs : settings.sustainMs
    let load = settings.trialWorkload(workload, perS: rate, measuredMs: measuredMs)
    return Outcome(result: result, workload: load, repetitions: repetitions)
  }

  // MARK: Text

  private static func text(_ step: RateSearch.Step) -> String {
    guard let perS = step.perS else { return "closed loop" }
    let phase = step.phase == .sustain ? "sustained " : ""
    return "\(phase)\(Figures.count(perS)) records/s"
  }

  private static func outcome(_ trial: RateTrial) -> String {
    guard trial.offeredPerS != nil else {
      return "\(Figures.count(trial.achievedPerS ?? 0)) records/s"
    }
    if let failure = trial.failure { return "failed: \(failure)" }
    return trial.hasPassed
      ? "passed" : "failed: \(trial.failed.map(\.text).joined(separator: ", "))"
  }
}
