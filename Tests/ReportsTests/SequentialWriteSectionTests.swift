import LoadModel
import Testing

@testable import Reports

@Suite("The section of sequential writes")
struct SequentialWriteSectionTests {
  private func point(
    _ name: String, _ step: String, _ rates: [Double], batch: String = "64KiB", cpu: Double = 0.5,
    more: [StudyFigure] = []
  ) -> StudyPoint {
    StudyPoint(
      [
        .init("step", step), .init("case", name), .init("batch-size", batch),
        .init("record-size", "1KiB"), .init("flush", "none"), .init("retention-bytes", "256MiB"),
      ],
      figures: [
        StudyFigure("throughput", "MB/s", rates),
        StudyFigure("time per batch", "ns", rates.map { 65_536e3 / $0 }),
        StudyFigure("cpu", "s/GB", rates.map { _ in cpu }),
      ] + more)
  }

  private func study(_ points: [StudyPoint]) -> Study {
    var study = Study(suite: .sequentialWrite, question: "What does it cost?")
    study.points = points
    return study
  }

  private var staircase: [StudyPoint] {
    [
      point("base", "raw-preallocated", [1000, 1100, 1050]),
      point("base", "log", [900, 1000, 980], cpu: 0.6),
      point("base", "process", [500, 550, 525], cpu: 1.4),
      point(
        "base", "raw-rewrite", [2000, 2000, 2000],
        more: [StudyFigure("to the disk", "MB/s", [400, 400, 400])]),
      point(
        "base", "raw-random", [1000, 1000, 1000],
        more: [StudyFigure("to the disk", "MB/s", [100, 200, 400])]),
    ]
  }

  @Test("the answer is made of the figures, shares round by round")
  func answer() {
    let answer = SequentialWriteSection(study(staircase)).section.answer
    #expect(answer.contains("batches of 64KiB"))
    #expect(
      answer.contains("**525 MB/s (500–550)**, 50 % (50–50 %) of the 1,050 MB/s (1,000–1,100)"))
    #expect(answer.contains("most time is lost at `process`"))
    #expect(answer.contains("most CPU is added by `process` (+0.800 s/GB)"))
    #expect(answer.contains("2.00 times as fast into memory"))
    #expect(answer.contains("2.00 times as fast to the disk"))
  }

  @Test("what the noise may have made is claimed of no step")
  func noise() {
    let points = [
      point("base", "raw-preallocated", [1000, 500, 900]), point("base", "log", [600, 950, 700]),
    ]
    let answer = SequentialWriteSection(study(points)).section.answer
    #expect(answer.contains("no step's loss of time stands out"))
    #expect(answer.contains("the commit log alone stores"))
  }

  @Test("a step whose range overlaps the one before stands in brackets")
  func overlaps() {
    let rows = SequentialWriteSection(study(staircase)).staircaseTable("base").rows
    #expect(rows.count == 3)
    let more = rows.map { $0[5] }
    #expect(more[0] == "" && more[1].hasPrefix("(+") && more[2].hasPrefix("+"))
  }

  @Test("what was not measured has no part, and nothing is made up")
  func missing() {
    let only = SequentialWriteSection(study([point("base", "log", [900])])).section
    #expect(only.parts.isEmpty && only.plots.isEmpty)
    #expect(!only.answer.contains("%"))
    #expect(SequentialWriteSection(study([])).section.answer.isEmpty)
  }

  @Test("sizes stand in their order, with a plot")
  func sizes() {
    let points =
      staircase + [point("batch-size=1KiB", "log", [100, 100, 100], batch: "1KiB")]
    let section = SequentialWriteSection(study(points)).section
    let part = section.parts.first { $0.title == "By batch size" }
    #expect(part?.tables[0].rows.map { $0[0] } == ["`1KiB`", "`64KiB`"])
    #expect(part?.plots.count == 1)
    #expect(Set(section.allPlots.map(\.name)).count == section.allPlots.count)
  }

  @Test("a long run that did not fill memory says so")
  func short() {
    var long = StudyPoint([.init("step", "raw-growing"), .init("case", "write-back")])
    long.figures = [
      StudyFigure("bytes", "B", [1e9]), StudyFigure("in memory", "MB/s", [800]),
      StudyFigure("background threshold", "B", [2e9]), StudyFigure("dirty limit", "B", [4e9]),
      StudyFigure("seconds", "s", [0.25, 0.5]), StudyFigure("rate", "MB/s", [800, 810]),
      StudyFigure("waiting", "B", [2e8, 4e8]),
    ]
    let part = SequentialWriteSection(study([long])).section.parts.first
    #expect(part?.answer.contains("was not reached") == true)
    #expect(part?.plots.count == 2)
  }
}
