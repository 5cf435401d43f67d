import LoadModel
import Statistics

extension FaultRecord {
  /// The replicas of the topic were not all in sync any more, or were again.
  struct InSyncChange: Equatable {
    /// Seconds after measuring began.
    var atS: Double
    var isFull: Bool
  }

  /// Adds what acknowledgements did.
  ///
  /// - Parameters:
  ///   - found: Nil where the fault never began.
  ///   - fromNanos: When measuring began.
  mutating func fill(_ found: FaultAcks.Found?, fromNanos: Int64) {
    guard let found else { return }
    silenceS = found.silenceNanos.map { Double($0) / 1e9 }
    isSilenceOpen = found.isSilenceOpen ? true : nil
    firstAckS = found.firstAckNanos.map { Double($0 - fromNanos) / 1e9 - startedS }
    func data(_ histogram: Histogram) -> HistogramData? {
      histogram.totalCount == 0 ? nil : HistogramData(histogram)
    }
    latencyBefore = data(found.before)
    latencyDuring = data(found.during)
    latencyAfter = data(found.after)
  }

  /// Adds how long it took until all replicas were in sync again.
  ///
  /// A cluster may notice a death only when the node comes back. So the last change until the next
  /// fault decides, not the state at the moment of undoing.
  ///
  /// - Parameters:
  ///   - changes: In the order of their time.
  ///   - nextS: When the next fault began; nil: none did.
  mutating func fill(inSync changes: [InSyncChange], nextS: Double?) {
    guard doneS != nil else { return }
    let own = changes.filter { $0.atS >= startedS && $0.atS < nextS ?? .infinity }
    guard own.contains(where: { !$0.isFull }), let last = own.last else { return }
    if !last.isFull {
      isIsrShort = true
    } else if let undoneS {
      fullIsrS = max(0, last.atS - undoneS)
    }
  }
}

extension Fault.Action {
  /// It disturbs the cluster, and undoes no other fault.
  var isDisturbing: Bool { undo != nil || self == .moveLeader }
}
