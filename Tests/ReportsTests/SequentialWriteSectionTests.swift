import LoadModel
import Testing

@testable import Reports

@Suite("The section of sequential writes")
struct SequentialWriteSectionTests {
  private func point(
    _ name: String, _ step: String, _ rates: [Double], batch: String = "64KiB",
    flush: String = "none", cpu: Double = 0.5, more: [StudyFigure] = []
  ) -> StudyPoint {
    StudyPoint(
      [
        .init("step", step), .init("case", name), .init("batch-size", batch),
        .init("record-size", "1KiB"), .init("flush", flush), .init("retention-bytes", "256MiB"),
      ],
      figures: [
        StudyFigure("throughput", "MB/s", rates),
        StudyFigure("time per batch", "ns", rates.map { 65_536e3 / $0 }),
        StudyFigure(
          "cpu", "s/GB", rates.map { cpu * (1 + $0.truncatingRemainder(dividingBy: 7) / 100) }),
      ] + more)
  }

  private func study(_ points: [StudyPoint]) -> Study {
    var study = Study(suite: .sequentialWrite, question: "What does it cost?")
    study.points = points
    return study
  }

  private func answer(_ points: [StudyPoint], isCluster: Bool = false) -> [String] {
    SequentialWriteSection(study(points), isCluster: isCluster).section.answerPoints
  }

  /// Rounds that scatter by a few per cent around a rate.
  private func rounds(_ rate: Double) -> [Double] {
    [1.01, 0.99, 1.02, 0.98, 1.0, 1.03, 0.97, 1.0, 1.01].map { $0 * rate }
  }

  /// The same with another scatter, so that ratios scatter as well.
  private func others(_ rate: Double) -> [Double] {
    [0.99, 1.0, 1.01, 1.02, 0.98, 1.0, 1.01, 0.97, 1.02].map { $0 * rate }
  }

  private var staircase: [StudyPoint] {
    [
      point("base", "raw-preallocated", rounds(1000)),
      point("base", "log", others(990)),
      point("base", "process", rounds(500), cpu: 1.4),
      point(
        "base", "raw-rewrite", rounds(2000),
        more: [StudyFigure("to the disk", "MB/s", rounds(400))]),
      point(
        "base", "raw-random", others(1000),
        more: [StudyFigure("to the disk", "MB/s", [100, 900, 400, 300, 500, 420, 380, 700, 250])]),
    ]
  }

  private func long(_ step: String, _ rates: [Double]) -> StudyPoint {
    var long = StudyPoint([.init("step", step), .init("case", "write-back")])
    long.figures = [
      StudyFigure("sustained", "MB/s", rates), StudyFigure("bytes", "B", rates.map { $0 * 1e7 }),
      StudyFigure("in memory", "MB/s", rates.map { $0 * 2 }),
      StudyFigure("background threshold", "B", rates.map { _ in 2e9 }),
      StudyFigure("seconds", "s", [0.25, 0.5]), StudyFigure("rate", "MB/s", [800, 810]),
      StudyFigure("waiting", "B", [2e8, 4e8]),
    ]
    return long
  }

  @Test("the answer begins with what goes into memory and what the disk takes, with intervals")
  func leads() {
    let points = answer(
      staircase + [
        long("raw-preallocated", [300, 310, 305, 300]), long("process", [299, 311, 304, 303]),
      ])
    #expect(points.count <= 5)
    Golden.expect("sequential-write-answer.md", points.joined(separator: "\n"))
  }

  @Test("a step that exceeds the raw writes takes the word ceiling from them")
  func exceeds() {
    let points = answer([
      point("base", "raw-preallocated", rounds(1000)), point("base", "log", others(1330)),
      point("base", "process", others(500)),
    ])
    Golden.expect("sequential-write-exceeds.md", points.joined(separator: "\n"))
    #expect(!answer(staircase)[0].contains("ceiling"))
    let table = SequentialWriteSection(study(staircase)).section.tables[0]
    #expect(!table.header.joined().contains("ceiling"))
  }

  @Test("three rounds that agree show no small difference, and one round shows none")
  func few() {
    // All three rounds are 4 to 20 % slower: 16 comparisons find some of these by chance.
    let three = answer([
      point("base", "raw-preallocated", [1000, 1000, 1000]),
      point("base", "log", [960, 800, 900]), point("base", "core", [950, 790, 890]),
    ])
    let one = answer([
      point("base", "raw-preallocated", [1000]), point("base", "log", [500]),
    ])
    Golden.expect(
      "sequential-write-few-rounds.md",
      [
        ("three rounds", three.joined(separator: "\n")),
        ("one round", one.joined(separator: "\n")),
      ])
    #expect(!one.joined().contains("difference"))
  }

  @Test("many comparisons are corrected: what one alone would show, a dozen do not")
  func corrected() {
    // p = 0.004 by itself.
    let own = [0.85, 0.97, 0.88, 0.99, 0.90, 0.97, 0.91, 0.93, 0.94].map { $0 * 1000 }
    let alone = [
      point("base", "raw-preallocated", own.map { _ in 1000 }), point("base", "log", own),
    ]
    #expect(SequentialWriteSection(study(alone)).contests[.layer(.log)]?.isLess == true)
    let sizes = (1...12).map { index in
      point("batch-size=\(index)MiB", "log", rounds(1000).map { $0 * 0.93 }, batch: "\(index)MiB")
    }
    let many = SequentialWriteSection(study(alone + sizes))
    #expect(many.contests[.layer(.log)]?.isLess == false)
  }

  @Test("settings are compared with the first case, those not shown named last")
  func settings() {
    let points = answer(
      staircase + [
        point("batch-size=1MiB", "process", rounds(900), batch: "1MiB"),
        point("flush=batch", "process", others(50), flush: "batch"),
        point("flush=100ms", "process", others(498), flush: "100ms"),
      ])
    #expect(points.count <= 5)
    Golden.expect("sequential-write-settings.md", points.joined(separator: "\n"))
  }

  @Test("a rate that the load generator decided is compared with none, and the answer says why")
  func limited() throws {
    let busy = [StudyFigure("generator busy", "%", rounds(97))]
    let points = answer([
      point("base", "raw-preallocated", rounds(1000)), point("base", "log", others(990)),
      point("base", "process", rounds(500), cpu: 1.4, more: busy),
      point("batch-size=1MiB", "process", rounds(900), batch: "1MiB"),
    ])
    let layers = try #require(points.first { $0.hasPrefix("Layers") })
    #expect(!layers.contains(" the throughput;") && !layers.contains("the throughput, "))
    Golden.expect("sequential-write-limited.md", points.joined(separator: "\n"))
  }

  @Test("the rate to the disk begins where write-back does, or where the writes end")
  func sustained() {
    var known = long("process", [299, 311, 304, 303])
    let unknown = answer(staircase + [known])[1]
    known.figures.append(StudyFigure("background at", "s", [1, 1, 2]))
    let mostly = answer(staircase + [known])[1]
    known.figures[known.figures.count - 1].samples.append(1)
    Golden.expect(
      "sequential-write-sustained.md",
      [
        ("write-back's beginning is not known", unknown), ("known in 3 of 4 rounds", mostly),
        ("known in all", answer(staircase + [known])[1]),
      ])
  }

  @Test("with a flush behind each batch the order of writes is reported first")
  func order() throws {
    let flushed = ["raw-rewrite": rounds(60), "raw-random": others(30)].map {
      point("flush=batch", $0.key, $0.value, flush: "batch")
    }
    let section = SequentialWriteSection(study(staircase + flushed)).section
    Golden.expect("sequential-write-order.md", try #require(section.answerPoints.last))
    let part = section.parts.first { $0.title == "In sequence and at random" }
    #expect(part?.tables[0].rows.map { $0[0] } == ["`base`", "`flush=batch`"])
    #expect(part?.isFolded == true)
  }

  @Test("of a cluster nothing is said that only its own machine knows")
  func cluster() {
    let points = staircase + [point("base", "cluster", rounds(210))]
    let found = answer(points, isCluster: true)
    #expect(found.count == 1)
    let alone = SequentialWriteSection(
      study([point("base", "cluster", rounds(210))]), isCluster: true
    ).section
    #expect(!SectionMarkdown.text(alone).contains("raw writes"))
    #expect(!SectionMarkdown.text(alone).contains("scratch file"))
    Golden.expect(
      "sequential-write-cluster.md",
      [
        ("beside this machine's own steps", found.joined(separator: "\n")),
        ("a cluster alone", SectionMarkdown.text(alone)),
      ])
  }

  @Test("an interval of a rate does not reach below 0")
  func positive() {
    let reading = RoundsReading(StudyFigure("throughput", "MB/s", [5, 10, 40]))
    #expect(reading?.interval?.low == 0)
    #expect((reading?.interval?.high ?? 0) > 40)
  }

  @Test("what was not measured has no part, and nothing is made up")
  func missing() {
    let only = SequentialWriteSection(study([point("base", "log", rounds(900))])).section
    #expect(only.parts.map(\.title) == ["How it was measured"] && only.plots.isEmpty)
    #expect(only.answerPoints.count == 1)
    #expect(SequentialWriteSection(study([])).section.answerPoints.isEmpty)
  }

  @Test("one main table, all else folded, plots named once")
  func shape() {
    let section = SequentialWriteSection(
      study(
        staircase + [
          point("batch-size=1KiB", "process", rounds(100), batch: "1KiB"),
          point("batch-size=1KiB", "raw-preallocated", rounds(300), batch: "1KiB"),
          long("process", [1, 2, 3]),
        ])
    ).section
    Golden.expect("sequential-write.md", SectionMarkdown.text(section))
    #expect(section.tables.count == 1 && section.parts.allSatisfy(\.isFolded))
    #expect(Set(section.allPlots.map(\.name)).count == section.allPlots.count)
    #expect(section.plots.count == 4)
    let mark = section.tables[0].rows[1].first { $0.hasSuffix("[=]") }
    #expect(mark != nil && section.tables[0].footnotes.first == Contest.cellNote)
  }
}
