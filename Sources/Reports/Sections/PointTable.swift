import LoadModel
import Statistics

/// A table of a study's points: labels to the left, figures beside them, and what must be known of
/// a point as letters behind its labels.
enum PointTable {
  /// - Parameters:
  ///   - labels: The labels that tell the points apart, in order.
  ///   - figures: Names of figures; those that no point has are left out.
  ///   - hasRange: Least and greatest repetition behind each value.
  static func make(
    _ points: [StudyPoint], labels: [String], figures: [String], caption: String, hasRange: Bool
  ) -> ReportTable {
    let units = figures.map { name in
      points.lazy.compactMap { $0.figure(name)?.unit }.first ?? ""
    }
    var table = ReportTable(
      labels + zip(figures, units).map { $1.isEmpty ? $0 : "\($0), \($1)" }, caption: caption,
      leftColumns: labels.count)
    for point in points {
      let most = point.figures.map(\.samples.count).max() ?? 0
      let cells = figures.map { cell(point, $0, most: most, hasRange: hasRange) }
      var names = labels.map { point.label($0) ?? "" }
      names[names.count - 1] += FigureMark.suffix(FigureMark.found(in: point))
      table.row(names + cells)
    }
    table.footnotes = FigureMark.footnotes(points)
    return table.droppingEmptyColumns()
  }

  private static func cell(_ point: StudyPoint, _ name: String, most: Int, hasRange: Bool)
    -> String
  {
    guard let reading = StudyReading(point, name) else { return "" }
    var text = Numbers.readable(reading.value)
    if hasRange, let count = reading.count, count > 1 {
      text += " [\(Numbers.readable(reading.low)), \(Numbers.readable(reading.high))]"
    }
    // Not every repetition could tell it.
    if let count = reading.count, count < most { text += " (\(count) of \(most))" }
    return text
  }
}
