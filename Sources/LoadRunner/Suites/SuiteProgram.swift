import LoadModel

/// What a suite does, for `SuiteRun`: turns that are repeated, each of which finds some points.
///
/// ```
/// init          settles what is measured, refuses what cannot be; starts what lives throughout
/// measure(…)    round 0 where it warms up, then 1, 2, …; the turns of a round one after another
/// finish()      always, also after Ctrl-C and failures
/// ```
///
/// - Isolation: one thread.
protocol SuiteProgram {
  init(_ bench: SuiteBench) throws(RunError)

  /// The question that the suite answers, in a sentence.
  var question: String { get }
  /// What takes turns. Fixed after `init`.
  var turns: [SuiteTurn] { get }
  /// Each turn is made once before it counts.
  var warmsUp: Bool { get }

  /// Makes one turn.
  ///
  /// - Parameters:
  ///   - turn: Its place in `turns`.
  ///   - repetition: From 1; 0 in the round that does not count.
  /// - Returns: One sample a figure. Nothing where Ctrl-C ended it (`Interrupt.requested`).
  mutating func measure(_ turn: Int, repetition: Int) throws(RunError) -> [StudyPoint]

  /// Ends what was started.
  mutating func finish()
}

struct SuiteTurn {
  /// For progress: `64KiB loopback`.
  var name: String
  /// How often it is made; nil: as often as the scenario says. One that says so itself has no
  /// round that does not count.
  var repetitions: Int?

  init(_ name: String, repetitions: Int? = nil) {
    self.name = name
    self.repetitions = repetitions
  }
}

extension Suite {
  func program(_ bench: SuiteBench) throws(RunError) -> any SuiteProgram {
    switch self {
    case .sequentialWrite: try SequentialWrite(bench)
    case .zeroCopyFetch: try ZeroCopyFetch(bench)
    case .partitionScaling: try PartitionScaling(bench)
    case .groups: try GroupChanges(bench)
    case .acks: try AcksSuite(bench)
    case .failover: try FailoverSuite(bench)
    }
  }
}
