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

  @Test("a comparison tells changes from the first, and which of them are clear")
  func comparison() throws {
    let first = entry(try run(), "a")
    var second = first
    second.name = "b,c"
    for index in second.cases[0].repetitions.indices {
      second.cases[0].repetitions[index].values["records_per_s"]? *= 2
    }
    let comparison = ResultComparison([first, second])
    let changed = comparison.cells.first { $0.result == "b,c" && $0.metric == "records_per_s" }
    #expect(changed.map { ($0.change ?? 0) > 0.99 && $0.isClear } == true)
    #expect(comparison.notes.isEmpty)
    #expect(try comparison.text(format: "csv").contains("\"b,c\""))
    for format in ResultComparison.formats {
      #expect(try comparison.text(format: format).contains("b,c"))
    }
  }

  @Test("below six repetitions there is no interval, and nothing is clear")
  func few() throws {
    let first = entry(try run(repetitions: 5), "a")
    var second = first
    second.name = "b"
    for index in second.cases[0].repetitions.indices {
      second.cases[0].repetitions[index].values["records_per_s"]? *= 2
    }
    let comparison = ResultComparison([first, second])
    #expect(comparison.cells.allSatisfy { !$0.isClear && $0.changeLow == nil })
    #expect(try comparison.text(format: "text").contains("too few (n<6)"))
    #expect(try !comparison.text(format: "text").contains("% *"))
  }

  @Test("partial results and other settings are told")
  func notes() throws {
    var second = try run(flags("batch-size", "64KiB"))
    second.isPartial = true
    let comparison = ResultComparison([
      entry(try run(flags("batch-size", "16KiB")), "a"), entry(second, "b"),
    ])
    #expect(comparison.notes.count == 2)
    #expect(comparison.notes[0].hasPrefix("b is partial"))
    #expect(comparison.notes[1] == "b was run with batch-size 64KiB instead of 16KiB of a.")
    #expect(try comparison.text(format: "text").contains("\nnote: b is partial"))
    #expect(try comparison.text(format: "markdown").contains("\nb was run with batch-size"))
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
          point.figures = [StudyFigure("throughput", "MB/s", [rate * factor])]
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
