import LoadModel
import Statistics

/// The universal scalability law beside what was measured: its parameters, its residuals, and
/// whether it may be reckoned with.
struct ScalingLaw {
  private let sized: [(size: Double, point: StudyPoint)]
  private let fit: ScalabilityFit?
  /// The widest range of a point's repetitions, by its median.
  private let noise: Double

  /// How far a point may lie from the law at least, and at most however much rounds differ.
  private static let leastTolerance = 0.1
  private static let mostTolerance = 0.25

  init(_ sized: [(size: Double, point: StudyPoint)]) {
    let known = sized.filter { $0.point.figure("throughput")?.median != nil }
    self.sized = known
    fit = ScalabilityFit(
      known.map {
        ScalabilityFit.Point(
          size: $0.size, throughput: $0.point.figure("throughput")?.median ?? 0)
      })
    noise = known.compactMap { $0.point.figure("throughput")?.summary?.relativeRange }.max() ?? 0
  }

  private var tolerance: Double {
    min(Self.mostTolerance, max(Self.leastTolerance, noise))
  }

  /// The law where the data follow it.
  var follows: ScalabilityFit? {
    guard let fit, fit.isMeaningful, noise <= Self.mostTolerance, fit.fits(within: tolerance)
    else { return nil }
    return fit
  }

  var text: String {
    guard let fit else {
      return "Fewer than four sizes in a steady state: no scaling law can be told from them."
    }
    func percent(_ share: Double) -> String { PartitionScalingSection.percent(share) }
    let shown = "\(parameters(fit)) \(residuals(fit))"
    if noise > Self.mostTolerance {
      return "**Too noisy to tell a scaling law**: the repetitions of a point range over"
        + " \(percent(noise)) of their median. For the record only: \(shown)"
    }
    if !fit.isMeaningful {
      return "**The universal scalability law does not fit**: its contention comes out above 1,"
        + " which means nothing: more gave less from the first step on. \(shown)"
    }
    if follows == nil {
      return "**The data do not follow the universal scalability law** (the worst point is"
        + " \(percent(fit.worstResidual)) off, where \(percent(tolerance)) are allowed): do not"
        + " reckon with its parameters. \(shown)"
    }
    return "\(shown) The data follow it within \(percent(fit.worstResidual)) at worst; a law that"
      + " fits is not yet a cause."
  }

  private func parameters(_ fit: ScalabilityFit) -> String {
    var text =
      "The universal scalability law fitted: one alone gives \(Numbers.readable(fit.rate)) MB/s,"
      + " contention \(Numbers.readable(fit.contention)), coherency"
      + " \(Self.scientific(fit.coherency))"
    if let peak = fit.peakSize { text += ", peak at \(Numbers.readable(peak))" }
    return text + "."
  }

  private func residuals(_ fit: ScalabilityFit) -> String {
    let parts = zip(sized, fit.residuals).map { each, residual in
      let sign = residual >= 0 ? "+" : ""
      return "\(Numbers.grouped(each.size)) \(sign)\(Numbers.fixed(residual * 100, 1)) %"
    }
    return "Residuals, measured over fitted: \(parts.joined(separator: "; "))."
  }

  /// `2.4e-4`, which a table of small decimals hides.
  private static func scientific(_ value: Double) -> String {
    guard value > 0 else { return "0" }
    var exponent = 0
    var digits = value
    while digits < 1 {
      digits *= 10
      exponent -= 1
    }
    return exponent == 0 ? Numbers.readable(value) : "\(Numbers.fixed(digits, 1))e\(exponent)"
  }
}
