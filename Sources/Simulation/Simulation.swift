import CommitLog

/// A whole system, with our own clients, from one seed.
public enum Simulation {
  /// What one seed did.
  public struct Outcome: Sendable {
    public var seed: UInt64
    /// Of all that happened: the same in each process and build.
    public var trace: UInt64
    /// Virtual time, in seconds.
    public var seconds: Double
    public var faults: [String]
    public var events: Int
    public var acknowledged: Int
    public var read: Int
    /// What did not hold, in words.
    public var failure: String?
  }

  /// Runs one seed.
  ///
  /// The broker's files are in memory where the system has a place for that, in a directory that
  /// the seed names: the broker's errors name their files, and a run of the same seed has the same
  /// errors. So no seed can be run twice at a time.
  public static func run(seed: UInt64) -> Outcome {
    let files = PosixFileSystem()
    let directory = (files.isDirectory("/dev/shm") ? "/dev/shm" : "/tmp") + "/weir-seed-\(seed)"
    try? files.removeTree(directory)
    let run = SimulationRun(seed: seed, directory: directory)
    run.run()
    let outcome = Outcome(
      seed: seed, trace: run.world.trace.hash, seconds: Double(run.world.nowNanos) / 1e9,
      faults: run.faults, events: run.world.eventCount,
      acknowledged: run.ledger.acknowledgedCount, read: run.ledger.readCount,
      failure: run.ledger.failure)
    run.end()
    try? files.removeTree(directory)
    return outcome
  }
}
