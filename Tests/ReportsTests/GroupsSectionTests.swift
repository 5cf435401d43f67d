import LoadModel
import Statistics
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
    #expect(answer.contains("a partition waits 3.2 s with `range`"))
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

  @Test("a percentile is the median of the repetitions' own, a maximum the greatest of all")
  func middle() throws {
    var histogram = Histogram()
    for _ in 0..<4000 { histogram.record(2_000_000) }
    for _ in 0..<200 { histogram.record(3_000_000_000) }
    var study = study
    study.points[1].figures = [
      StudyFigure("end to end p99", "ms", [2, 2, 3000]),
      StudyFigure("end to end max", "ms", [2, 2, 3000]),
    ]
    study.points[1].histograms = [.init("end to end", HistogramData(histogram))]
    let table = try #require(GroupsSection(study).section.tables.first)
    let row = try #require(table.rows.first { $0.prefix(2) == ["join", "range"] })
    let column = try #require(table.header.firstIndex(of: "p99, ms"))
    #expect(row[column].hasPrefix("2.00") && row[column].hasSuffix("[2.00, 3,000]"), "\(row)")
    let last = try #require(table.header.firstIndex(of: "max, ms"))
    #expect(row[last].hasPrefix("3,0"), "\(row)")
  }

  @Test("a pause that the window cut off is at least so long, and the answer claims nothing of it")
  func cutOff() throws {
    var study = study
    study.points[3] = point(
      "range", "crash", [("partition pause, at least", [7000]), ("member pause", [40])])
    let section = GroupsSection(study).section
    #expect(!section.answer.contains("its partitions wait 7.0 s"))
    #expect(section.answer.contains("its partitions wait 7.5 s with `cooperative-sticky`"))
    let rows = try #require(section.tables.first).rows
    #expect(rows.contains { $0.contains("at least 7,000, not taken over within the window") })
    for index in [3, 7] {
      study.points[index].figures = [StudyFigure("partition pause, at least", "ms", [7000])]
    }
    #expect(!GroupsSection(study).section.answer.contains("When one crashes"))
  }

  @Test("the method tells session and heartbeats, as they were given")
  func method() {
    let usual = GroupsSection(study).section.paragraphs.joined()
    #expect(usual.contains("one every 3.0 s (`heartbeat.interval.ms`)"))
    #expect(usual.contains("session timeout of 6.0 s"))
    let given = GroupsSection(
      study, properties: ["heartbeat.interval.ms": "100", "session.timeout.ms": "10000"])
    #expect(given.section.paragraphs.joined().contains("one every 100 ms"))
    #expect(given.section.paragraphs.joined().contains("session timeout of 10.0 s"))
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
