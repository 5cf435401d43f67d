import LoadModel
import Statistics
import Testing

@testable import Reports

@Suite("The section of the suite acks")
struct AcksSectionTests {
  static let grades = [
    AcksGrade(.none), AcksGrade(.leader), AcksGrade(.all, minInsync: 1),
    AcksGrade(.all, minInsync: 2),
  ]

  private static func point(
    _ grade: AcksGrade, _ part: String, _ labels: [(String, String)] = [],
    _ figures: [(String, String, [Double])]
  ) -> StudyPoint {
    StudyPoint(
      [.init(AcksFigures.level, grade.name), .init(AcksFigures.part, part)]
        + labels.map { .init($0, $1) },
      figures: figures.map { StudyFigure($0, $1, $2) })
  }

  /// Twenty kills a level, of which acks=0 always loses and acks=1 in five.
  static func study(kills: Int = 20) -> Study {
    var study = Study(suite: .acks, question: "What do acks cost?")
    for (index, grade) in grades.enumerated() {
      study.points.append(
        point(
          grade, AcksFigures.capacityPart, [],
          [
            (AcksFigures.capacity, "records/s", [Double(100_000 - index * 10_000)]),
            (AcksFigures.capacityAbove, "records/s", [Double(104_000 - index * 10_000)]),
            (AcksFigures.generatorLimited, "", [index == 0 ? 1 : 0]),
          ]))
      for percent in AcksSettings.loads {
        let height = Double((index + 1) * percent)
        var load = point(
          grade, AcksFigures.loadPart, [(AcksFigures.load, AcksFigures.loadText(percent))],
          [
            (AcksFigures.rate, "records/s", [49_000, 49_000, 49_000]),
            (AcksFigures.brokerCpu, "s/GB", [4, 4.1, 3.9].map { $0 + Double(index) }),
            (AcksFigures.cpu(ofBroker: 1), "s/GB", [2, 2, 2]),
            (AcksFigures.clientSent, "B/record", [1131, 1130, 1132]),
            (AcksFigures.clientReceived, "B/record", [1120, 1121, 1122]),
          ])
        if grade.acks != .none {
          load.figures.append(
            StudyFigure("produce p99", "ms", [1, 1.01, 0.99].map { $0 * height }))
        }
        load.pairing = [1, 2, 3]
        study.points.append(load)
      }
      if kills > 0 { study.points += killPoints(grade, kills) }
    }
    return study
  }

  private static func killPoints(_ grade: AcksGrade, _ kills: Int) -> [StudyPoint] {
    var study = Study(suite: .acks, question: "")
    for repetition in 1...kills {
      let isController = AcksSettings.hitsController(repetition: repetition)
      let lost: Double
      switch (grade.acks, repetition % 4) {
      case (.none, _): lost = 1000
      case (.leader, 0): lost = 50
      default: lost = 0
      }
      var figures = [
        (FaultFigures.lost, "", [lost]), (FaultFigures.acked, "", [800_000.0]),
        (FaultFigures.duplicated, "", [grade.acks == .all && repetition % 2 == 1 ? 3.0 : 0]),
        (FaultFigures.unverified, "", [0.0]),
      ]
      if grade.acks != .none {
        figures.append((FaultFigures.silence, "s", [9 + Double(repetition) / 10]))
      }
      let idempotence = AcksSettings.isIdempotent(grade, repetition: repetition) ? "on" : "off"
      study.add([
        point(
          grade, AcksFigures.killPart,
          [
            (AcksFigures.hit, isController ? AcksFigures.controller : AcksFigures.leader),
            (AcksFigures.idempotence, idempotence),
          ], figures)
      ])
    }
    return study.points
  }

  @Test("one table says what a level costs and what it loses, with the bound of 0 of 20")
  func table() throws {
    let section = AcksSection(Self.study(), isCluster: true).section
    #expect(section.tables.count == 1)
    let table = section.tables[0]
    #expect(table.rows.map { $0[0] } == Self.grades.map(\.name))
    func cell(_ row: Int, _ title: String) throws -> String {
      table.rows[row][try #require(table.header.firstIndex { $0.hasPrefix(title) })]
    }
    #expect(try cell(0, "capacity") == "at least 100,000")
    #expect(try cell(1, "capacity") == "90,000 to 94,000")
    #expect(try cell(0, "produce p99").isEmpty, "acks=0 is never acknowledged")
    #expect(try cell(1, "records lost") == "250 of 16,000,000")
    #expect(try cell(1, "kills that lost") == "5 of 20 (≤ 46 %)")
    #expect(try cell(3, "records lost") == "0 of 16,000,000")
    #expect(try cell(3, "kills that lost") == "0 of 20 (≤ 14 %)")
    #expect(try cell(3, "stored twice") == "30 / 0")
    #expect(try cell(1, "stored twice") == "0 / –")
    #expect(try cell(1, "silence") == "10.1 (max 11.0)")
    #expect(try cell(0, "silence").isEmpty)
    #expect(try cell(2, "client's bytes") == "1,131 sent, 1,121 received")
  }

  @Test("the answer has at most five lines, with figures, and no expectation")
  func answer() throws {
    let lines = AcksSection(Self.study(), isCluster: true).section.answerPoints
    #expect((1...5).contains(lines.count))
    #expect(lines.allSatisfy { $0.hasSuffix(".") })
    #expect(lines[0].contains("**at least 100,000** with `acks=0`, **90,000 to 94,000**"))
    #expect(lines[1].contains("At 70 % of the slowest level's capacity, 49,000 records/s"))
    #expect(lines[1].contains("1.50× (1.50–1.50) with `acks=all, min ISR 1`"), "\(lines[1])")
    #expect(lines[2].contains("`acks=1` **250 of 16,000,000** in 5 of 20 (≤ 46 %) kills"))
    #expect(!lines[2].contains("promises"))
    // Of the kills that hit the controller, apart.
    #expect(
      lines[3] == "Records stored twice: without idempotence 30 with `acks=all, min ISR 1`, 30 with"
        + " `acks=all, min ISR 2`; with it none.", "\(lines[3])")
    #expect(
      lines[4].hasSuffix(
        "; where the active controller was killed 10.1 (max 11.0), elsewhere 10.0 (max 10.9)."),
      "\(lines[4])")
    var quiet = Self.study()
    for index in quiet.points.indices {
      for figure in quiet.points[index].figures.indices
      where quiet.points[index].figures[figure].name == FaultFigures.lost {
        quiet.points[index].figures[figure].samples =
          quiet.points[index].figures[figure].samples.map { _ in 0 }
      }
    }
    let none = AcksSection(quiet, isCluster: true).section.answerPoints
    #expect(none[2].contains("`acks=1` **0 of 16,000,000** in 0 of 20 (≤ 14 %) kills"))
  }

  @Test("what SIGKILL tests and what it does not stands open; a broken promise is named")
  func scope() throws {
    var study = Self.study()
    let text = SectionMarkdown.text(AcksSection(study, isCluster: true).section)
    #expect(text.contains("A kill is SIGKILL") && text.contains("not a power loss"))
    #expect(text.contains("With `acks=0` no broker acknowledges"))
    let place = try #require(
      study.points.lastIndex { $0.label(AcksFigures.level) == "acks=all, min ISR 2" })
    study.points[place].figures.append(StudyFigure(StudyPoint.brokenPromise, "", [4]))
    let broken = AcksSection(study, isCluster: true).section.answerPoints
    #expect(broken[2].contains("**although it promises to lose none**"))
  }

  @Test("without kills it says that nothing of the losses was measured")
  func withoutKills() throws {
    let section = AcksSection(Self.study(kills: 0), isCluster: true).section
    #expect(section.paragraphs == ["No broker was killed: what the levels lose was not measured."])
    #expect(section.answerPoints.count == 2)
    #expect(!section.tables[0].header.contains { $0.contains("lost") || $0.contains("silence") })
    #expect(section.parts.map(\.title) == ["Latency and CPU by load", "How it was measured"])
  }

  @Test("the section has at most 1,150 words, answer included; all but the table is folded")
  func words() throws {
    let section = AcksSection(Self.study(), isCluster: true).section
    let count = SectionMarkdown.text(section).split(whereSeparator: \.isWhitespace).count
    #expect(count <= 1_150, "\(count) words")
    #expect(section.parts.allSatisfy { $0.isFolded })
    #expect(section.allPlots.map(\.name) == ["acks-latency", "acks-silence"])
    // Every kill's silence is told.
    let kills = try #require(section.parts.first { $0.title == "Every kill" }).tables[0]
    #expect(kills.rows.count == 4 * 2)
    #expect(kills.rows.contains { $0.last?.contains("9.10; 9.30") == true })
  }

  @Test("a silence that the load's end cut off is at least that long")
  func open() {
    let kills = AcksKills([
      StudyPoint(
        [], figures: [StudyFigure(FaultFigures.openSilence, "s", [12, 16])])
    ])
    #expect(kills.silenceText == "2 × at least 16.0")
  }
}
