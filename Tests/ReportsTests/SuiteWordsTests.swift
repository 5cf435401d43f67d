import Foundation
import LoadModel
import Testing

@testable import Reports

/// The sections of suites, made from result files that are older than what they compare by.
@Suite("Sections of the suites from stored results")
struct SuiteWordsTests {
  @Test(
    "an older result makes an answer of at most five lines, one table, and a short report",
    arguments: ["sequential-write", "zero-copy-fetch"])
  func stored(name: String) throws {
    let run = try ReportFormTests.sample(name)
    let section = try #require(RunReport(run).studySections.first)
    #expect((1...5).contains(section.answerPoints.count), "\(section.answerPoints)")
    #expect(section.answerPoints.allSatisfy { $0.hasSuffix(".") })
    #expect(section.tables.count == 1 && section.tables[0].rows.count > 4)
    #expect(section.parts.allSatisfy { $0.isFolded })
    let text = SectionMarkdown.text(section)
    for words in ["ceiling", "in all 3 rounds", "clearly", "at least nine tenths"] {
      // What exceeds the raw writes is named, and that they are no ceiling.
      #expect(!text.contains(words) || text.contains("not a ceiling"), "\(words)")
    }
    // The frame of the report (environment, configuration, how to read it) needs the rest of 1,500.
    // The stored zero-copy-fetch has 36 points, the suite 20 by now.
    let count = text.split(whereSeparator: \.isWhitespace).count
    #expect(count <= (run.study?.points.count ?? 0 > 30 ? 1_300 : 1_000), "\(name): \(count) words")
  }
}

extension SuiteWordsTests {
  private static func figures(_ names: [(String, String)], _ value: Double) -> [StudyFigure] {
    names.map { name, unit in
      StudyFigure(name, unit, (0..<9).map { value * (1 + Double($0 % 3) / 50) })
    }
  }

  private static func count(_ section: ReportSection) -> Int {
    SectionMarkdown.text(section).split(whereSeparator: \.isWhitespace).count
  }

  @Test("what the suites measure by default makes sections of at most 1,000 words, answer included")
  func defaults() throws {
    let written = try Scenario(yaml: Array("suite: sequential-write".utf8), file: "s.yaml")
    var study = Study(suite: .sequentialWrite, question: "?")
    for (index, turn) in SequentialWriteSettings(written.withSuiteDefaults()).turns.enumerated() {
      let names =
        turn.isLong
        ? [("sustained", "MB/s"), ("bytes", "B"), ("in memory", "MB/s"), ("sync", "s")]
        : [
          ("throughput", "MB/s"), ("cpu", "s/GB"), ("time per batch", "ns"), ("volume", "B"),
          ("to the disk", "MB/s"),
        ]
      study.points.append(
        StudyPoint(
          [.init("step", turn.step.rawValue)] + turn.entry.labels,
          figures: Self.figures(names, 1000 * (1 + Double(index) / 10))))
    }
    let sequential = Self.count(SequentialWriteSection(study).section)
    #expect(sequential <= 1_000, "\(sequential) words")
    let fetched = try Scenario(yaml: Array("suite: zero-copy-fetch".utf8), file: "z.yaml")
    study = Study(suite: .zeroCopyFetch, question: "?")
    for (index, turn) in ZeroCopyFetchSettings(fetched.withSuiteDefaults()).turns.enumerated() {
      var labels: [StudyPoint.Label] = [
        .init("source", turn.source.rawValue), .init("consumers", "\(turn.consumers)"),
        .init("path", turn.pathName),
      ]
      if let size = turn.fetchSize { labels.insert(.init("fetch size", "\(size)"), at: 2) }
      let names = [
        ("throughput", "MB/s"), ("broker CPU", "s/GB"), ("client CPU", "s/GB"),
        ("end to end p50", "ms"), ("end to end p99", "ms"), ("system calls", "/MB"),
        ("context switches", "/GB"), ("copied", "MB"), ("by sendfile", "MB"),
      ]
      study.points.append(
        StudyPoint(labels, figures: Self.figures(names, 1000 * (1 + Double(index) / 10))))
    }
    let zero = Self.count(ZeroCopyFetchSection(study).section)
    #expect(zero <= 1_000, "\(zero) words")
  }
}
