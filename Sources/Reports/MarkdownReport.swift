import LoadModel

/// `report.md`: what was found, how sure it is, and what it was found on.
struct MarkdownReport: ReportForm {
  let report: RunReport
  let sections: [ReportSection]

  var text: String {
    var head = "# \(ReportText.markdown(report.title))\n"
    if let question = report.run.question {
      head += "\n> \(ReportText.markdown(question))\n"
    }
    head += "\n\(ReportText.markdown(report.subtitle))\n"
    head += "\n\(ReportText.markdown(report.origin))\n"
    let parts = sections.map { SectionMarkdown.text($0) }
    return ([head] + parts).joined(separator: "\n")
  }
}
