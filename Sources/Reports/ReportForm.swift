import LoadModel

/// A way to write a report's sections: as Markdown, as HTML.
protocol ReportForm {
  /// - Parameter sections: Those of `report`, which take a while to make.
  init(report: RunReport, sections: [ReportSection])
  var text: String { get }
}

extension ReportForm {
  init(_ run: RunResult) {
    let report = RunReport(run)
    self.init(report: report, sections: report.sections)
  }
}
