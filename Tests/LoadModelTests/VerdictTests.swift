import Glibc
import Testing

@testable import LoadModel

@Suite("The verdict's rules")
struct VerdictTests {
  @Test("of identical builds none is a regression, and on a machine like ours nearly all pass")
  func falseAlarms() {
    for noise in [0.01, 0.04, 0.25] {
      var simulation = VerdictSimulation()
      simulation.noise = noise
      let counts = simulation.counts(of: 60)
      #expect(counts[.regression, default: 0] <= 1, "noise \(noise): \(counts)")
      if noise <= 0.04 {
        #expect(counts[.pass, default: 0] >= 54, "noise \(noise): \(counts)")
      }
    }
    // Where every tenth turn is disturbed the trimmed mean still finds what there is.
    var disturbed = VerdictSimulation(noise: 0.03, disturbed: 0.1)
    let counts = disturbed.counts(of: 60)
    #expect(counts[.pass, default: 0] >= 54 && counts[.regression] == nil, "\(counts)")
  }

  @Test("a tenth more of the broker's CPU is found on a noisy machine")
  func power() {
    var simulation = VerdictSimulation()
    simulation.slowdown = 0.1
    let counts = simulation.counts(of: 60)
    #expect(counts[.regression, default: 0] >= 59 && counts[.pass] == nil, "\(counts)")
  }

  @Test(
    "a candidate that is worse by the tolerance passes in one of forty at most",
    arguments: [0.01, 0.04])
  func nonInferiority(noise: Double) {
    var simulation = VerdictSimulation()
    simulation.noise = noise
    simulation.slowdown = 0.05
    let trials = 200
    let counts = simulation.counts(of: trials)
    // The bound itself is wrong in one of forty; 200 trials of such a rate find fewer than 14.
    #expect(counts[.pass, default: 0] < 14, "noise \(noise): \(counts)")
  }

  @Test("half the tolerance passes where the rounds show it, and never is a regression")
  func within() {
    var simulation = VerdictSimulation()
    simulation.noise = 0.02
    simulation.slowdown = 0.02
    let counts = simulation.counts(of: 40)
    #expect(counts[.pass, default: 0] >= 37 && counts[.regression] == nil, "\(counts)")
  }

  @Test("the rounds that an open verdict asks for give one")
  func roundsAskedFor() throws {
    var simulation = VerdictSimulation()
    simulation.rounds = 12
    simulation.noise = 0.08
    var asked: [Int] = []
    for seed in 1...20 as ClosedRange<UInt64> {
      let line = simulation.input(seed: seed).decide().lines.first { $0.metric == "broker_cpu" }
      if let needed = line?.roundsNeeded { asked.append(needed) }
    }
    try #require(!asked.isEmpty)
    simulation.rounds = asked.sorted()[asked.count / 2]
    #expect(simulation.rounds > 30 && simulation.rounds < 120, "\(asked)")
    var passed = 0
    for seed in 1...50 as ClosedRange<UInt64> {
      let lines = simulation.input(seed: seed).decide().lines
      passed += lines.count { $0.metric == "broker_cpu" && $0.status == .pass }
    }
    #expect(passed >= 38, "\(passed) of 50 with \(simulation.rounds) rounds")
  }

  @Test("the noise floor is the outer end of what identical lanes differ by")
  func noiseFloor() throws {
    let quiet = try #require(
      Worsening.noise(ofIdentical: [0.01, -0.01, 0.02, -0.02, 0.01, -0.01]))
    #expect(quiet > 0.005 && quiet < 0.03)
    // What the pairs' own mean is off is in it.
    let biased = try #require(Worsening.noise(ofIdentical: [0.11, 0.09, 0.12, 0.08, 0.1, 0.1]))
    #expect(biased > 0.1 && biased < 0.13)
    #expect(Worsening.noise(ofIdentical: [0.1, 0.2]) == nil)
  }

  @Test("against a stored reference the certainty is Yuen's and Welch's")
  func stored() throws {
    // SciPy: ttest_ind(a, b, equal_var=False, trim=0.2) of these, its interval and its degrees.
    let a = [1.0, 1.2, 0.9, 1.1, 1.4, 1.3, 0.8, 1.05, 1.15, 1.6]
    let b = [0.5, 0.6, 0.4, 0.55, 0.8, 0.7]
    let found = try #require(Worsening(a, above: b))
    #expect(abs(found.effect - 0.5458333333333334) < 1e-9)
    #expect(abs(found.difference.degrees - 7.948768015946367) < 1e-6)
    #expect(abs(found.interval(0.95).low - 0.33332215263150494) < 1e-9)
    #expect(abs(found.interval(0.95).high - 0.7583445140351623) < 1e-9)
    // Rounds of the candidate alone do not make up for a short reference.
    #expect(found.roundsNeeded(toShow: 0.01, confidence: 0.95) == nil)
    #expect(try #require(found.roundsNeeded(toShow: 0.6, confidence: 0.95)) <= 10)
  }

  @Test("what is worse within the tolerance passes")
  func tolerance() throws {
    var simulation = VerdictSimulation()
    simulation.noise = 0.005
    simulation.slowdown = 0.03
    #expect(simulation.counts(of: 10)[.pass] == 10)
    // Wall time is held to a wider tolerance, and the sentence names it.
    let passed = simulation.input(seed: 1).decide().why
    #expect(passed.contains("(wall time: Throughput, records/s within 15 %"), "\(passed)")
    simulation.tolerance = 0.01
    let decision = simulation.input(seed: 1).decide()
    #expect(decision.status == .regression)
    let line = try #require(decision.lines.first { $0.metric == "broker_cpu" })
    #expect(line.status == .regression)
    #expect(abs(line.change - 0.03) < 0.02)
    #expect(line.why.contains("beyond the tolerance and the noise floor"))
    // What it was within has nothing to say against it.
    #expect(decision.lines.first { $0.metric == "broker_bytes_read" }?.status == .pass)
  }

  @Test("a figure that swings has a wider tolerance, unless one is given")
  func tolerances() throws {
    var settings = CheckSettings()
    func tolerance(_ name: String) throws -> Double {
      settings.tolerance(of: try #require(CheckMetric.named(name)))
    }
    #expect(try abs(tolerance("records_per_s") - 0.15) < 1e-9)
    #expect(try tolerance("broker_cpu") == 0.05 && tolerance("broker_peak_mib") == 0.05)
    settings.tolerances = ["records_per_s": 0.02]
    settings.tolerance = 0.5
    #expect(try tolerance("records_per_s") == 0.02)
    #expect(try tolerance("broker_calls") == 0.95)
    // Times that the kernel samples decide nothing.
    var simulation = VerdictSimulation()
    let lines = simulation.input(seed: 1).decide().lines
    #expect(lines.first { $0.metric == "broker_user_cpu" }?.decides == false)
    #expect(lines.first { $0.metric == "broker_cpu" }?.decides == true)
  }

  @Test("too few rounds are no verdict, whatever they show")
  func fewRounds() {
    var simulation = VerdictSimulation()
    simulation.rounds = 3
    simulation.slowdown = 3
    let counts = simulation.counts(of: 10)
    #expect(counts[.regression] == nil)
    #expect(counts[.inconclusive] == 10)
  }

  @Test("what the rounds cannot tell is inconclusive, with what they could and what it takes")
  func blind() throws {
    var simulation = VerdictSimulation()
    simulation.noise = 0.2
    let decision = simulation.input(seed: 5).decide()
    #expect(decision.status == .inconclusive)
    let line = try #require(decision.lines.first { $0.metric == "broker_cpu" })
    let shown = try #require(line.smallestShown)
    let needed = try #require(line.roundsNeeded)
    #expect(shown > 0.08 && shown < 0.4 && needed > 100 && needed < 1000, "\(shown) \(needed)")
    #expect(line.why.contains("the tolerance of 5 % needs about \(needed) rounds"), "\(line.why)")
    #expect(decision.why.hasPrefix("not clear: "), "\(decision.why)")
    #expect(decision.why.contains("this run could have shown"), "\(decision.why)")
    #expect(decision.why.contains("rounds are needed"), "\(decision.why)")
  }

  @Test("a load that reached no steady state gives no verdict, however clear its figures")
  func unsteady() {
    for slowdown in [0, 0.5] {
      var simulation = VerdictSimulation(noise: 0.01, slowdown: slowdown)
      var input = simulation.input(seed: 1)
      input.unsteady = ["check": "rate, backlog"]
      let decision = input.decide()
      #expect(decision.status == .inconclusive)
      let why = "not judged: the load reached no steady state (rate, backlog)"
      #expect(decision.lines.filter(\.decides).allSatisfy { $0.why == why })
    }
  }

  @Test("a CPU time below the clock's step counts as half a step, not as nothing")
  func zeroTimes() throws {
    var simulation = VerdictSimulation(noise: 0.01)
    var input = simulation.input(seed: 3)
    // The candidate takes so little that the clock mostly shows none.
    for index in input.candidate.lanes[0][0].repetitions.indices {
      let value = index % 4 == 0 ? 0.002 : 0
      input.candidate.lanes[0][0].repetitions[index].values["broker_cpu"] = value
    }
    let decision = input.decide()
    let line = try #require(decision.lines.first { $0.metric == "broker_cpu" })
    #expect(line.candidateCount == 30)
    #expect(line.change < -0.9, "\(line)")
  }

  @Test("a baseline of another machine lets timed figures be inconclusive at most")
  func otherMachine() throws {
    var simulation = VerdictSimulation()
    simulation.noise = 0.01
    simulation.drift = 0
    simulation.slowdown = 0.5
    simulation.otherMachine = ""
    #expect(simulation.input(seed: 1).decide().status == .regression)
    simulation.otherMachine = "host b here, a there"
    // As fast or faster over there: the counts alone are judged, and the verdict says so.
    simulation.slowdown = 0
    let same = simulation.input(seed: 1).decide()
    #expect(same.status == .pass && same.why.contains("times were not judged"), "\(same.why)")
    simulation.slowdown = 0.5
    let decision = simulation.input(seed: 1).decide()
    #expect(decision.status == .inconclusive)
    let line = try #require(decision.lines.first { $0.metric == "broker_cpu" })
    #expect(line.why.contains("another machine (host b here, a there)"))
    #expect(decision.notes.contains { $0.contains("Only counts decide") })
    // Counts are the same everywhere, and still decide.
    var input = simulation.input(seed: 1)
    for lane in input.candidate.lanes.indices {
      for index in input.candidate.lanes[lane][0].repetitions.indices {
        input.candidate.lanes[lane][0].repetitions[index].values["broker_bytes_written"]? *= 1.5
      }
    }
    #expect(input.decide().status == .regression)
    // Memory follows the number of CPUs, so it decides only where that is the same.
    var memory = simulation.input(seed: 1)
    for lane in memory.candidate.lanes.indices {
      for index in memory.candidate.lanes[lane][0].repetitions.indices {
        memory.candidate.lanes[lane][0].repetitions[index].values["broker_peak_mib"]? *= 1.5
      }
    }
    #expect(memory.decide().status == .regression)
    memory.isMemoryComparable = false
    #expect(memory.decide().status == .inconclusive)
  }

  @Test("a container's name makes no other machine; another host or kernel does")
  func machines() {
    var (here, there) = (RunEnvironment(), RunEnvironment())
    (here.hostName, there.hostName) = ("a1b2", "c3d4")
    (here.kernel, there.kernel) = ("6.1", "6.1")
    (here.bootId, there.bootId) = ("5f0e", "77aa")
    #expect(here.machineDifference(from: there) == "host a1b2 here, c3d4 there")
    there.bootId = here.bootId
    #expect(here.machineDifference(from: there) == nil)
    there.kernel = "6.2"
    #expect(here.machineDifference(from: there) == "kernel 6.1 here, 6.2 there")
  }

  @Test("a round that two lanes measured counts once against a stored baseline")
  func roundsCountOnce() throws {
    // Three rounds in two lanes are three of each side: 1 of 20 orders, which is a chance.
    var simulation = VerdictSimulation(rounds: 3, noise: 0.01, drift: 0, slowdown: 3)
    simulation.otherMachine = ""
    let decision = simulation.input(seed: 1).decide()
    let line = try #require(decision.lines.first { $0.metric == "broker_cpu" })
    #expect(line.status == .inconclusive)
    #expect((line.probability ?? 0) >= 0.05)
  }

  @Test("a control lane that moved speaks for the machine, not for the build")
  func controlMoved() throws {
    var simulation = VerdictSimulation()
    simulation.noise = 0.02
    simulation.drift = 0
    // A machine that is a quarter slower beside the candidate.
    simulation.machine = 0.25
    simulation.otherMachine = ""
    let decision = simulation.input(seed: 2).decide()
    #expect(decision.status == .inconclusive)
    let shift = try #require(decision.control)
    #expect(shift.isRateMoved && shift.isCpuMoved)
    #expect(abs(shift.cpuChange - 0.28) < 0.05)
    #expect(decision.lines.allSatisfy { $0.status != .regression })
    simulation.hasControl = false
    let blind = simulation.input(seed: 2).decide()
    #expect(blind.status == .inconclusive)
    #expect(blind.notes.contains { $0.contains("no control lane") })
  }

  @Test("in turns a drift of the machine weighs on both sides alike")
  func drift() {
    var simulation = VerdictSimulation()
    simulation.noise = 0.01
    simulation.drift = 1
    #expect(simulation.counts(of: 10)[.pass] == 10)
  }

  @Test("what is faster is worse for no figure")
  func better() throws {
    var simulation = VerdictSimulation()
    simulation.noise = 0.01
    simulation.slowdown = -0.4
    let decision = simulation.input(seed: 4).decide()
    #expect(decision.status == .pass)
    let line = try #require(decision.lines.first { $0.metric == "broker_cpu" })
    #expect(line.change < -0.3 && line.why.contains("better"))
    let low = try #require(line.changeLow)
    let high = try #require(line.changeHigh)
    #expect(low <= line.change && line.change <= high)
  }

  @Test("figures that one side lacks are left out; with none left there is no verdict")
  func missing() {
    var simulation = VerdictSimulation()
    var input = simulation.input(seed: 1)
    for index in input.candidate.lanes[0][0].repetitions.indices {
      input.candidate.lanes[0][0].repetitions[index].values = ["produce_p99_ms": 10]
    }
    let decision = input.decide()
    #expect(decision.status == .inconclusive)
    #expect(decision.why.contains("no figure"))
    #expect(decision.lines.map(\.metric) == ["produce_p99_ms"])
    #expect(decision.notes.contains { $0.hasPrefix("Companions are missing: of the candidate's") })
    #expect(!decision.notes.contains { $0.contains("of the reference's") })
  }
}
