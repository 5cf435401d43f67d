import Foundation
import LoadModel

extension BenchmarkRun {
  /// Runs the scenario's suite: every turn in every round, forwards and then backwards, so that a
  /// machine that grows slower weighs on all alike.
  mutating func runSuite(_ suite: Suite) throws(RunError) {
    try makeOutput()
    let stolen = StolenTime()
    let load = MachineLoad(brokerPids: scenario.run.brokerPids)
    defer {
      result.environment.stolenShare = stolen.share()
      if let load, let now = MachineLoad(brokerPids: scenario.run.brokerPids) {
        result.environment.otherCpuShare = now.others(since: load)?.share
      }
    }
    try prepareDataDirectory()
    prepareMemory(scenario.plan())
    let bench = SuiteBench(
      scenario, host: host, seed: seed, topicPrefix: topicPrefix, traces: traces,
      dataDirectory: Self.absolute(dataDirectory))
    try bench.watchCluster()
    var program = try suite.program(bench)
    defer { program.finish() }
    if result.question == nil { result.question = program.question }
    result.study = Study(suite: suite, question: program.question)
    result.study?.conditions = bench.conditions
    var failure: RunError?
    do throws(RunError) { try runRounds(&program, bench) } catch { failure = error }
    bench.progress.clear()
    bench.noteClusterEvents()
    result.study?.notes = bench.notes
    if !bench.disturbances.isEmpty { result.study?.disturbances = bench.disturbances }
    if let described = bench.described { result.target = described }
    if let failure { throw failure }
  }

  /// What is under way in `runRounds`.
  private struct Rounds {
    let turns: [SuiteTurn]
    let wanted: [Int]
    var made: [Int]
    /// How often each turn failed, the round that does not count included.
    var failed: [Int]
    /// How many of its repetitions failed.
    var lost: [Int]
    /// The turn that each point is of.
    var pointTurns: [Int: Int] = [:]
    var failures: [String] = []

    init(_ turns: [SuiteTurn], repetitions: Int) {
      self.turns = turns
      wanted = turns.map { $0.repetitions ?? repetitions }
      made = turns.map { _ in 0 }
      failed = made
      lost = made
    }
  }

  /// How often a turn may fail until it is not tried again.
  private static let mostFailures = 2

  mutating func runRounds(
    _ program: inout any SuiteProgram, _ bench: SuiteBench
  ) throws(RunError) {
    var rounds = Rounds(program.turns, repetitions: scenario.run.repetitions)
    defer { markPartial(rounds) }
    let planned = scenario.plan()
    bench.progress.sweep = SweepClock(planned, now: Progress.now)
    let first = program.warmsUp ? 0 : 1
    var done = 0
    for round in first...max(first, rounds.wanted.max() ?? 0) {
      for turn in RunPlan.order(of: rounds.turns.count, round: round) {
        let isIn = round == 0 ? rounds.turns[turn].repetitions == nil : round <= rounds.wanted[turn]
        guard isIn else { continue }
        if Interrupt.requested { return }
        done += 1
        guard rounds.failed[turn] < Self.mostFailures else {
          bench.progress.sweep?.finishStep(now: Progress.now)
          continue
        }
        let which = round == 0 ? "warming up" : "#\(round)"
        bench.turnName = rounds.turns[turn].name
        bench.title = "[\(done)/\(planned.order.count)] \(rounds.turns[turn].name) \(which)"
        try make(turn, round: round, &rounds, &program, bench)
      }
    }
    guard let problem = rounds.failures.first else { return }
    let more = rounds.failures.count > 1 ? " (\(rounds.failures.count) failures in all)" : ""
    throw .load("\(problem)\(more)")
  }

  /// One turn: what it found goes to the study. Where it fails, the others go on without it, save
  /// where the target itself is gone.
  private mutating func make(
    _ turn: Int, round: Int, _ rounds: inout Rounds, _ program: inout any SuiteProgram,
    _ bench: SuiteBench
  ) throws(RunError) {
    bench.show("")
    var found: [StudyPoint]
    let before = bench.nodeLosses
    do throws(RunError) { found = try program.measure(turn, repetition: round) } catch {
      if Interrupt.requested { return }
      guard case .load(let problem) = error else { throw error }
      let which = round == 0 ? "in the round that does not count" : "in round \(round)"
      let text = "`\(rounds.turns[turn].name)` failed \(which): \(problem)"
      rounds.failed[turn] += 1
      if round > 0 { rounds.lost[turn] += 1 }
      rounds.failures.append(text)
      bench.note(text)
      bench.progress.finishStep("\(bench.title)  failed: \(problem)")
      return
    }
    if Interrupt.requested { return }
    guard round > 0, !found.isEmpty else {
      bench.progress.sweep?.finishStep(now: Progress.now)
      return
    }
    let lost = bench.nodeLosses.all - before.all + before.away
    if lost > 0 {
      for index in found.indices { found[index].add("nodes lost", "", Double(lost)) }
    }
    rounds.made[turn] += 1
    for place in result.study?.add(found) ?? [] { rounds.pointTurns[place] = turn }
    bench.progress.finishStep("\(bench.title)  \(found.first.map(Self.summary) ?? "")")
    keepSoFar()
  }

  private mutating func markPartial(_ rounds: Rounds) {
    for (place, turn) in rounds.pointTurns {
      if rounds.made[turn] < rounds.wanted[turn] { result.study?.points[place].isPartial = true }
      if rounds.lost[turn] > 0 { result.study?.points[place].failures = rounds.lost[turn] }
    }
    isStudyShort = zip(rounds.made, rounds.wanted).contains { $0 < $1 }
  }

  private static func summary(_ point: StudyPoint) -> String {
    point.figures.prefix(3).compactMap { figure in
      figure.samples.last.map { value in
        let digits = abs(value) >= 100 ? 0 : 2
        return "\(figure.name) \(String(format: "%.\(digits)f", value)) \(figure.unit)"
      }
    }.joined(separator: "  ")
  }
}
