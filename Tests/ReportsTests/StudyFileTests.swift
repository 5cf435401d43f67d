import LoadModel
import Statistics
import Testing

@testable import Reports

@Suite("The files of a study")
struct StudyFileTests {
  private func run() throws -> RunResult {
    var run = try SampleRun.make()
    run.cases = []
    var study = Study(suite: .sequentialWrite, question: "What does it cost?")
    var histogram = Histogram()
    histogram.record(1_000_000, count: 10)
    study.points = [
      StudyPoint(
        [.init("step", "raw-preallocated"), .init("case", "base")],
        figures: [StudyFigure("throughput", "MB/s", [1000, .nan, 1100.5])]),
      StudyPoint(
        [.init("step", "log"), .init("case", "base"), .init("batch-size", "64KiB")],
        figures: [StudyFigure("throughput", "MB/s", [900])],
        histograms: [.init("write, latency", HistogramData(histogram))]),
    ]
    run.study = study
    return run
  }

  @Test("study.csv has a row a sample, and nothing where there is no number")
  func csv() throws {
    let run = try run()
    let study = try #require(run.study)
    Golden.expect("study.csv", StudyTable.csv(study, of: run))
  }

  @Test("a run with a study has its files, and its answer comes first")
  func files() throws {
    let run = try run()
    let files = Reports.derived(from: run)
    #expect(files.contains { $0.name == "study.csv" })
    let log = try #require(files.first { $0.name == "histograms/study.hlog" })
    #expect(log.text.contains("\nTag=point-1-write--latency,0.000,0.000,1.000,HISTFAAA"))
    let sections = RunReport(run).sections
    let answer = try #require(sections.first)
    #expect(answer.title == "The answer")
    // What is said of the cases' repetitions is not said where there are no cases.
    #expect(answer.paragraphs.isEmpty)
    let found = RunReport(run).studySections.map(\.answer).filter { !$0.isEmpty }
    #expect(found.allSatisfy(answer.answerPoints.contains))
    for file in files where file.name.hasSuffix(".svg") {
      try HtmlReportTests.parse(file.text, file.name)
    }
  }
}
