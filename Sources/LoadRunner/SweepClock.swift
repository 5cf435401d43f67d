import LoadModel

/// How far a whole run is: what was planned, and how the steps until now kept to it.
struct SweepClock {
  private let planned: [Double]
  private(set) var done = 0
  private let begun: Double
  /// When the measurement under way began.
  private var stepBegun: Double

  /// - Parameters:
  ///   - plan: What is measured, in order.
  ///   - now: Seconds, of a clock that does not jump.
  init(_ plan: RunPlan, now: Double) {
    planned = plan.order.map { plan.steps[$0].seconds }
    begun = now
    stepBegun = now
  }

  mutating func finishStep(now: Double) {
    done += 1
    stepBegun = now
  }

  func elapsed(now: Double) -> Double { max(0, now - begun) }

  /// Seconds until the end, if the rest keeps to the plan as what was done did.
  func remaining(now: Double) -> Double {
    let past = planned.prefix(done).reduce(0, +)
    let took = stepBegun - begun
    let pace = past > 0 && took > 0 ? took / past : 1
    let rest = planned.dropFirst(done).reduce(0, +) * pace
    let inStep = min(now - stepBegun, (planned.dropFirst(done).first ?? 0) * pace)
    return max(0, rest - max(0, inStep))
  }

  /// `2:10 gone, about 12:40 left`; nothing for a single measurement, which tells its own.
  func text(now: Double) -> String? {
    guard planned.count > 1 else { return nil }
    let left = remaining(now: now)
    let end = done >= planned.count ? "" : ", about \(Figures.clock(left)) left"
    return "run: \(Figures.clock(elapsed(now: now))) gone\(end)"
  }
}
