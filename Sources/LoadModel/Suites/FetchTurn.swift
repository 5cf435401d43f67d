/// What the suite `zero-copy-fetch` measures at once.
public struct FetchTurn: Sendable, Equatable {
  public var source: FetchSource
  public var consumers: Int
  /// Nil at the tail, where the rate says how large a fetch becomes.
  public var fetchSize: Int?
  /// Nil: the cluster's own.
  public var path: FetchPath?

  /// As points are labelled.
  public var pathName: String { path?.rawValue ?? "cluster" }

  /// For progress and plans: `sendfile cached 64KiB 1 consumer`.
  public var name: String {
    var words = [pathName, source.rawValue]
    if let fetchSize { words.append(ValueText.size(Int64(fetchSize))) }
    words.append("\(consumers) \(consumers == 1 ? "consumer" : "consumers")")
    return words.joined(separator: " ")
  }
}

extension ZeroCopyFetchSettings {
  /// The brokers side by side; nil is a cluster that is not ours.
  public var lanes: [FetchPath?] { isCluster ? [nil] : paths.map(Optional.some) }

  /// All turns of a round, in its order.
  public var turns: [FetchTurn] {
    var turns: [FetchTurn] = []
    for source in sources where !(source == .cold && isCluster) {
      for consumers in consumers {
        let sizes = source == .tailing ? [nil] : fetchSizes.map(Optional.some)
        for size in sizes {
          // The paths of one combination come one after the other: they are what is compared.
          turns += lanes.map {
            FetchTurn(source: source, consumers: consumers, fetchSize: size, path: $0)
          }
        }
      }
    }
    return turns
  }

  /// What a read is taken to bring, in bytes a second, to reckon time with.
  private static let guessedRate = 1e9
  private static let guessedColdRate = 3e8
  /// Clients connected, a topic found.
  private static let aroundSeconds = 0.5

  func plan(repetitions: Int) -> RunPlan {
    let turns = turns
    let each = turns.map { turn -> RunPlan.Step in
      let seconds =
        switch turn.source {
        case .cached: Double(volumeBytes) / Self.guessedRate
        case .cold: Double(volumeBytes) / Self.guessedColdRate
        case .tailing: Double(durationMs) / 1000 + 2
        }
      var step = RunPlan.Step(
        label: turn.name, repetitions: repetitions, seconds: seconds + Self.aroundSeconds,
        isGuess: turn.source != .tailing)
      guard !isCluster else { return step }
      // Each lane keeps its own copy throughout; the tail's topic beside it.
      let kept = Int64(Double(volumeBytes) * 1.02) * Int64(lanes.count)
      step.leastDiskBytes = kept
      let ahead = min(
        3 * kept, Int64(lanes.count) * Int64(partitions) * RunPlan.allocatedAhead)
      step.likelyDiskBytes =
        kept + ahead + (turn.source == .tailing ? 512 << 20 + RunPlan.allocatedAhead : 0)
      return step
    }
    let order = (0...max(1, repetitions)).flatMap { RunPlan.order(of: turns.count, round: $0) }
    return RunPlan(
      steps: each, order: order,
      notes: [
        (isCluster
          ? "A topic is filled with \(RunPlan.size(volumeBytes)) first."
          : "Each round begins with new brokers, filled with \(RunPlan.size(volumeBytes)) each.")
          + " A read takes as long as it needs; the estimate assumes 1 GB/s from memory and"
          + " 0.3 GB/s from the disk. A first round of all does not count, and is among the"
          + " measurements here."
      ])
  }
}
