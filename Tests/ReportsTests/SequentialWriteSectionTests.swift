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
    #expect(answer.contains("most time is lost at `process` (+"))
    #expect(answer.contains("most CPU is added by `process` (+0.800 (0.800–0.800) s/GB)"))
    #expect(answer.contains("with one sync behind a pass writes in sequence are not told apart"))
    #expect(answer.contains("into memory alone they go 2.00× (2.00–2.00) as fast as at random"))
  }

  @Test("a step is not the dearest where a later one, which does more, is faster")
  func doubtful() {
    let points = [
      point("base", "raw-preallocated", [1000, 1000, 1000]),
      point("base", "log", [500, 505, 510]), point("base", "core", [700, 705, 710]),
    ]
    let answer = SequentialWriteSection(study(points)).section.answer
    #expect(answer.contains("where most time is spent this run cannot tell: a step after `log`"))
    #expect(!answer.contains("most time is lost"))
  }

  @Test("with a flush behind each batch the order of writes is told first")
  func order() {
    let name = "flush=batch"
    func flushed(_ step: String, _ rates: [Double]) -> StudyPoint {
      var found = point(name, step, rates)
      found.labels[4].value = "batch"
      return found
    }
    let section = SequentialWriteSection(
      study(staircase + [flushed("raw-rewrite", [60, 63]), flushed("raw-random", [30, 30])])
    ).section
    #expect(
      section.answer.contains(
        "with a flush behind each batch, writes in sequence go 2.05× (2.00–2.10) as fast"))
    let part = section.parts.first { $0.title == "In sequence and at random" }
    #expect(part?.tables[0].rows[0][0] == "`flush=batch`")
    let once = SequentialWriteSection(
      study(staircase + [flushed("raw-rewrite", [60]), flushed("raw-random", [30])])
    ).section
    #expect(once.answer.contains("writes in sequence were measured once beside those at random"))
  }

  @Test("how large batches must be, what growing costs, and shares above the ceiling")
  func sizesAndGrowth() {
    var points =
      staircase + [
        point("batch-size=1KiB", "process", [100, 100, 100], batch: "1KiB"),
        point("batch-size=16KiB", "process", [490, 500, 505], batch: "16KiB"),
        point("batch-size=1MiB", "process", [300, 300, 300], batch: "1MiB"),
        point("batch-size=1MiB", "raw-preallocated", [200, 200, 200], batch: "1MiB"),
      ]
    var grown = point("retention-bytes=unlimited", "process", [260, 262, 264])
    grown.labels[5].value = "unlimited"
    points.append(grown)
    let parts = SequentialWriteSection(study(points)).section.parts
    let sizes = parts.first { $0.title == "By batch size" }?.answer ?? ""
    #expect(sizes.contains("From `16KiB` on a broker in a process of its own reaches nine tenths"))
    #expect(sizes.contains("525 MB/s at `64KiB`; the largest are slower again."))
    #expect(sizes.contains("150 % (150–150 %) at `1MiB` (above the ceiling"))
    let growth = parts.first { $0.title == "Bounded and growing logs" }?.answer ?? ""
    #expect(growth.contains("growing costs 50 %"))
  }

  @Test("of a cluster nothing is said that only its own machine knows")
  func cluster() {
    let points = staircase + [point("base", "cluster", [200, 210, 220])]
    let section = SequentialWriteSection(study(points), isCluster: true).section
    #expect(section.answer.contains("the cluster stores **210 MB/s (200–220)**"))
    #expect(section.answer.contains("no ceiling of a cluster whose disk may be another"))
    #expect(!section.answer.contains("same directory"))
    #expect(!section.answer.contains("most time is lost"))
    let rows = section.tables[0].rows
    #expect(rows.last?[3] == "", "a cluster has no share of this machine's ceiling")
    let alone = SequentialWriteSection(
      study([point("base", "cluster", [200, 210, 220])]), isCluster: true
    ).section
    #expect(!alone.paragraphs.joined().contains("scratch file"))
    #expect(!alone.answer.contains("raw"))
  }

  @Test("what the noise may have made is claimed of no step")
  func noise() {
    let points = [
      point("base", "raw-preallocated", [1000, 500, 900]), point("base", "log", [600, 950, 700]),
    ]
    let answer = SequentialWriteSection(study(points)).section.answer
    #expect(answer.contains("no step's time stands out"))
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
