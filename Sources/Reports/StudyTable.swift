import LoadModel

/// `study.csv`: a suite's figures, one row a sample, with a column for each parameter.
enum StudyTable {
  static func csv(_ study: Study, of run: RunResult) -> String {
    var names: [String] = []
    for label in study.points.flatMap(\.labels) where !names.contains(label.name) {
      names.append(label.name)
    }
    var writer = CsvWriter()
    // A parameter may be called as a column of ours is.
    writer.row(
      ["run_id", "suite", "point"] + names.map { "label_" + $0.replacing("-", with: "_") }
        + ["figure", "unit", "sample", "value", "partial"])
    for (index, point) in study.points.enumerated() {
      let labels = names.map { point.label($0) }
      for figure in point.figures {
        for (sample, value) in figure.samples.enumerated() {
          let place: [String?] = [run.runId, study.suite.rawValue, "\(index)"]
          let found: [String?] = [
            figure.name, figure.unit, "\(sample + 1)", value.isFinite ? "\(value)" : nil,
            point.isPartial ? "true" : "false",
          ]
          writer.row(place + labels + found)
        }
      }
    }
    return writer.text
  }
}
