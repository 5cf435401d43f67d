import Foundation
import LoadModel
import Testing

@testable import LoadRunner

/// A suite whose second turn fails.
private struct Failing: SuiteProgram {
  static let turnNames = ["base a", "base b", "base c"]
  let question = "?"
  let turns = turnNames.map { SuiteTurn($0) }
  let warmsUp = false
  var error = RunError.load("the disk is full")
  /// The turns that were begun.
  var begun: [Int] = []

  init(_ bench: SuiteBench) throws(RunError) {}

  mutating func measure(_ turn: Int, repetition: Int) throws(RunError) -> [StudyPoint] {
    begun.append(turn)
    if turn == 1, repetition > 1 { throw error }
    return [StudyPoint([.init("turn", "\(turn)")], figures: [StudyFigure("rate", "", [1])])]
  }

  mutating func finish() {}
}

@Suite("The rounds of a suite")
struct SuiteRunTests {
  private func run(_ error: RunError) throws -> (BenchmarkRun, RunError?, [Int]) {
    let folder = try Folder()
    let text = "name: f\nsuite: partition-scaling\nrepetitions: 4\noutput: \(folder.path)\n"
    let scenario = try Scenario(yaml: Array(text.utf8), file: "f.yaml")
    var run = BenchmarkRun(scenario, host: testHost)
    run.result.study = Study(suite: .partitionScaling, question: "?")
    let bench = SuiteBench(
      scenario, host: testHost, seed: 1, topicPrefix: "weir-test", dataDirectory: folder.path)
    var failing = try Failing(bench)
    failing.error = error
    var program: any SuiteProgram = failing
    var found: RunError?
    do throws(RunError) { try run.runRounds(&program, bench) } catch { found = error }
    run.result.study?.notes = bench.notes
    return (run, found, (program as? Failing)?.begun ?? [])
  }

  @Test("a turn that fails is marked, the others go on, and the run says that it failed")
  func failedTurn() throws {
    let (run, error, begun) = try run(.load("the disk is full"))
    #expect(
      error?.description.contains(
        "`base b` failed in round 2: the disk is full (2 failures") == true)
    #expect(error?.exitCode == 1)
    let points = try #require(run.result.study?.points)
    #expect(points.map { $0.figures[0].samples.count } == [4, 1, 4])
    #expect(points.map(\.isPartial) == [false, true, false])
    #expect(points[1].failures == 2)
    // After two failures it is not tried again.
    #expect(begun.count { $0 == 1 } == 3)
    #expect(run.result.study?.notes.count == 2)
  }

  @Test("a broker that is lost is named with the turn, also where no load runs")
  func lostBroker() throws {
    let folder = try Folder()
    let broker = try clusterBroker(in: folder.path + "/data")
    let text = "name: f\nsuite: zero-copy-fetch\nbootstrap: \"\(broker.bootstrap)\"\n"
    let scenario = try Scenario(yaml: Array(text.utf8), file: "f.yaml")
    let bench = SuiteBench(
      scenario, host: testHost, seed: 1, topicPrefix: "weir-test", dataDirectory: folder.path)
    try bench.watchCluster()
    let watch = try #require(bench.watch)
    bench.title = "[0] cluster"
    #expect(eventually { watch.connectedCount == 1 })
    bench.title = "[3/9] cluster cached 1MiB 1 consumer #1"
    broker.discard()
    #expect(eventually { !watch.events(sinceNanos: 0).nodeLosses.isEmpty })
    #expect(bench.nodeLosses.all == 1)
    #expect(bench.nodeLosses.away == 1)
    bench.title = "[4/9] cluster tailing 1 consumer #1"
    bench.noteClusterEvents()
    #expect(
      bench.notes.first?.hasPrefix(
        "Node 1 was lost during `cluster cached 1MiB 1 consumer #1` (") == true, "\(bench.notes)")
    #expect(bench.notes.first?.hasSuffix(") and not back before the end.") == true)
  }

  @Test("a target that is gone ends it")
  func gone() throws {
    let (run, error, begun) = try run(.target("no connection"))
    #expect(error?.description == "no connection")
    #expect(begun.count == 5)
    #expect(run.result.study?.points.allSatisfy(\.isPartial) == true)
  }
}
