import EventLoop
import Foundation
import LoadModel

/// The same bytes fetched by `sendfile` and copied through the broker's memory.
///
/// A broker a path, side by side in this process, each with the same records. Every round has new
/// ones: where in memory a broker and its files came to lie would else differ between the paths in
/// all rounds alike, and look like an effect. A cluster has one path, its own, and is filled once.
struct ZeroCopyFetch: SuiteProgram {
  let bench: SuiteBench
  let settings: ZeroCopyFetchSettings
  private var lanes: [FetchLane] = []
  /// The round that the lanes were made for.
  private var round: Int?
  private let places: [FetchTurn]
  let turns: [SuiteTurn]
  let warmsUp = true

  var question: String { settings.question }

  init(_ bench: SuiteBench) throws(RunError) {
    self.bench = bench
    settings = ZeroCopyFetchSettings(bench.scenario)
    places = settings.turns
    turns = places.map { SuiteTurn($0.name) }
    do throws(RunError) {
      try startLanes()
    } catch {
      finish()
      throw error
    }
  }

  private mutating func startLanes() throws(RunError) {
    if bench.settings.target.kind == .cluster {
      bench.note(
        "A cluster that is not ours decides itself how it sends, and its page cache cannot be"
          + " dropped from here: it was measured as it is, cached and at the tail.")
    }
    for path in settings.lanes {
      if Interrupt.requested { return }
      lanes.append(try FetchLane(bench, settings, path: path))
    }
  }

  mutating func measure(_ turn: Int, repetition: Int) throws(RunError) -> [StudyPoint] {
    let place = places[turn]
    if round == nil {
      round = repetition
    } else if round != repetition, bench.settings.target.kind != .cluster {
      finish()
      try startLanes()
      round = repetition
    }
    guard let lane = lanes.first(where: { $0.path == place.path }) else { return [] }
    let run: FetchLane.Run
    switch place.source {
    case .tailing:
      run = try lane.tail(consumers: place.consumers, repetition: repetition)
    case .cached, .cold:
      if place.source == .cold { try lane.dropPageCache() }
      run = try lane.read(
        consumers: place.consumers, fetchSize: place.fetchSize ?? settings.fetchSizes[0],
        repetition: repetition)
    }
    if Interrupt.requested { return [] }
    var labels: [StudyPoint.Label] = [
      .init("source", place.source.rawValue), .init("consumers", String(place.consumers)),
      .init("path", place.pathName),
    ]
    if let size = place.fetchSize {
      labels.insert(.init("fetch size", ValueText.size(Int64(size))), at: 2)
    }
    return [run.point(labels, rate: place.source == .tailing ? settings.rate.target : nil)]
  }

  mutating func finish() {
    for lane in lanes { lane.stop() }
    lanes = []
  }
}
