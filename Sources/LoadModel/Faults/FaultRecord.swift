import Statistics

/// What became of a planted fault. Times are seconds after measuring began.
public struct FaultRecord: Codable, Sendable, Equatable {
  public var fault: Fault
  /// The node that was hit; nil for a link, and where the fault's target could not be resolved.
  public var node: Int32?
  /// The node was the active controller; nil where the cluster did not say.
  public var wasController: Bool?
  /// The command was given.
  public var startedS: Double
  /// It was done; nil: it failed.
  public var doneS: Double?
  /// The restart, continue or heal was done; nil where none was due, or it failed.
  public var undoneS: Double?
  /// Why it could not be done, or not be undone.
  public var failure: String?
  /// The longest time from the fault on without an acknowledgement of a partition that the node
  /// led; nil where it led none.
  public var silenceS: Double?
  /// The load ended first: the silence lasted at least so long.
  public var isSilenceOpen: Bool?
  /// From the fault until the first acknowledgement by another leader of a partition that the node
  /// led; nil where there was none.
  public var firstAckS: Double?
  /// From `undoneS` until every replica was in sync again; nil where that was not seen.
  public var fullIsrS: Double?
  /// Replicas were missing among those in sync when it was last looked; nil where that is not so.
  public var isIsrShort: Bool?
  /// Latency of the records that were due before the fault (since the fault before it was over),
  /// during it, and after it (until the next fault). A fault is over when it is undone; one that
  /// needs no undoing, with the first acknowledgement by another leader. Nil with acks=0, and where
  /// no record was due.
  public var latencyBefore: HistogramData?
  public var latencyDuring: HistogramData?
  public var latencyAfter: HistogramData?

  public init(fault: Fault, startedS: Double) {
    self.fault = fault
    self.startedS = startedS
  }
}
