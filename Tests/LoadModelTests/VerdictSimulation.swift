import Glibc
import LoadModel

/// Checks whose truth is known: samples drawn from a seed.
struct VerdictSimulation {
  var rounds = 30
  /// Standard deviation of the logarithm of a turn's CPU time, and how the machine drifts over the
  /// check.
  var noise = 0.04
  var drift = 0.3
  /// How much of all turns is disturbed, which takes them up to half as long again.
  var disturbed = 0.0
  /// How much worse the candidate's broker is, by its CPU time in all.
  var slowdown = 0.0
  /// How much faster the machine is beside the candidate.
  var machine = 0.0
  var tolerance = 0.05
  /// Nil: in turns; else against a stored baseline, of the machine named (empty: the same).
  var otherMachine: String?
  var hasControl = true
  /// Only the first of several is worse.
  var caseCount = 1
  /// Of the reference, where it is stored; nil: as many as the candidate's.
  var storedRounds: Int?

  private mutating func next(_ random: inout SplitMix64) -> Double {
    let a = Double.random(in: .leastNonzeroMagnitude...1, using: &random)
    let b = Double.random(in: 0..<1, using: &random)
    return sqrt(-2 * log(a)) * cos(2 * .pi * b)
  }

  private mutating func sample(
    round: Int, slowdown: Double, machine: Double, _ random: inout SplitMix64
  ) -> CaseSamples.Sample {
    let state = drift * Double(round) / Double(rounds) + machine
    func noisy(_ value: Double, _ sigma: Double, _ own: Double) -> Double {
      value * exp(sigma * own)
    }
    let wall = noisy(1e6 * exp(-state) / (1 + slowdown), noise * 2, next(&random))
    var all = noisy(0.28 * exp(state) * (1 + slowdown), noise, next(&random))
    if Double.random(in: 0..<1, using: &random) < disturbed {
      all *= Double.random(in: 1...1.5, using: &random)
    }
    let user = min(0.9 * all, noisy(0.22 * all, noise * 3, next(&random)))
    let values = [
      "records_per_s": wall, "produce_p99_ms": noisy(20, noise * 4, next(&random)),
      "broker_user_cpu": user, "broker_system_cpu": all - user, "broker_cpu": all,
      "broker_bytes_written": noisy(210, 0.002, next(&random)),
      "broker_bytes_read": noisy(105, 0.004, next(&random)),
      "broker_socket_bytes": noisy(420, 0.004, next(&random)),
      "broker_calls": noisy(30_000, 0.08, next(&random)),
      "broker_write_calls": noisy(9000, 0.06, next(&random)),
      "broker_peak_mib": noisy(24, 0.02, next(&random)),
    ]
    let control = ControlSample(
      unitsPerS: noisy(50_000 * exp(-state), noise * 2, next(&random)),
      cpuSPerMillion: noisy(15 * exp(state), noise / 3, next(&random)))
    return CaseSamples.Sample(
      round: round, values: values, control: hasControl ? control : nil)
  }

  private mutating func lane(
    slowdown: Double, machine: Double, rounds: Int? = nil, _ random: inout SplitMix64
  ) -> [CaseSamples] {
    (0..<caseCount).map { index in
      let samples = (1...(rounds ?? self.rounds)).map {
        sample(round: $0, slowdown: index == 0 ? slowdown : 0, machine: machine, &random)
      }
      return CaseSamples(
        label: index == 0 ? "check" : "case \(index)", workload: Workload(), repetitions: samples)
    }
  }

  mutating func input(seed: UInt64) -> CheckInput {
    var random = SplitMix64(seed: seed)
    let before = [
      lane(slowdown: 0, machine: 0, rounds: storedRounds, &random),
      lane(slowdown: 0, machine: 0, rounds: storedRounds, &random),
    ]
    var after = [lane(slowdown: slowdown, machine: machine, &random)]
    var design = CheckInput.Design.turns
    if let otherMachine {
      after.append(lane(slowdown: slowdown, machine: machine, &random))
      design = .stored(
        otherMachine: otherMachine.isEmpty ? nil : otherMachine, noiseFloors: [:])
    }
    var settings = CheckSettings()
    settings.tolerance = tolerance
    return CheckInput(
      reference: .init(lanes: before), candidate: .init(lanes: after), design: design,
      settings: settings)
  }

  /// How often each verdict is given.
  mutating func counts(of trials: Int) -> [VerdictStatus: Int] {
    var counts: [VerdictStatus: Int] = [:]
    for seed in 1...UInt64(trials) {
      counts[input(seed: seed).decide().status, default: 0] += 1
    }
    return counts
  }
}
