import Glibc
import LoadModel
import Statistics

@testable import Reports

/// A sweep in which each setting multiplies the throughput by a factor, under noise.
struct FactorialRun {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (Double(state >> 11) + 0.5) / Double(1 << 53)
  }

  private mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }

  /// - Parameters:
  ///   - noise: Standard deviation of the logarithm of a repetition's rate.
  ///   - factor: What a case's rate is multiplied by.
  mutating func run(
    _ flags: [(String, String)], noise: Double, factor: (Workload) -> Double
  ) throws -> RunResult {
    var run = try SampleRun.make(flags: flags)
    for index in run.cases.indices {
      for place in run.cases[index].repetitions.indices {
        let load = run.cases[index].workload
        let rate = 100_000 * factor(load) * exp(noise * normal())
        var repetition = run.cases[index].repetitions[place]
        let records = Int64(rate * repetition.durationS)
        repetition.produced = Flow(records: records, bytes: records * 1024)
        repetition.consumed = repetition.produced
        // How full a buffer was is no part of it.
        repetition.produceLatency = nil
        let isPacked = load.compression != .none
        repetition.compressionRatio = isPacked ? 1.82 : 1
        let cpu = (isPacked ? 1.8 : 1) * Double(records) / 1e6
        repetition.client = ProcessUsage(userCpuS: cpu, systemCpuS: 0)
        repetition.broker = ProcessUsage(userCpuS: Double(records) / 1e6, systemCpuS: 0)
        run.cases[index].repetitions[place] = repetition
      }
    }
    return run
  }
}
