import LoadModel

/// `report.md`.
struct MarkdownReport {
  let run: RunResult

  init(_ run: RunResult) { self.run = run }

  var text: String { "" }
}
