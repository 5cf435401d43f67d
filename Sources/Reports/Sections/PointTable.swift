import LoadModel
import Statistics

/// A table of a study's points: labels to the left, medians of figures beside them.
enum PointTable {
  /// - Parameters:
  ///   - labels: The labels that tell the points apart, in order.
  ///   - figures: Names of figures; those that no point has are left out.
  ///   - hasRange: Least and greatest repetition behind each median.
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
      let cells = figures.map { name -> String in
        guard let summary = point.figure(name)?.summary else { return "" }
        let text = Numbers.readable(summary.median)
        guard hasRange, summary.count > 1 else { return text }
        return "\(text) [\(Numbers.readable(summary.min)), \(Numbers.readable(summary.max))]"
      }
      var names = labels.map { point.label($0) ?? "" }
      if point.isPartial { names[names.count - 1] += " [p]" }
      table.row(names + cells)
    }
    if points.contains(where: \.isPartial) {
      table.footnotes = ["[p] fewer repetitions than were wanted"]
    }
    return table.droppingEmptyColumns()
  }
}
