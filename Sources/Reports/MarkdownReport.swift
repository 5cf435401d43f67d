import LoadModel

/// `report.md`: what was found, how sure it is, and what it was found on.
struct MarkdownReport {
  private let report: RunReport

  init(_ run: RunResult) { report = RunReport(run) }

  var text: String {
    var head = "# \(ReportText.markdown(report.title))\n"
    if let question = report.run.question {
      head += "\n> \(ReportText.markdown(question))\n"
    }
    head += "\n\(ReportText.markdown(report.origin))\n"
    let sections = report.sections.map { SectionMarkdown.text($0) }
    return ([head] + sections).joined(separator: "\n")
  }
}
