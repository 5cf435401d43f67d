import LoadModel
import Statistics

/// The universal scalability law over numbers of clients: fitted once a round, so that its
/// parameters have intervals.
///
/// It is printed only where it describes what was measured: at least four sizes and three rounds,
/// no size at which the load generator was the limit, every round's fit meaningful, and no point of
/// the means farther than a tenth from the law.
struct ScalingLaw {
  /// A fit a round.
  private let fits: [ScalabilityFit]
  private let rounds: Int
  private let sizes: Int
  /// Sizes at which the load generator was the limit: those rates are not the broker's.
  private let limited: [Double]
  /// Of the means; nil where they cannot be fitted.
  private let middle: ScalabilityFit?

  private static let tolerance = 0.1

  init(_ sized: [(size: Double, point: StudyPoint)]) {
    let known = sized.filter { FigureMark.isSteady($0.point) }.map { each in
      (size: each.size, samples: ScalingPoints.samples(each.point, "throughput"))
    }.filter { !$0.samples.isEmpty }
    sizes = known.count
    limited = sized.filter { FigureMark.found(in: $0.point).contains(.generator) }.map(\.size)
    // Rounds are only known where each size has all of them.
    let counts = Set(known.map(\.samples.count))
    let rounds = counts.count == 1 ? counts.first ?? 0 : 0
    self.rounds = rounds
    fits = (0..<rounds).compactMap { round in
      ScalabilityFit(
        known.map { ScalabilityFit.Point(size: $0.size, throughput: $0.samples[round]) })
    }
    middle = ScalabilityFit(
      known.compactMap { each in
        TrimmedMean(each.samples).map {
          ScalabilityFit.Point(size: each.size, throughput: $0.mean)
        }
      })
  }

  /// The parameters with their intervals; nil where the law is not printed.
  var claim: String? {
    guard refusal == nil, let middle, let contention = TrimmedMean(fits.map(\.contention)),
      let coherency = TrimmedMean(fits.map(\.coherency))
    else { return nil }
    return "Universal scalability law over producers: contention \(text(contention)), coherency"
      + " \(text(coherency))\(peak); the worst point is \(percent(middle.worstResidual)) off."
  }

  /// The number of producers that gives most, where every round has one.
  private var peak: String {
    let peaks = fits.compactMap(\.peakSize)
    guard peaks.count == fits.count, let mean = TrimmedMean(peaks) else { return "" }
    return ", most at \(text(mean)) producers"
  }

  /// Why it is not printed; nil where it is.
  var refusal: String? {
    let head = "The universal scalability law over producers is not printed:"
    if !limited.isEmpty {
      let list = limited.map(Numbers.grouped).joined(separator: ", ")
      return "\(head) \(FigureMark.generatorLimit) with \(list)."
    }
    if sizes < 4 { return "\(head) it needs four sizes in a steady state, and there are \(sizes)." }
    if rounds < TrimmedMean.fewestValues {
      return "\(head) its intervals need three rounds of each size."
    }
    let isWhole = fits.count == rounds && fits.allSatisfy(\.isMeaningful)
    guard isWhole, let middle else {
      return "\(head) in some round contention comes out above 1: more producers gave less from the"
        + " first step on."
    }
    guard middle.fits(within: Self.tolerance) else {
      return "\(head) its worst point is \(percent(middle.worstResidual)) off, and"
        + " \(percent(Self.tolerance)) are allowed."
    }
    return nil
  }

  /// `0.10 (0.08–0.12)`
  private func text(_ mean: TrimmedMean) -> String {
    let interval = mean.interval()
    return
      "\(Self.small(mean.mean)) (\(Self.small(max(0, interval.low)))–\(Self.small(interval.high)))"
  }

  private func percent(_ share: Double) -> String { "\(Numbers.fixed(share * 100, 0)) %" }

  /// `2.4e-4`, which a table of small decimals hides.
  private static func small(_ value: Double) -> String {
    guard value > 1e-12 else { return "0" }
    guard value < 0.00995 else { return Numbers.readable(value) }
    var exponent = 0
    var digits = value
    while digits < 0.995 {
      digits *= 10
      exponent -= 1
    }
    return "\(Numbers.fixed(digits, 1))e\(exponent)"
  }
}
