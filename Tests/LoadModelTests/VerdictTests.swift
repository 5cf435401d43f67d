import Glibc
import LoadModel
import Testing

@Suite("The verdict's rules")
struct VerdictTests {
  @Test("of identical builds hardly one is a regression, however noisy the machine")
  func falseAlarms() {
    for noise in [0.01, 0.08, 0.25] {
      var simulation = VerdictSimulation()
      simulation.noise = noise
      let counts = simulation.counts(of: 20)
      #expect(counts[.regression, default: 0] <= 1, "noise \(noise): \(counts)")
    }
    var quiet = VerdictSimulation()
    quiet.noise = 0.01
    #expect(quiet.counts(of: 10)[.pass] == 10)
  }

  @Test("a tenth more of the broker's CPU, all of it user time, is found on a noisy machine")
  func power() {
    var simulation = VerdictSimulation()
    simulation.userSlowdown = 0.6
    let counts = simulation.counts(of: 20)
    #expect(counts[.regression, default: 0] >= 18, "\(counts)")
    // And on a quiet one a tenth of the user time alone.
    simulation.noise = 0.01
    simulation.userSlowdown = 0.1
    #expect(simulation.counts(of: 10)[.regression, default: 0] >= 9)
  }

  @Test("what is worse within the tolerance passes")
  func tolerance() throws {
    var simulation = VerdictSimulation()
    simulation.noise = 0.005
    simulation.userSlowdown = 0.03
    #expect(simulation.counts(of: 10)[.pass] == 10)
    simulation.tolerance = 0.01
    let decision = simulation.input(seed: 1).decide()
    #expect(decision.status == .regression)
    let line = try #require(decision.lines.first { $0.metric == "broker_user_cpu" })
    #expect(line.status == .regression)
    #expect(abs(line.change - 0.03) < 0.02)
    #expect(line.why.contains("beyond the tolerance and the noise floor"))
    // What it was within has nothing to say against it.
    #expect(decision.lines.first { $0.metric == "broker_bytes_read" }?.status == .pass)
  }

  @Test("too few rounds are no verdict, whatever they show")
  func fewRounds() {
    var simulation = VerdictSimulation()
    simulation.rounds = 3
    simulation.userSlowdown = 3
    let counts = simulation.counts(of: 10)
    #expect(counts[.regression] == nil)
    #expect(counts[.inconclusive] == 10)
  }

  @Test("noise that hides everything is no pass")
  func blind() {
    var simulation = VerdictSimulation()
    simulation.noise = 0.8
    let decision = simulation.input(seed: 5).decide()
    #expect(decision.status == .inconclusive)
    #expect(decision.why.contains("CPU time shows nothing smaller than"), "\(decision.why)")
  }

  @Test("a pass takes CPU time that could have shown three tolerances; wall and counts do not help")
  func blindTimes() {
    var simulation = VerdictSimulation(noise: 0.01)
    var input = simulation.input(seed: 3)
    #expect(input.decide().status == .pass)
    for side in [\CheckInput.reference, \CheckInput.candidate] {
      for lane in input[keyPath: side].lanes.indices {
        for index in input[keyPath: side].lanes[lane][0].repetitions.indices {
          for name in ["broker_user_cpu", "broker_cpu"] {
            let factor = (index + lane) % 2 == 0 ? 0.4 : 2.5
            input[keyPath: side].lanes[lane][0].repetitions[index].values[name]? *= factor
          }
        }
      }
    }
    let decision = input.decide()
    #expect(decision.status == .inconclusive, "\(decision.why)")
  }

  @Test("a CPU time below the clock's step counts as half a step, not as nothing")
  func zeroTimes() throws {
    var simulation = VerdictSimulation(noise: 0.01)
    var input = simulation.input(seed: 3)
    // The candidate takes so little that the clock mostly shows none.
    for index in input.candidate.lanes[0][0].repetitions.indices {
      let value = index % 4 == 0 ? 0.002 : 0
      input.candidate.lanes[0][0].repetitions[index].values["broker_user_cpu"] = value
    }
    let decision = input.decide()
    let line = try #require(decision.lines.first { $0.metric == "broker_user_cpu" })
    #expect(line.candidateCount == 21)
    #expect(line.change < -0.9, "\(line)")
  }

  @Test("a baseline of another machine lets timed figures be inconclusive at most")
  func otherMachine() throws {
    var simulation = VerdictSimulation()
    simulation.noise = 0.01
    simulation.drift = 0
    simulation.userSlowdown = 0.5
    simulation.otherMachine = ""
    #expect(simulation.input(seed: 1).decide().status == .regression)
    simulation.otherMachine = "host b here, a there"
    // As fast or faster over there: the counts alone are judged, and the verdict says so.
    simulation.userSlowdown = 0
    let same = simulation.input(seed: 1).decide()
    #expect(same.status == .pass && same.why.contains("times were not judged"), "\(same.why)")
    simulation.userSlowdown = 0.5
    let decision = simulation.input(seed: 1).decide()
    #expect(decision.status == .inconclusive)
    let line = try #require(decision.lines.first { $0.metric == "broker_user_cpu" })
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
    var simulation = VerdictSimulation(rounds: 3, noise: 0.01, drift: 0, userSlowdown: 3)
    simulation.otherMachine = ""
    let decision = simulation.input(seed: 1).decide()
    let line = try #require(decision.lines.first { $0.metric == "broker_user_cpu" })
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

  @Test("strictly, what could not have been seen is not passed")
  func strict() {
    var simulation = VerdictSimulation()
    simulation.noise = 0.1
    #expect(simulation.input(seed: 3).decide().status == .pass)
    simulation.isStrict = true
    #expect(simulation.input(seed: 3).decide().status == .inconclusive)
  }

  @Test("what is faster is worse for no figure")
  func better() throws {
    var simulation = VerdictSimulation()
    simulation.noise = 0.01
    simulation.userSlowdown = -0.4
    let decision = simulation.input(seed: 4).decide()
    #expect(decision.status == .pass)
    let line = try #require(decision.lines.first { $0.metric == "broker_user_cpu" })
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
