import LoadModel
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
    #expect(section.answer.contains("64KiB 2.00× at 0.50× the broker CPU"))
    #expect(section.answer.contains("8MiB 0.50×"))
    #expect(section.answer.contains("loses throughput at cached, 8MiB, 1 consumer (0.50×)"))
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

  @Test("ranges that touch are no verdict")
  func unclear() {
    var study = Study(suite: .zeroCopyFetch, question: "Does it pay?")
    study.points = [
      point("cached", "64KiB", "sendfile", rates: [90, 100, 120], cpu: [1, 1, 1]),
      point("cached", "64KiB", "copy", rates: [95, 110, 115], cpu: [1, 1, 1]),
    ]
    let answer = ZeroCopyFetchSection(study).section.answer
    #expect(answer.contains("0.91× (ranges touch)"))
    #expect(!answer.contains("loses"))
  }

  @Test("one path alone, and nothing at all")
  func alone() {
    var study = Study(suite: .zeroCopyFetch, question: "Does it pay?")
    #expect(ZeroCopyFetchSection(study).section.parts.isEmpty)
    study.points = [point("cached", "1MiB", "cluster", rates: [500, 600], cpu: [1, 1])]
    let section = ZeroCopyFetchSection(study).section
    #expect(section.answer.contains("at most 550 MB/s"))
    #expect(section.answer.contains("with 1 consumer."))
  }
}
