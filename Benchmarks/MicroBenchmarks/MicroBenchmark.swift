/// One thing that is measured by itself: in this process, on one thread, in warm memory.
///
/// To add one, write a function that returns some of them and name it in `Registry.all`.
struct MicroBenchmark {
  /// `room/what/size`, the words that `micro-benchmarks WORD…` looks for.
  let name: String
  /// What one iteration goes through, in bytes and in records (0: not counted).
  let bytes: Int
  let records: Int
  /// Sets up, and returns one iteration. What an iteration returns is added up and kept, so that
  /// no work can be optimised away.
  let prepare: () throws -> () throws -> Int

  init(
    _ name: String, bytes: Int, records: Int = 0,
    prepare: @escaping () throws -> () throws -> Int
  ) {
    self.name = name
    self.bytes = bytes
    self.records = records
    self.prepare = prepare
  }
}

/// What was measured of one.
struct Measurement {
  let name: String
  let iterations: Int
  /// Of the fastest of the rounds.
  let secondsPerIteration: Double
  let bytes: Int
  let records: Int

  var gigabytesPerSecond: Double { Double(bytes) / secondsPerIteration / 1e9 }
  var millionRecordsPerSecond: Double { Double(records) / secondsPerIteration / 1e6 }
}

/// How long to measure.
struct Effort {
  /// At least so long a round.
  var roundSeconds = 0.2
  var rounds = 3

  static let full = Effort()
  /// One iteration: it only has to work.
  static let smoke = Effort(roundSeconds: 0, rounds: 1)
}

/// Keeps what iterations return.
nonisolated(unsafe) private var sink = 0

extension MicroBenchmark {
  func measure(_ effort: Effort) throws -> Measurement {
    let iteration = try prepare()
    unsafe sink &+= try iteration()
    var iterations = 1
    var best = Double.infinity
    var round = 0
    while round < effort.rounds {
      let start = ContinuousClock.now
      for _ in 0..<iterations { unsafe sink &+= try iteration() }
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      if elapsed < effort.roundSeconds {
        // Too short to trust: take more, and begin the round again.
        iterations = max(iterations * 2, Int(effort.roundSeconds * 1.2 / max(elapsed, 1e-9)))
        continue
      }
      best = min(best, elapsed / Double(iterations))
      round += 1
    }
    return Measurement(
      name: name, iterations: iterations, secondsPerIteration: best, bytes: bytes,
      records: records)
  }
}
