import Foundation
import LoadModel

extension BenchmarkRun {
  /// Runs the scenario's suite: every turn in every round, forwards and then backwards, so that a
  /// machine that grows slower weighs on all alike.
  mutating func runSuite(_ suite: Suite) throws(RunError) {
    try makeOutput()
    defer { removeData() }
    let cleanUp = atSecondSignal()
    defer { Interrupt.forget(cleanUp) }
    let stolen = StolenTime()
    defer { result.environment.stolenShare = stolen.share() }
    try prepareDataDirectory()
    let bench = SuiteBench(
      scenario, host: host, seed: seed, runId: result.runId,
      dataDirectory: Self.absolute(dataDirectory))
    var program = try suite.program(bench)
    defer { program.finish() }
    if result.question == nil { result.question = program.question }
    result.study = Study(suite: suite, question: program.question)
    var failure: RunError?
    do throws(RunError) { try runRounds(&program, bench) } catch { failure = error }
    bench.progress.clear()
    result.study?.notes = bench.notes
    if let described = bench.described { result.target = described }
    if let failure { throw failure }
  }

  private mutating func runRounds(
    _ program: inout any SuiteProgram, _ bench: SuiteBench
  ) throws(RunError) {
    let turns = program.turns
    let wanted = turns.map { $0.repetitions ?? scenario.run.repetitions }
    let first = program.warmsUp ? 0 : 1
    let total = wanted.reduce(0, +) + (first == 0 ? turns.count { $0.repetitions == nil } : 0)
    var made = [Int](repeating: 0, count: turns.count)
    var pointTurns: [Int: Int] = [:]
    defer { markPartial(pointTurns, made: made, wanted: wanted) }
    var done = 0
    let began = Date()
    for round in first...max(first, wanted.max() ?? 0) {
      let order = round % 2 == 1 ? Array(turns.indices) : turns.indices.reversed()
      for turn in order {
        let isPractice = round == 0
        guard isPractice ? turns[turn].repetitions == nil : round <= wanted[turn] else { continue }
        if Interrupt.requested { return }
        done += 1
        bench.title = title(
          turns[turn], round: round, done: done, total: total, since: began)
        bench.show("")
        let found = try program.measure(turn, repetition: round)
        if isPractice || found.isEmpty || Interrupt.requested { continue }
        made[turn] += 1
        for place in result.study?.add(found) ?? [] { pointTurns[place] = turn }
        bench.progress.note("\(bench.title)  \(found.first.map(Self.summary) ?? "")")
      }
    }
  }

  /// `[3/120] 64KiB loopback #1  2:05 left`
  private func title(_ turn: SuiteTurn, round: Int, done: Int, total: Int, since began: Date)
    -> String
  {
    var text = "[\(done)/\(total)] \(turn.name) \(round == 0 ? "warming up" : "#\(round)")"
    if done > 1 {
      let each = Date().timeIntervalSince(began) / Double(done - 1)
      text += "  \(Figures.clock(each * Double(total - done + 1))) left"
    }
    return text
  }

  private mutating func markPartial(_ turns: [Int: Int], made: [Int], wanted: [Int]) {
    for (place, turn) in turns where made[turn] < wanted[turn] {
      result.study?.points[place].isPartial = true
    }
    isStudyShort = zip(made, wanted).contains { $0 < $1 }
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
