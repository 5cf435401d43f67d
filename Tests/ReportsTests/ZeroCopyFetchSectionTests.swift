import LoadModel
import Statistics
import Testing

@testable import Reports

@Suite("The section zero-copy fetch")
struct ZeroCopyFetchSectionTests {
  private func point(
    _ source: String, _ size: String?, _ path: String, rates: [Double], cpu: [Double],
    more: [StudyFigure] = []
  ) -> StudyPoint {
    var labels = [StudyPoint.Label("source", source), StudyPoint.Label("consumers", "1")]
    if let size { labels.append(StudyPoint.Label("fetch size", size)) }
    labels.append(StudyPoint.Label("path", path))
    let isCopy = path == "copy"
    return StudyPoint(
      labels,
      figures: [
        StudyFigure("throughput", "MB/s", rates), StudyFigure("broker CPU", "s/GB", cpu),
        StudyFigure("client CPU", "s/GB", cpu),
        StudyFigure("by sendfile", "MB", rates.map { _ in isCopy ? 0 : 10 }),
        StudyFigure("copied", "MB", rates.map { _ in isCopy ? 10 : 0 }),
      ] + more)
  }

  private func study(_ points: [StudyPoint]) -> Study {
    var study = Study(suite: .zeroCopyFetch, question: "Does it pay?")
    study.points = points
    return study
  }

  private func rounds(_ value: Double) -> [Double] {
    [1.01, 0.99, 1.02, 0.98, 1.0, 1.03, 0.97, 1.0].map { $0 * value }
  }

  private func others(_ value: Double) -> [Double] {
    [0.99, 1.0, 1.01, 1.02, 0.98, 1.0, 1.01, 0.97].map { $0 * value }
  }

  private func latency(_ values: [Double]) -> [StudyFigure] {
    [StudyFigure("end to end p50", "ms", values)]
  }

  private var points: [StudyPoint] {
    [
      point("cached", "64KiB", "sendfile", rates: rounds(200), cpu: rounds(0.5)),
      point("cached", "64KiB", "copy", rates: others(100), cpu: others(1)),
      point("cached", "8MiB", "sendfile", rates: rounds(90), cpu: rounds(0.99)),
      point("cached", "8MiB", "copy", rates: others(180), cpu: others(1)),
      point(
        "tailing", nil, "sendfile", rates: rounds(20), cpu: rounds(5), more: latency(rounds(0.3))),
      point("tailing", nil, "copy", rates: others(20), cpu: others(5), more: latency(others(0.2))),
    ]
  }

  @Test("the tail is answered first, then each source, wins and losses alike, with intervals")
  func answer() {
    let section = ZeroCopyFetchSection(study(points)).section
    let answer = section.answerPoints
    Golden.expect("zero-copy-fetch.md", SectionMarkdown.text(section))
    // The producer decides the rate there.
    #expect(answer.first?.contains("throughput") == false)
    #expect(answer.count == 3)
    #expect(section.tables.count == 1 && section.parts.allSatisfy(\.isFolded))
    #expect(section.tables[0].rows.map { $0[0] } == ["tailing", "cached", "cached"])
    #expect(
      section.allPlots.map(\.name)
        == [
          "zero-copy-cached-throughput", "zero-copy-cached-broker cpu",
        ].map { $0.replacing(" ", with: "-") })
  }

  @Test(
    "rounds that all agree, or a small effect, are no claim; one round says how many are needed")
  func unclear() {
    func answer(_ own: [Double], _ other: [Double]) -> String {
      let points = [
        point("cached", "64KiB", "sendfile", rates: own, cpu: own.map { _ in 1 }),
        point("cached", "64KiB", "copy", rates: other, cpu: own.map { _ in 1 }),
      ]
      return ZeroCopyFetchSection(study(points)).section.answerText
    }
    Golden.expect(
      "zero-copy-unclear.md",
      [
        ("three rounds that agree", answer([96, 80, 90], [100, 100, 100])),
        ("3 % more", answer(rounds(103), others(100))), ("one round", answer([200], [100])),
      ])
  }

  @Test("a point that fell behind its rate, or failed, is in no comparison")
  func unsound() {
    var behind = points
    behind[4].figures.append(StudyFigure("rate reached", "%", rounds(80)))
    let section = ZeroCopyFetchSection(study(behind)).section
    Golden.expect(
      "zero-copy-behind.md", [("the answer", section.answerText), ("the table", section.tableText)])
  }

  @Test("where the load generator was the limit, rates and latencies show nothing of the broker")
  func limited() {
    var busy = points
    busy[1].figures.append(StudyFigure("generator busy", "%", rounds(97)))
    busy[5].figures.append(StudyFigure("generator busy", "%", rounds(97)))
    let section = ZeroCopyFetchSection(study(busy)).section
    Golden.expect(
      "zero-copy-limited.md",
      [("the answer", section.answerText), ("the table", section.tableText)])
    #expect(section.tables[0].rows[1][0] == "cached [g]" && section.tables[0].rows[1][5] == "[g]")
  }

  @Test("a percentile with too few samples is in no table")
  func percentiles() {
    func latencies(_ nanos: Int64, _ count: Int64) -> StudyPoint.Distribution {
      var histogram = Histogram()
      histogram.record(nanos, count: count)
      return .init("end to end", HistogramData(histogram))
    }
    var tail = Array(points[4...])
    for index in tail.indices {
      tail[index].figures.append(StudyFigure("end to end p99", "ms", rounds(2)))
      tail[index].histograms = [latencies(2_000_000, index == 0 ? 8 * 50 : 8 * 50_000)]
    }
    let part = ZeroCopyFetchSection(study(tail)).section.parts.first
    let rows = part?.tables[0]
    let column = rows?.header.firstIndex(of: "p99 ms") ?? 0
    #expect(rows?.rows.map { $0[column].isEmpty } == [true, false])
  }

  @Test("a cluster's fetches are reported without what only our brokers tell")
  func cluster() {
    var found = study([
      point("cached", "1MiB", "cluster", rates: rounds(550), cpu: []),
      point("tailing", nil, "cluster", rates: rounds(20), cpu: [], more: latency(rounds(2))),
    ])
    for index in found.points.indices {
      found.points[index].figures.removeAll { $0.unit == "MB" || $0.samples.isEmpty }
    }
    let section = ZeroCopyFetchSection(found, isCluster: true).section
    let text = SectionMarkdown.text(section)
    Golden.expect("zero-copy-cluster.md", text)
    for words in ["in this process", "loops count", "endfile", "page cache of the log"] {
      #expect(!text.contains(words), "\(words)")
    }
  }

  @Test("what was measured while a broker was away is marked and in no answer")
  func nodeLost() {
    var points = [
      point("cached", "1MiB", "cluster", rates: rounds(900), cpu: []),
      point("cached", "64KiB", "cluster", rates: rounds(550), cpu: []),
    ]
    points[0].figures.append(StudyFigure("nodes lost", "", [1]))
    let section = ZeroCopyFetchSection(study(points), isCluster: true).section
    var tail = point(
      "tailing", nil, "cluster", rates: rounds(20), cpu: [], more: latency(rounds(900)))
    tail.figures.append(StudyFigure("rate reached", "%", rounds(60)))
    let late = ZeroCopyFetchSection(study([tail]), isCluster: true).section
    let lost = ZeroCopyFetchSection(study([points[0]]), isCluster: true).section
    Golden.expect(
      "zero-copy-node-lost.md",
      [
        ("a node lost in one of two measurements", section.answerText),
        ("the table", section.tableText), ("a rate that was not reached", late.answerText),
        ("a node lost in all", lost.answerText),
      ])
  }

  @Test("one path alone, and nothing at all")
  func alone() {
    #expect(ZeroCopyFetchSection(study([])).section.answerPoints.isEmpty)
    let section = ZeroCopyFetchSection(
      study([point("cached", "1MiB", "copy", rates: [500, 600], cpu: [1, 1])])
    ).section
    Golden.expect("zero-copy-one-path.md", section.answerText)
  }
}
