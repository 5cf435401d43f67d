import LoadModel

/// One of several things that are measured in turns, under the same load from the same generator.
public struct Lane: Sendable {
  public enum Side: String, Sendable { case reference, candidate }

  /// Names its directory among the results: `reference-1`.
  public var name: String
  public var side: Side
  /// The `weir` binary that its broker is started from.
  public var executable: String
  /// Target and broker properties; what concerns the load is the same in every lane.
  public var settings: RunSettings

  public init(name: String, side: Side, executable: String, settings: RunSettings) {
    self.name = name
    self.side = side
    self.executable = executable
    self.settings = settings
  }
}

/// What came of one lane.
public struct LaneResult: Sendable {
  public var lane: Lane
  /// As `weir bench` would have written it.
  public var run: RunResult
  /// Its whole repetitions, each with the control workload beside it.
  public var samples: [CaseSamples]
}
