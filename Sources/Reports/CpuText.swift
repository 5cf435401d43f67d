import Foundation
import LoadModel

/// Processor seconds as text, with no more digits than the kernel knows: the sum is exact, user and
/// system time are known in its steps.
struct CpuText {
  let all: String
  let user: String
  let system: String

  init(_ usage: ProcessUsage) {
    let decimals = Self.decimals(stepS: usage.stepS)
    user = Numbers.fixed(usage.userCpuS, decimals)
    system = Numbers.fixed(usage.systemCpuS, decimals)
    all = Numbers.fixed(usage.userCpuS + usage.systemCpuS, 3)
  }

  /// The digits behind the point of which the last is worth no less than a step: 2 for 4 to 10 ms.
  static func decimals(stepS: Double, most: Int = 3) -> Int {
    guard stepS > 0, stepS.isFinite else { return most }
    return min(most, max(0, Int((-log10(stepS) + 1e-9).rounded(.down))))
  }

  /// A part of the time, by the gigabyte or the million records: three digits, fewer where a step
  /// is worth more than the last of them.
  static func readable(_ value: Double, step: Double) -> String {
    guard step > 0, step.isFinite else { return Numbers.readable(value) }
    let usual = Numbers.readable(value)
    let known = Int((-log10(step) + 1e-9).rounded(.down))
    let shown = usual.split(separator: ".").dropFirst().first?.count ?? 0
    if known >= shown { return usual }
    guard known < 0 else { return Numbers.fixed(value, known) }
    let unit = pow(10, Double(-known))
    return Numbers.grouped((value / unit).rounded() * unit)
  }
}

extension ProcessUsage {
  /// Files of before had no step: it was 10 ms then.
  var stepS: Double { cpuStepS ?? 0.01 }
}
