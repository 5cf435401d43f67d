import LoadModel
import Statistics
import Testing

@testable import Reports

@Suite struct FailoverSectionTests {
  private static func point(
    _ level: String, _ kind: FailoverKind, lost: [Double], silence: [Double],
    firstAck: [Double] = [], isr: [Double] = [], latencyMs: [Int64] = []
  ) -> StudyPoint {
    var point = StudyPoint([
      .init(FailoverFigures.level, level), .init(FailoverFigures.fault, kind.name),
    ])
    func add(_ name: String, _ unit: String, _ samples: [Double]) {
      if !samples.isEmpty { point.figures.append(StudyFigure(name, unit, samples)) }
    }
    add(FaultFigures.lost, "", lost)
    add(FaultFigures.acked, "", lost.map { _ in 20_000 })
    add(FaultFigures.duplicated, "", lost.map { _ in 0 })
    add(FaultFigures.unverified, "", lost.map { _ in 0 })
    add(FaultFigures.silence, "s", silence)
    add(FailoverFigures.firstAck, "s", firstAck)
    add(FailoverFigures.fullIsr, "s", isr)
    for (window, ms) in zip(FailoverFigures.windows, latencyMs) {
      var histogram = Histogram()
      histogram.record(ms * 1_000_000, count: 1000)
      point.histograms.append(.init(window, HistogramData(histogram)))
    }
    return point
  }

  private static var study: Study {
    var study = Study(suite: .failover, question: "How long is a partition silent?")
    let all = "acks=all, min ISR 2"
    study.points = [
      point(
        "acks=1", .kill, lost: [12, 0, 3], silence: [9.9, 10.4, 9.6], firstAck: [9.7, 10.2, 9.5],
        isr: [2.1, 2.4, 1.9], latencyMs: [4, 9000, 5]),
      point(
        all, .kill, lost: [0, 0, 0], silence: [10, 10.1, 9.8], firstAck: [9.8, 9.9, 9.7],
        isr: [2, 2, 2]),
      point("acks=1", .controllerKill, lost: [0], silence: [12.5], firstAck: [12.1]),
      point("acks=1", .pause, lost: [0], silence: [5.01]),
      point(
        "acks=1", .delayLink, lost: [0], silence: [0.15], latencyMs: [6, 106, 6]),
    ]
    study.points[2].figures.append(StudyFigure(FaultFigures.openSilence, "s", [20]))
    study.points[2].figures.append(StudyFigure(FailoverFigures.shortIsr, "", [1]))
    study.notes = ["Not planted: link cut (a reason)."]
    return study
  }

  @Test("the answer states silence, first acknowledgement, ISR and losses, controllers apart")
  func answer() {
    let lines = FailoverSection(Self.study, isCluster: true).answer
    #expect(lines.count <= 5)
    #expect(
      lines[0].hasPrefix(
        "A broker is killed: a new leader acknowledges after **9.70 (9.50–10.2) s** with"
          + " `acks=1`, **9.80 (9.70–9.90) s** with `acks=all, min ISR 2`;"))
    #expect(lines[0].contains("in sync 2.10 (1.90–2.40) s with `acks=1`"))
    #expect(lines[1].hasPrefix("The active controller is killed: a new leader acknowledges"))
    #expect(lines[1].contains("12.5; 1 × at least 20.0 s"))
    #expect(lines[2] == "A partition is silent after a pause 5.01 s with `acks=1`.")
    #expect(
      lines[3] == "Links: a delay of 50 ms each way makes produce p50 106 ms instead of 6.00 ms"
        + " with `acks=1`.")
    #expect(
      lines[4] == "Records lost of those acknowledged: `acks=1` **15 of 120,000** in 6 faults;"
        + " `acks=all, min ISR 2` **0 of 60,000** in 3 faults.")
  }

  @Test("one main table has a row a fault and level, and no other repeats its figures")
  func table() {
    let table = FailoverSection(Self.study, isCluster: true).table
    #expect(table.rows.map { $0[0] } == ["kill", "kill", "controller kill", "pause", "link delay"])
    #expect(table.rows[0].contains("4.00 / 9,000 / 5.00"))
    #expect(table.rows[0].contains("15 of 60,000"))
    #expect(table.rows[2].contains("1 × not before the end"))
    let section = FailoverSection(Self.study, isCluster: true).section
    #expect(section.tables.count == 1)
    #expect(section.parts.allSatisfy { $0.isFolded })
  }

  @Test("a level that lost what it promised to keep says so")
  func broken() throws {
    var study = Self.study
    study.points[1].figures.append(StudyFigure(StudyPoint.brokenPromise, "", [1]))
    let line = try #require(FailoverSection(study, isCluster: true).answer.last)
    #expect(line.contains("**although it promises to lose none**"))
  }
}
