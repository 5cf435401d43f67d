import LoadModel

/// The cases of a sweep by the values of the settings that were swept.
struct Factors {
  struct Axis: Equatable {
    /// The flag's name.
    var name: String
    var values: [String]
  }

  struct Point {
    /// One value for each axis, in their order.
    var values: [String]
    var entry: CaseResult
  }

  /// In the order of the schema, of which the first varies slowest.
  let axes: [Axis]
  let points: [Point]
  /// The place of a point by its values.
  private let places: [[String]: Int]

  /// - Parameters:
  ///   - axes: Name and values of each, in the schema's order.
  ///   - cases: Numbered as the cross product of the axes is; others are left out.
  init(axes: [Axis], cases: [CaseResult]) {
    self.axes = axes
    let points = cases.compactMap { entry -> Point? in
      var rest = entry.index
      guard rest >= 0 else { return nil }
      var values: [String] = []
      for axis in axes.reversed() {
        values.append(axis.values[rest % axis.values.count])
        rest /= axis.values.count
      }
      values.reverse()
      let label = zip(axes, values).map { "\($0.name)=\($1)" }.joined(separator: " ")
      return rest == 0 && label == entry.label ? Point(values: values, entry: entry) : nil
    }
    self.points = points
    places = Dictionary(
      points.enumerated().map { ($0.element.values, $0.offset) },
      uniquingKeysWith: { one, _ in one })
  }

  /// The case of these values.
  func point(_ values: [String]) -> Point? { places[values].map { points[$0] } }

  /// What `value` of an axis does to a figure instead of `other`; whole repetitions only.
  ///
  /// The interval is widened for an axis with more than two values, so that all its comparisons
  /// with one of them hold together.
  ///
  /// - Parameter setting: Where given, only the pair whose other settings have these values, one
  ///   for each axis.
  /// - Returns: Nil where no pair has the figure.
  func effect(
    of value: String, insteadOf other: String, on axis: Axis, _ metric: Metric,
    setting: [String]? = nil
  ) -> FactorEffect? {
    guard let place = axes.firstIndex(of: axis) else { return nil }
    var quotients: [FactorEffect.Pair] = []
    for point in points where point.values[place] == value {
      var wanted = point.values
      wanted[place] = other
      if var setting {
        setting[place] = other
        if wanted != setting { continue }
      }
      guard let partner = self.point(wanted) else { continue }
      for own in point.entry.repetitions where !own.isPartial {
        guard
          let base = partner.entry.repetitions.first(where: {
            $0.repetition == own.repetition && !$0.isPartial
          }),
          let above = metric.value(own), let below = metric.value(base), above > 0, below > 0
        else { continue }
        quotients.append(.init(round: own.repetition, quotient: above / below))
      }
    }
    return FactorEffect(
      quotients, confidence: 1 - 0.05 / Double(max(1, axis.values.count - 1)))
  }
}
