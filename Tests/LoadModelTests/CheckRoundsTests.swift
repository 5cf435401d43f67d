import Testing

@testable import LoadModel

@Suite("Rounds that a verdict needs")
struct CheckRoundsTests {
  private func loads(_ count: Int) -> [Workload] { Array(repeating: Workload(), count: count) }

  @Test("more cases take more rounds, in turns and against a stored baseline")
  func least() {
    #expect(CheckRounds.least(for: loads(1)) == 10)
    #expect(CheckRounds.least(for: loads(8)) == 13)
    #expect(CheckRounds.shortfall(13, for: loads(8)) == nil)
    #expect(
      CheckRounds.shortfall(12, for: loads(8))
        == "too few rounds: 12 cannot show a REGRESSION in what was counted (48 figures that"
        + " decide); 13 can")
    // 3 of 15 rounds in one order: 1 of 455, and 2 figures of CPU time.
    #expect(CheckRounds.least(for: loads(1), against: 3) == 12)
    #expect(CheckRounds.least(for: loads(1), against: 10) == 10)
    #expect(
      CheckRounds.shortfall(11, for: loads(1), against: 3)?
        .hasPrefix("too few rounds: 11 against 3 of the baseline cannot") == true)
    // No number of rounds makes up for a baseline that is too short for so many cases.
    #expect(CheckRounds.least(for: loads(100), against: 3) == nil)
    #expect(
      CheckRounds.shortfall(50, for: loads(100), against: 3)?
        .hasSuffix("the baseline needs more") == true)
    #expect(Baseline.roundsNeeded(loads(100)) == 4 && Baseline.roundsNeeded(loads(1)) == 3)
  }

  @Test("of eight cases one that costs twice the CPU is a regression, with the rounds they need")
  func sweep() throws {
    var simulation = VerdictSimulation(noise: 0.01, slowdown: 1)
    simulation.caseCount = 8
    simulation.rounds = try #require(CheckRounds.least(for: loads(8)))
    let decision = simulation.input(seed: 1).decide()
    #expect(decision.status == .regression, "\(decision.why)")
    let worse = decision.lines.filter { $0.status == .regression }
    #expect(worse.contains { $0.metric == "broker_cpu" })
    #expect(worse.allSatisfy { $0.caseLabel == "check" })
    // Ten rounds are enough for one case, and for eight never.
    simulation.rounds = 10
    #expect(simulation.input(seed: 1).decide().status == .inconclusive)
  }

  @Test("what no such number of rounds could have shown is no pass")
  func noPower() {
    var simulation = VerdictSimulation(noise: 0.01)
    simulation.rounds = 9
    let decision = simulation.input(seed: 1).decide()
    #expect(decision.status == .inconclusive)
    #expect(
      decision.why
        == "too few rounds: 9 cannot show a REGRESSION in what was counted (6 figures that decide);"
        + " 10 can")
    simulation.rounds = 10
    #expect(simulation.input(seed: 1).decide().status == .pass)
    // Of another machine only counts could be a regression: times need no rounds.
    simulation = VerdictSimulation(rounds: 11, noise: 0.01, drift: 0)
    simulation.otherMachine = "host b here, a there"
    simulation.storedRounds = 3
    func judged() -> Decision {
      var input = simulation.input(seed: 1)
      input.isMemoryComparable = false
      return input.decide()
    }
    #expect(judged().status == .pass)
    simulation.otherMachine = ""
    simulation.rounds = 8
    let own = judged()
    #expect(own.status == .inconclusive && own.why.hasPrefix("too few rounds"), "\(own.why)")
  }

  @Test("a short baseline needs more rounds of the candidate, and then finds what is worse")
  func stored() throws {
    var simulation = VerdictSimulation(noise: 0.01, drift: 0, slowdown: 1)
    simulation.otherMachine = ""
    simulation.storedRounds = 3
    simulation.rounds = try #require(CheckRounds.least(for: loads(1), against: 3))
    #expect(simulation.input(seed: 1).decide().status == .regression)
    simulation.rounds = 7
    #expect(simulation.input(seed: 1).decide().status == .inconclusive)
  }

  @Test("a figure that is known of some rounds only takes the pass away, by its name")
  func rareFigure() {
    var simulation = VerdictSimulation(noise: 0.01)
    var input = simulation.input(seed: 3)
    #expect(input.decide().status == .pass)
    for index in 6..<30 {
      input.candidate.lanes[0][0].repetitions[index].values["broker_calls"] = nil
    }
    let decision = input.decide()
    #expect(decision.status == .inconclusive)
    #expect(decision.why.hasPrefix("too few rounds: 6 cannot show"), "\(decision.why)")
    #expect(decision.why.hasSuffix("Broker system calls/M records is not known of the others"))
  }
}
