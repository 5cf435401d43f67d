import LoadModel
import Statistics
import Testing

@testable import Reports

@Suite("The section zero-copy fetch")
struct ZeroCopyFetchSectionTests {
  private func point(
    _ source: String, _ size: String?, _ path: String, rates: [Double], cpu: [Double]
  ) -> StudyPoint {
    var labels = [StudyPoint.Label("source", source), StudyPoint.Label("consumers", "1")]
    if let size { labels.append(StudyPoint.Label("fetch size", size)) }
    labels.append(StudyPoint.Label("path", path))
    let isCopy = path == "copy"
    return StudyPoint(
      labels,
      figures: [
        StudyFigure("throughput", "MB/s", rates), StudyFigure("broker CPU", "s/GB", cpu),
        StudyFigure("by sendfile", "MB", rates.map { _ in isCopy ? 0 : 10 }),
        StudyFigure("copied", "MB", rates.map { _ in isCopy ? 10 : 0 }),
      ])
  }

  private var study: Study {
    var study = Study(suite: .zeroCopyFetch, question: "Does it pay?")
    study.points = [
      point("cached", "64KiB", "sendfile", rates: [200, 210, 220], cpu: [0.5, 0.5, 0.5]),
      point("cached", "64KiB", "copy", rates: [100, 105, 110], cpu: [1, 1, 1]),
      point("cached", "8MiB", "sendfile", rates: [80, 90, 100], cpu: [0.9, 0.9, 0.9]),
      point("cached", "8MiB", "copy", rates: [150, 180, 190], cpu: [1, 1, 1]),
      point("tailing", nil, "sendfile", rates: [19, 19, 19], cpu: [5, 5, 5]),
      point("tailing", nil, "copy", rates: [20, 20, 20], cpu: [5, 5, 5]),
    ]
    return study
  }

  @Test("the answer has both ways: where sendfile wins and where it loses")
  func answer() {
    let section = ZeroCopyFetchSection(study).section
    #expect(
      section.answer.hasPrefix("Yes at 64KiB; no at 8MiB, where it loses. Sendfile against copying")
    )
    #expect(
      section.answer.contains(
        "64KiB: 2.00× (2.00–2.00) the throughput, in all 3 rounds; 0.50× (0.50–0.50) the broker"))
    #expect(section.answer.contains("8MiB: 0.53× (0.50–0.53) the throughput, in all 3 rounds"))
    #expect(!section.answer.contains("clearly"))
    // At the tail the rate is the producer's: no path wins or loses by it.
    #expect(!section.answer.contains("tailing"))
    #expect(section.paragraphs[0].contains("90.0 MB of records went from file to socket"))
    #expect(section.paragraphs[0].contains("0 MB through the broker's memory"))
    #expect(section.parts.map(\.title) == ["cached reads", "tailing reads"])
    #expect(
      section.allPlots.map(\.name) == [
        "zero-copy-cached-throughput", "zero-copy-cached-broker-cpu",
      ])
  }

  @Test("rounds that do not agree, or a small effect, are no verdict")
  func unclear() {
    for (own, other) in [
      ([90.0, 100, 120], [95.0, 110, 115]), ([102, 103, 104], [100, 100, 100]), ([200], [100]),
    ] {
      var study = Study(suite: .zeroCopyFetch, question: "Does it pay?")
      study.points = [
        point("cached", "64KiB", "sendfile", rates: own, cpu: own.map { _ in 1 }),
        point("cached", "64KiB", "copy", rates: other, cpu: own.map { _ in 1 }),
      ]
      let answer = ZeroCopyFetchSection(study).section.answer
      #expect(answer.hasPrefix("Faster or not, this run cannot tell"))
      #expect(answer.contains("the throughput, not told apart"))
      #expect(!answer.contains("loses"))
    }
  }

  @Test("sizes from which on it pays, with the latency of both")
  func latency() {
    func latencies(_ nanos: Int64, _ count: Int64) -> StudyPoint.Distribution {
      var histogram = Histogram()
      histogram.record(nanos, count: count)
      return .init("fetch", HistogramData(histogram))
    }
    var study = Study(suite: .zeroCopyFetch, question: "Does it pay?")
    study.points = [
      point("cached", "64KiB", "sendfile", rates: [100, 100], cpu: [1, 1]),
      point("cached", "64KiB", "copy", rates: [101, 99], cpu: [1, 1]),
      point("cached", "1MiB", "sendfile", rates: [165, 160], cpu: [0.45, 0.45]),
      point("cached", "1MiB", "copy", rates: [100, 100], cpu: [1, 1]),
    ]
    study.points[0].histograms = [latencies(1_000_000, 999)]
    study.points[1].histograms = [latencies(1_000_000, 999)]
    study.points[2].histograms = [latencies(2_000_000, 1000)]
    study.points[3].histograms = [latencies(4_000_000, 1000)]
    let section = ZeroCopyFetchSection(study).section
    #expect(section.answer.hasPrefix("Yes from 1MiB on."))
    #expect(section.answer.contains("fetch p99 2.00 against 4.00 ms"))
    let rows = section.parts[0].tables[0]
    let p99 = rows.header.firstIndex { $0.hasPrefix("fetch p99") } ?? 0
    // Of 999 samples 9 lie beyond p99.
    #expect(rows.rows.map { $0[p99] } == ["", "", "2.00", "4.00"])
  }

  @Test("a cluster's fetches are told without what only our brokers tell")
  func cluster() {
    var study = Study(suite: .zeroCopyFetch, question: "How fast?")
    study.points = [
      point("cached", "1MiB", "cluster", rates: [500, 600], cpu: []),
      point("tailing", nil, "cluster", rates: [20, 20], cpu: []),
    ]
    for index in study.points.indices {
      study.points[index].figures.removeAll { $0.unit == "MB" || $0.samples.isEmpty }
    }
    let section = ZeroCopyFetchSection(study, isCluster: true).section
    let text = SectionMarkdown.text(section)
    #expect(section.answer.hasPrefix("At most 550 MB/s (500–600), at fetches of 1MiB"))
    for words in ["in this process", "loops count", "endfile", "page cache of the log"] {
      #expect(!text.contains(words), "\(words)")
    }
  }

  @Test("one path alone, and nothing at all")
  func alone() {
    var study = Study(suite: .zeroCopyFetch, question: "Does it pay?")
    #expect(ZeroCopyFetchSection(study).section.parts.isEmpty)
    study.points = [point("cached", "1MiB", "copy", rates: [500, 600], cpu: [1, 1])]
    let section = ZeroCopyFetchSection(study).section
    #expect(section.answer.contains("Only `copy` was measured"))
    #expect(section.answer.contains("At most 550 MB/s"))
    #expect(section.answer.contains("with 1 consumer, from"))
  }
}
