import LoadModel
import Testing

@testable import Reports

@Suite("The section on consumer groups")
struct GroupsSectionTests {
  private func point(_ assignor: String, _ event: String, _ figures: [(String, [Double])])
    -> StudyPoint
  {
    StudyPoint(
      [.init("assignor", assignor), .init("event", event)],
      figures: figures.map { StudyFigure($0.0, $0.0 == "redelivered" ? "" : "ms", $0.1) })
  }

  private var study: Study {
    var study = Study(suite: .groups, question: "What does it cost?")
    for (assignor, pause) in [("range", 2800.0), ("cooperative-sticky", 40.0)] {
      study.points += [
        point(assignor, "none", [("end to end p99", [3])]),
        point(
          assignor, "join",
          [
            ("member pause", [pause, pause, pause]), ("partition pause", [3200]),
            ("end to end p99", [pause, pause, pause]),
          ]),
        point(assignor, "leave", [("partition pause", [3000]), ("redelivered", [0])]),
        point(assignor, "crash", [("partition pause", [7500]), ("redelivered", [1234])]),
      ]
    }
    return study
  }

  @Test("the answer says for each event how long is waited, by assignor")
  func answer() {
    let answer = GroupsSection(study).section.answer
    #expect(answer.contains("reads nothing for 2.8 s with `range`, 40 ms with"))
    #expect(answer.contains("a partition that moves waits 3.2 s with `range`"))
    #expect(answer.contains("a partition waits 3.0 s with `range`"))
    #expect(answer.contains("its partitions wait 7.5 s"))
    #expect(answer.contains("1,234 records"))
  }

  @Test("one row an event and assignor, the quiet time first; figures that are not known stay out")
  func table() throws {
    let table = try #require(GroupsSection(study).section.tables.first)
    #expect(table.rows.count == 8)
    #expect(table.rows[0].prefix(2) == ["none", "range"])
    #expect(!table.header.contains("rebalances"))
    #expect(table.rows[0].contains(""))
  }

  @Test("pauses and latency are drawn, a bar an assignor")
  func plots() {
    let plots = GroupsSection(study).section.plots
    #expect(plots.map(\.name) == ["groups-pauses", "groups-latency"])
  }

  @Test("of a study without points nothing is claimed")
  func empty() {
    let section = GroupsSection(Study(suite: .groups, question: "What does it cost?")).section
    #expect(section.answer.isEmpty)
    #expect(section.plots.isEmpty)
    #expect(section.tables.allSatisfy { $0.isEmpty })
  }
}
