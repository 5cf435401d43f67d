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
    Golden.expect("not-steady.md", try #require(try text([moving, drifting, steady])))
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
    let growing = found.filter { $0.contains("growing log") }
    #expect(growing.count == 1)
    Golden.expect("growing-log.md", growing[0])
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
    Golden.expect("cold-memory.md", try #require(try text(first: 2.8)))
  }

  @Test("a state in words")
  func words() {
    Golden.expect(
      "steady-states.md",
      [
        ("steady", SteadyText.of(SteadyState(warmupS: 2.125))),
        (
          "not steady",
          SteadyText.of(SteadyState(warmupS: 30, unsettled: [.rate, .batchSize, .backlog]))
        ),
      ])
  }
}
