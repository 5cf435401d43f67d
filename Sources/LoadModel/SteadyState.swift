/// Whether a measurement ran at a steady state: found before its window, and kept within it.
public struct SteadyState: Codable, Sendable, Equatable {
  /// What must have settled.
  public enum Quantity: String, Codable, Sendable, CaseIterable {
    /// Bytes acknowledged (or read) a second.
    case rate
    /// Mean uncompressed size of the batches sent.
    case batchSize
    /// Records that were due and are not acknowledged, and records that consumers have not read.
    case backlog
    /// Processor time of the broker for each byte; not known of a cluster elsewhere.
    case cpuPerGB
  }

  /// How long the load ran before the window began, in seconds.
  public var warmupS: Double
  /// Quantities that had not settled when the search ended.
  public var unsettled: [Quantity]
  /// Quantities that drifted, or whose state shifted, within the window.
  public var drifted: [Quantity]

  public init(warmupS: Double, unsettled: [Quantity] = [], drifted: [Quantity] = []) {
    self.warmupS = warmupS
    self.unsettled = unsettled
    self.drifted = drifted
  }

  public var isReached: Bool { unsettled.isEmpty && drifted.isEmpty }
}

extension CaseResult {
  /// False where more than half of the whole repetitions whose state is known were not at a steady
  /// state: then the case gives no advice and no verdict. Nil where no state is known: where
  /// nothing is produced, and in older files. After a fixed warm-up a state is one without drifts.
  public var isSteady: Bool? {
    let states = repetitions.filter { !$0.isPartial }.compactMap(\.steady)
    guard !states.isEmpty else { return nil }
    return states.count { !$0.isReached } * 2 <= states.count
  }

  /// What did not settle, or drifted, in any of its whole repetitions.
  public var movedQuantities: [SteadyState.Quantity] {
    let states = repetitions.filter { !$0.isPartial }.compactMap(\.steady)
    return SteadyState.Quantity.allCases.filter { quantity in
      states.contains { $0.unsettled.contains(quantity) || $0.drifted.contains(quantity) }
    }
  }
}
