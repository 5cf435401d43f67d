/// What the suite `failover` plants.
public enum FailoverKind: String, Sendable, CaseIterable {
  /// SIGKILL of a broker that leads partitions and is not the active controller.
  case kill
  /// SIGKILL of the active controller.
  case controllerKill = "controller-kill"
  /// SIGSTOP of a broker that leads partitions.
  case pause
  case moveLeader = "move-leader"
  case cutLink = "cut-link"
  case delayLink = "delay-link"

  /// As labels and reports have it: `controller kill`.
  public var name: String {
    switch self {
    case .kill: "kill"
    case .controllerKill: "controller kill"
    case .pause: "pause"
    case .moveLeader: "leader move"
    case .cutLink: "link cut"
    case .delayLink: "link delay"
    }
  }
}

/// How the points of the suite `failover` are named: what the runner writes and reports read.
public enum FailoverFigures {
  // MARK: Labels
  public static let level = "level"
  /// The name of a `FailoverKind`; a kill that hit the active controller is a controller kill.
  public static let fault = "fault"

  // MARK: Figures beside `FaultFigures`, each with a sample a fault; of times in seconds
  /// Until the first acknowledgement from a new leader.
  public static let firstAck = "first acknowledgement"
  /// From the undoing until every replica was in sync.
  public static let fullIsr = "full ISR"
  /// The replicas were not all in sync when the measurement ended.
  public static let shortIsr = "ISR short"

  /// `before`, `during`, `after`: when the records of a latency were due.
  public static let windows = ["before", "during", "after"]

  /// In milliseconds: `during p99`.
  public static func latency(_ window: String, _ percentile: String) -> String {
    "\(window) \(percentile)"
  }
}
