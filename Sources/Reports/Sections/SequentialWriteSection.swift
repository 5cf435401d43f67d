import LoadModel
import Statistics

/// What the suite `sequential-write` found.
struct SequentialWriteSection {
  private let study: Study

  init(_ study: Study) { self.study = study }

  var section: ReportSection {
    var section = ReportSection(
      title: "Sequential writes", question: study.question, points: study.notes)
    var table = ReportTable(["Case", "Step", "MB/s", "CPU s/GB", "fsyncs"], leftColumns: 2)
    for point in study.points {
      func text(_ name: String) -> String {
        point.figure(name)?.median.map(Numbers.readable) ?? ""
      }
      table.row([
        point.label("case") ?? "", point.label("step") ?? "", text("throughput"), text("cpu"),
        text("fsyncs"),
      ])
    }
    section.tables = [table]
    return section
  }
}
