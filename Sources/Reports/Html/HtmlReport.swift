import LoadModel

/// `report.html`: the same sections as `report.md` with their plots.
struct HtmlReport: ReportForm {
  let report: RunReport
  let sections: [ReportSection]

  var text: String {
    var head = [(style: "subtitle", text: report.subtitle), ("origin", report.origin)]
    if let question = report.run.question { head.insert(("question", question), at: 0) }
    return HtmlPage.text(
      title: report.title, generator: "weir \(report.run.weirVersion)", head: head,
      sections: sections)
  }
}
