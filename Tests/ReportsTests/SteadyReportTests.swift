import LoadModel
import Testing

@testable import Reports

@Suite("What reports say of the steady state and of memory")
struct SteadyReportTests {
  private func texts(_ change: (inout RunResult) -> Void) throws -> [String] {
    var run = try SampleRun.make()
    change(&run)
    return run.allWarnings.map { WarningText($0, labels: run.cases.map(\.label)).message }
  }

  @Test("a case that is mostly not steady is named with what moved; one repetition in three is not")
  func notSteady() throws {
    func text(_ states: [SteadyState]) throws -> String? {
      try texts { run in
        for (index, state) in states.enumerated() {
          run.cases[0].repetitions[index].steady = state
        }
      }.first { $0.contains("no steady state") }
    }
    let moving = SteadyState(warmupS: 30, unsettled: [.rate, .cpuPerGB])
    let drifting = SteadyState(warmupS: 2, drifted: [.backlog])
    let steady = SteadyState(warmupS: 2)
    #expect(try text([steady, steady, moving]) == nil)
    let found = try text([moving, drifting, steady])
    #expect(
      found?.hasSuffix(
        "no steady state in 2 of 3 repetitions: rate and CPU per GB did not settle before"
          + " measuring; backlog drifted while measured.") == true, "\(found ?? "nothing")")
  }

  @Test("a growing log is said once, with how often")
  func growingLog() throws {
    let found = try texts { run in
      for index in run.cases.indices {
        for place in run.cases[index].repetitions.indices {
          run.cases[index].repetitions[place].isLogFull = index > 0
        }
      }
    }
    #expect(found.count { $0.contains("a growing log was measured") } == 1)
    let full = try texts { $0.cases[0].repetitions[0].isLogFull = true }
    #expect(full.allSatisfy { !$0.contains("growing log") })
  }

  @Test("memory whose first pass was 1.5 times as dear as the last is a line, other memory none")
  func memory() throws {
    func text(first: Double) throws -> String? {
      try texts { run in
        run.memory = MemoryPreparation(
          bytes: 2 << 30, passes: 4, first: .init(cpuSPerGB: first, wallSPerGB: first),
          last: .init(cpuSPerGB: 0.5, wallSPerGB: 0.6))
      }.first { $0.contains("memory was cold") }
    }
    #expect(try text(first: 0.7) == nil)
    let found = try text(first: 2.8)
    #expect(found?.contains("2 GiB took 2.80 s of CPU a GB at first, and 0.50 s") == true)
  }

  @Test("a state in words")
  func words() {
    #expect(SteadyText.of(SteadyState(warmupS: 2.125)).hasPrefix("steady after 2.1"))
    #expect(
      SteadyText.of(SteadyState(warmupS: 30, unsettled: [.rate, .batchSize, .backlog]))
        == "not steady after 30.0 s: rate, batch size and backlog did not settle before measuring")
  }
}
