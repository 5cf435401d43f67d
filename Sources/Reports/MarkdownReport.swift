import LoadModel

/// `report.md`: what was found, how sure it is, and what it was found on.
struct MarkdownReport {
  private let report: RunReport
  private let sections: [ReportSection]

  init(_ run: RunResult) {
    let report = RunReport(run)
    self.init(report, report.sections)
  }

  /// - Parameter sections: Those of `report`, which take a while to make.
  init(_ report: RunReport, _ sections: [ReportSection]) {
    self.report = report
    self.sections = sections
  }

  var text: String {
    var head = "# \(ReportText.markdown(report.title))\n"
    if let question = report.run.question {
      head += "\n> \(ReportText.markdown(question))\n"
    }
    head += "\n\(ReportText.markdown(report.origin))\n"
    let parts = sections.map { SectionMarkdown.text($0) }
    return ([head] + parts).joined(separator: "\n")
  }
}
