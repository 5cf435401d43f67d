import LoadModel
import Statistics
import Testing

@testable import Reports

@Suite("The section on consumer groups")
struct GroupsSectionTests {
  private func point(
    _ assignor: String, _ event: String, _ figures: [(String, [Double])], times: [Double]? = nil
  ) -> StudyPoint {
    var point = StudyPoint(
      [.init("assignor", assignor), .init("event", event)],
      figures: figures.map { StudyFigure($0.0, $0.0 == "redelivered" ? "" : "ms", $0.1) })
    point.pairing = times
    return point
  }

  private let times: [Double] = [1e6 + 8, 1e6 + 20, 2e6 + 9, 2e6 + 22, 3e6 + 7, 3e6 + 21]

  /// Six events of each kind; only the partition's pause after a join differs between assignors.
  private var study: Study {
    var study = Study(suite: .groups, question: "What does it cost?")
    study.conditions = [
      .init("heartbeat.interval.ms", "2000"), .init("session.timeout.ms", "6000"),
      .init("auto.commit.interval.ms", "5000"),
    ]
    for (assignor, join) in [
      ("range", [48.0, 52, 50, 49, 51, 50]),
      ("cooperative-sticky", [1900, 2100, 2000, 1950, 2050, 2000]),
    ] {
      study.points += [
        point(
          assignor, "none",
          [
            ("partition pause", [50, 55, 60]), ("member pause", [20, 22, 24]),
            ("group pause", [10, 10, 10]),
          ], times: [1e6, 2e6, 3e6]),
        point(
          assignor, "join",
          [
            ("partition pause", join), ("member pause", [20, 21, 22, 23, 24, 25]),
            ("redelivered", [0, 0, 0, 0, 0, 0]),
          ], times: times),
        point(
          assignor, "leave",
          [("partition pause", [60, 70, 2900, 65, 80, 75]), ("redelivered", [0, 0, 0, 0, 0, 0])],
          times: times),
        point(
          assignor, "crash",
          [
            ("partition pause", [6500, 7500, 5500, 7000, 6000, 6800]),
            ("redelivered", [1200, 800, 1000, 1100, 900, 1000]),
          ], times: times),
      ]
    }
    return study
  }

  private func section(_ study: Study) -> ReportSection {
    GroupsSection(study, load: .init(distanceMs: 6)).section
  }

  @Test("the answer states each event's pause with its interval, number, and what is too short")
  func answer() throws {
    // One of six pauses after a leave was longer: that is no mean of 0.5 s.
    let answer = section(study).answerPoints
    #expect(answer.count == 4)
    Golden.expect("groups-answer.md", answer.dropLast().joined(separator: "\n"))
  }

  @Test("a difference is claimed where it is shown, and nowhere else")
  func comparison() throws {
    // Of range's pause only the limit is known: the ratio is one to that.
    Golden.expect("groups-comparison.md", try #require(section(study).answerPoints.last))
  }

  @Test("pairs are of events of the same time; where they are not known nothing is compared")
  func pairs() throws {
    var study = study
    // One event of one assignor was lost: the others still find theirs.
    let join = 5
    study.points[join].pairing?.remove(at: 1)
    study.points[join].figures[0].samples.remove(at: 1)
    let pairs = StudyPairs.values(
      (study.points[join], study.points[join].figures[0].samples),
      (study.points[1], study.points[1].figures[0].samples), tolerance: 0.5)
    #expect(pairs.map(\.0) == [1900, 2000, 1950, 2050, 2000])
    #expect(pairs.map(\.1) == [48, 50, 49, 51, 50])
    // As many keys as samples there must be.
    study.points[join].pairing?.removeLast()
    #expect(
      StudyPairs.values(
        (study.points[join], study.points[join].figures[0].samples),
        (study.points[1], study.points[1].figures[0].samples), tolerance: 0.5
      ).isEmpty)
  }

  @Test("two events give no interval, no claim, and the number that is needed")
  func tooFew() throws {
    var study = study
    for index in study.points.indices {
      study.points[index].pairing = study.points[index].pairing.map { Array($0.prefix(2)) }
      for figure in study.points[index].figures.indices {
        study.points[index].figures[figure].samples.removeLast(
          study.points[index].figures[figure].samples.count - 2)
      }
    }
    Golden.expect("groups-too-few.md", section(study).answerText)
  }

  @Test("one row an event and assignor, the quiet time first; what is too short is no figure")
  func table() throws {
    let table = try #require(section(study).tables.first)
    #expect(table.rows.count == 8)
    #expect(table.rows[0].prefix(3) == ["none", "range", "3"])
    #expect(table.rows[2].prefix(4) == ["join", "range", "6", "below detection"])
    #expect(table.rows[3][3].hasPrefix("2,000 [1,9"), "\(table.rows[3])")
    // A percentile needs ten batches beyond it in each event.
    #expect(!table.header.contains { $0.contains("p99") })
    var many = study
    many.points[0].figures += [
      StudyFigure("end to end p99", "ms", [3, 3, 3]),
      StudyFigure("end to end batches", "", [1000, 2000, 3000]),
    ]
    #expect(try #require(section(many).tables.first).header.contains { $0.contains("p99") })
    many.points[0].figures[4].samples[1] = 999
    #expect(try !#require(section(many).tables.first).header.contains { $0.contains("p99") })
  }

  @Test("a pause that the window cut off is at least so long, and the answer claims nothing of it")
  func cutOff() throws {
    var study = study
    study.points[3].figures.append(StudyFigure("partition pause, at least", "ms", [9000]))
    let section = section(study)
    // Also where it is all that is known of the event.
    var alone = study
    alone.points.removeAll { $0.label("assignor") != "range" }
    Golden.expect(
      "groups-cut-off.md",
      [
        ("the answer", section.answerText), ("the table", section.tableText),
        ("the answer for range alone", GroupsSection(alone).section.answerText),
      ])
  }

  @Test("members' settings and what can be detected stand in the main line, as the run stored them")
  func settings() {
    // Runs of before stored none: a heartbeat was 3 s, unless given.
    var old = study
    old.conditions = nil
    let given = GroupsSection(old, load: .init(properties: ["heartbeat.interval.ms": "100"]))
    func paragraphs(_ section: ReportSection) -> String {
      section.paragraphs.joined(separator: "\n\n")
    }
    Golden.expect(
      "groups-settings.md",
      [
        ("stored", paragraphs(section(study))), ("not stored", paragraphs(section(old))),
        ("not stored, given as 100 ms", paragraphs(given.section)),
      ])
  }

  @Test("a node that was down is in the answer, with the events that do not count")
  func disturbed() throws {
    var study = study
    var events = RunEvents()
    events.nodeLosses = [.init(node: 1, lostS: 15.13, backS: 23.2, reason: "reset")]
    events.leaderChangeCount = 4
    study.disturbances = [StudyDisturbance(turn: "range", repetition: 2, events: events)]
    study.points[1].figures.append(StudyFigure("disturbed", "", [1, 1]))
    let section = section(study)
    #expect(section.answerPoints.count == 5)
    Golden.expect(
      "groups-disturbed.md",
      [("the answer's last line", section.answerPoints[4]), ("the table", section.tableText)])
  }

  @Test("pauses are drawn, a bar an assignor, and the method is folded")
  func form() {
    let section = section(study)
    #expect(section.plots.map(\.name) == ["groups-pauses"])
    #expect(section.parts.map(\.isFolded) == [true])
    #expect(section.answer.isEmpty)
  }

  @Test("of a study without points nothing is claimed")
  func empty() {
    let section = section(Study(suite: .groups, question: "What does it cost?"))
    #expect(section.answerPoints.isEmpty)
    #expect(section.plots.isEmpty)
    #expect(section.tables.allSatisfy { $0.isEmpty })
  }
}
