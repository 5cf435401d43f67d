import Foundation
import LoadModel
import Testing

@testable import Reports

@Suite("Results side by side")
struct ResultComparisonTests {
  private func run(repetitions: Int = 6, _ flags: [(String, String)] = [("acks", "1,all")]) throws
    -> RunResult
  {
    try SampleRun.make(flags: flags + [("repetitions", "\(repetitions)")])
  }

  private func entry(_ run: RunResult, _ name: String) -> ResultComparison.Entry {
    .init(
      name: name, cases: run.cases.map { CaseSamples($0) }, isPartial: run.isPartial,
      configuration: run.configuration)
  }

  @Test("a comparison states changes from the first, and which of them are shown")
  func comparison() throws {
    let first = entry(try run(), "a")
    var second = first
    second.name = "b,c"
    for index in second.cases[0].repetitions.indices {
      second.cases[0].repetitions[index].values["records_per_s"]? *= 2
    }
    let comparison = ResultComparison([first, second])
    let changed = try #require(
      comparison.cells.first { $0.result == "b,c" && $0.metric == "records_per_s" })
    #expect(changed.isClear && abs((changed.change ?? 0) - 1) < 1e-9)
    #expect(try #require(changed.probability) < 0.001)
    #expect(comparison.cells.filter(\.isClear).count == 1)
    #expect(comparison.notes.isEmpty)
    Golden.expect("comparison.txt", try comparison.text(format: "text"))
    let csv = try comparison.text(format: "csv").split(whereSeparator: \.isNewline)
    #expect(csv[0].hasSuffix(",change,change_low,change_high,probability,clear,doubt"))
    #expect(csv.contains { $0.contains("\"b,c\"") && $0.hasSuffix(",true,") })
    for format in ResultComparison.formats {
      #expect(try comparison.text(format: format).contains("b,c"))
    }
  }

  @Test("intervals and probabilities are SciPy's of two trimmed samples, corrected for all changes")
  func oracle() throws {
    // ttest_ind(log(own), log(base), trim=0.2, equal_var=False): p and interval of the difference.
    let own = [12.1, 13.4, 11.8, 15.0, 14.2, 13.0, 12.7]
    let base = [10.2, 11.1, 12.5, 9.9, 10.8, 11.5]
    let contest = try #require(Contest(unpaired: own, to: base))
    #expect(abs(try #require(contest.probability) - 0.009294031950178548) < 1e-9)
    let interval = try #require(contest.interval)
    #expect(abs(interval.low - 1.0629335360049996) < 1e-9)
    #expect(abs(interval.high - 1.3534485523187272) < 1e-9)
    let figures = Dictionary(uniqueKeysWithValues: (0..<10).map { ($0, contest) }).corrected()
    #expect(abs(try #require(figures[0]?.adjusted) - 10 * 0.009294031950178548) < 1e-8)
  }

  @Test("it begins with how much was compared, what differs, and what could not be told")
  func summary() throws {
    let first = entry(try run(), "a")
    var second = first
    second.name = "b"
    let same = ResultComparison([first, second])
    for index in second.cases[0].repetitions.indices {
      second.cases[0].repetitions[index].values["records_per_s"]? *= 2
    }
    second.doubts = [second.cases[1].label: "not steady: rate"]
    let comparison = ResultComparison([first, second])
    // The figures of the second case are doubted; one of the first differs.
    let compared = comparison.cells.filter { $0.change != nil }
    let doubted = compared.filter { $0.doubt != nil }
    #expect(doubted.count == 13 && doubted.allSatisfy { $0.caseLabel == "acks=all" })
    #expect(compared.count == 26 && compared.count(where: \.isClear) == 1)
    Golden.expect(
      "comparison-summary.md",
      [
        ("of a result with itself", same.summary.joined(separator: "\n")),
        ("one figure doubled, one case not steady", comparison.summary.joined(separator: "\n")),
      ])
    let text = try comparison.text(format: "text")
      .components(separatedBy: "\nNot shown to differ:")
    #expect(text.count == 2 && text[0].contains(" *  ") && !text[1].contains(" *  "))
    Golden.expect("comparison.md", try comparison.text(format: "markdown"))
    #expect(try comparison.text(format: "html").hasPrefix("<!DOCTYPE html>"))
  }

  @Test("below three repetitions there is no interval, and nothing is shown")
  func few() throws {
    let first = entry(try run(repetitions: 2), "a")
    var second = first
    second.name = "b"
    for index in second.cases[0].repetitions.indices {
      second.cases[0].repetitions[index].values["records_per_s"]? *= 2
    }
    let comparison = ResultComparison([first, second])
    #expect(comparison.cells.allSatisfy { !$0.isClear && $0.changeLow == nil })
    let text = try comparison.text(format: "text")
    Golden.expect("comparison-two-rounds.txt", text)
    #expect(!text.contains("% *"))
  }

  @Test("what identical cases of one result differ by is not shown between results")
  func noiseFloor() throws {
    var first = entry(try run(), "a")
    // acks=1 and all with one replica: 30 % apart, though they are the same.
    for index in first.cases[0].repetitions.indices {
      let rate = try #require(first.cases[1].repetitions[index].values["records_per_s"])
      first.cases[0].repetitions[index].values["records_per_s"] = rate * 1.3
    }
    var second = first
    second.name = "b"
    for index in second.cases[1].repetitions.indices {
      second.cases[1].repetitions[index].values["records_per_s"]? *= 1.2
    }
    func isClear(_ comparison: ResultComparison) -> Bool? {
      comparison.cells.first {
        $0.result == "b" && $0.metric == "records_per_s" && $0.caseLabel == "acks=all"
      }?.isClear
    }
    #expect(isClear(ResultComparison([first, second])) == false)
    first.cases.remove(at: 0)
    second.cases.remove(at: 0)
    #expect(isClear(ResultComparison([first, second])) == true)
  }

  @Test("a case that was not steady, or limited by its generator, shows nothing of the broker")
  func doubts() throws {
    var run = try run()
    for place in run.cases[0].repetitions.indices {
      run.cases[0].repetitions[place].steady = SteadyState(warmupS: 30, unsettled: [.rate])
    }
    let doubts = Advice.doubts(of: run)
    #expect(doubts == ["acks=1": "not steady: rate"])
    var first = entry(run, "a")
    first.doubts = doubts
    var second = first
    second.name = "b"
    for index in second.cases[0].repetitions.indices {
      second.cases[0].repetitions[index].values["records_per_s"]? *= 2
    }
    let comparison = ResultComparison([first, second])
    let cell = try #require(
      comparison.cells.first { $0.result == "b" && $0.metric == "records_per_s" })
    #expect(!cell.isClear && cell.doubt == "not steady: rate" && cell.changeLow != nil)
    Golden.expect("comparison-doubts.md", comparison.notes.joined(separator: "\n"))
  }

  @Test("one experiment under two names is said to be one")
  func same() throws {
    func single(_ acks: String) throws -> ResultComparison.Entry {
      entry(try run([("acks", acks)]), acks)
    }
    let notes = ResultComparison([try single("1"), try single("all")]).notes
    Golden.expect("comparison-same.md", notes.joined(separator: "\n"))
  }

  @Test("partial results and other settings are told")
  func notes() throws {
    var second = try run(flags("batch-size", "64KiB"))
    second.isPartial = true
    let comparison = ResultComparison([
      entry(try run(flags("batch-size", "16KiB")), "a"), entry(second, "b"),
    ])
    #expect(comparison.notes.count == 2)
    let (text, markdown) = (
      try comparison.text(format: "text"), try comparison.text(format: "markdown")
    )
    Golden.expect(
      "comparison-notes.md",
      [
        ("the notes", comparison.notes.joined(separator: "\n")),
        (
          "a terminal",
          text.split(separator: "\n").filter { $0.hasPrefix("note: ") }
            .joined(separator: "\n")
        ),
      ])
    for note in comparison.notes { #expect(markdown.contains("\n- \(note)\n")) }
  }

  private func flags(_ name: String, _ value: String) -> [(String, String)] { [(name, value)] }

  private func run(_ flags: [(String, String)]) throws -> RunResult {
    try run(repetitions: 6, flags)
  }

  @Test("results of suites are compared by the labels of their points")
  func studies() throws {
    func result(_ name: String, _ rates: [Double]) throws -> String {
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "weir-study-\(name)-\(UInt64.random(in: 0...UInt64.max))").path
      var run = try run(repetitions: 1)
      run.cases = []
      var study = Study(suite: .sequentialWrite, question: "How fast?")
      for (step, factor) in [("log", 1.0), ("core", 0.5)] {
        for rate in rates {
          var point = StudyPoint([.init("step", step)])
          // Inputs, and samples of a quarter of a second of one repetition, are no results.
          point.figures = [
            StudyFigure("throughput", "MB/s", [rate * factor]),
            StudyFigure("volume", "B", [rate * 3e6]), StudyFigure("batch", "B", [65536]),
            StudyFigure("rate", "MB/s", [rate, rate * 1.1, rate * 1.2]),
          ]
          _ = study.add([point])
        }
      }
      run.study = study
      try Reports.write(run, to: folder)
      return folder
    }
    let folders = [
      try result("a", [100, 101, 102, 100, 101, 102]),
      try result("b", [200, 202, 204, 200, 202, 204]),
    ]
    defer { for folder in folders { try? FileManager.default.removeItem(atPath: folder) } }
    let comparison = ResultComparison(try folders.flatMap { try Reports.readCompared($0) })
    #expect(comparison.cells.count == 4)
    let core = comparison.cells.filter { $0.caseLabel == "step=core" }
    #expect(core.map(\.median) == [50.5, 101])
    #expect(core.last?.isClear == true && abs((core.last?.change ?? 0) - 1) < 1e-9)
    #expect(core.last?.title == "throughput, MB/s")
  }

  @Test("a repetition is one sample, whatever its events; what the generator limited is doubted")
  func studySamples() throws {
    func entry(_ name: String, _ suite: Suite, _ points: [StudyPoint]) -> ResultComparison.Entry {
      var study = Study(suite: suite, question: "?")
      study.points = points
      return .init(
        name: name, cases: [], study: study, doubts: ResultComparison.doubts(of: study))
    }
    func events(_ kind: String, _ factor: Double) -> StudyPoint {
      var point = StudyPoint([.init("assignor", "range"), .init("event", kind)])
      point.figures = [
        StudyFigure("partition pause", "ms", [10, 30, 20, 40, 30, 50].map { $0 * factor }),
        StudyFigure("redelivered", "", [1, 2, 3, 4, 5, 6]),
      ]
      point.pairing = [1e6 + 8, 1e6 + 20, 2e6 + 9, 2e6 + 22, 3e6 + 7, 3e6 + 21]
      return point
    }
    let groups = ResultComparison([
      entry("a", .groups, [events("none", 1), events("join", 1)]),
      entry("b", .groups, [events("none", 3), events("join", 2)]),
    ])
    #expect(groups.cells.map(\.metric) == ["partition pause", "partition pause"])
    #expect(groups.cells.map(\.repetitions) == [3, 3] && groups.cells[0].median == 30)
    #expect(groups.contestCount == 1)

    func fetch(_ rate: Double, busy: Double) -> StudyPoint {
      StudyPoint(
        [.init("source", "cached")],
        figures: [
          StudyFigure("throughput", "MB/s", [rate, rate * 1.01, rate * 0.99]),
          StudyFigure("generator busy", "%", [busy, busy, busy]),
        ])
    }
    let limited = ResultComparison([
      entry("a", .zeroCopyFetch, [fetch(100, busy: 50)]),
      entry("b", .zeroCopyFetch, [fetch(300, busy: 99)]),
    ])
    let cell = try #require(limited.cells.last)
    #expect(limited.cells.count == 2 && !cell.isClear)
    #expect(cell.doubt == "the load generator was the limit")
    Golden.expect("comparison-limited.md", limited.notes.joined(separator: "\n"))
    // A rate that was offered is none that was found.
    var offered = fetch(20, busy: 50)
    offered.figures.append(StudyFigure("rate reached", "%", [100, 100, 100]))
    let tail = entry("a", .zeroCopyFetch, [offered])
    #expect(ResultComparison([tail, tail]).cells.isEmpty)
  }

  @Test("the directory of a check is its lanes, the reference first")
  func lanes() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "weir-lanes-\(UInt64.random(in: 0...UInt64.max))").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let run = try run()
    for lane in ["candidate", "reference-1"] { try Reports.write(run, to: "\(folder)/\(lane)") }
    #expect(
      try Reports.readCompared(folder).map(\.name)
        == ["\(folder)/reference-1", "\(folder)/candidate"])
    #expect(try Reports.readCompared(folder + "/candidate").count == 1)
    #expect(throws: Reports.Failure.self) { try Reports.readCompared(folder + "/nothing") }
  }
}
