import LoadModel
import Transport

/// Everything that happens in a simulation, in the order of virtual time, and where times are equal
/// in the order in which it was scheduled. The same seed, the same events.
///
/// - Isolation: one thread.
final class SimulatedWorld {
  /// Virtual time since the start of the world, in nanoseconds.
  private(set) var nowNanos: Int64 = 0
  /// The one source of chance.
  var random: SeededRandom
  /// What happened so far, as a hash.
  var trace = SimulationTrace()

  private var events = TimerHeap()
  /// Events that happened so far.
  private(set) var eventCount = 0

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  @discardableResult
  func schedule(at nanos: Int64, _ action: @escaping () -> Void) -> TimerID {
    events.schedule(at: MonotonicTime(nanoseconds: max(nanos, nowNanos)), action)
  }

  @discardableResult
  func schedule(afterNanos nanos: Int64, _ action: @escaping () -> Void) -> TimerID {
    schedule(at: nowNanos + max(0, nanos), action)
  }

  func cancel(_ event: TimerID) { events.cancel(event) }

  /// Lets events happen until `nanos`, or until `isDone`.
  func run(until nanos: Int64, isDone: () -> Bool = { false }) {
    while !isDone(), let next = events.nextTime(), next.nanoseconds <= nanos,
      let action = events.popDue(at: next, limit: events.newest)
    {
      nowNanos = next.nanoseconds
      eventCount += 1
      action()
    }
    if !isDone() { nowNanos = max(nowNanos, nanos) }
  }

  // MARK: Chance

  /// A number of the range, each as likely.
  func pick(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }

  /// - Parameter share: From 0, never, to 1, always.
  func happens(_ share: Double) -> Bool { random.nextShare() < share }

  /// A waiting time whose mean is `mean`, as those between independent events are (at most 20
  /// times the mean).
  func wait(meanNanos mean: Int64) -> Int64 {
    // Without logarithms, which need not be the same in every C library: the sum of uniform parts
    // doubled with the chance of a half each time has the same mean and a long tail.
    var nanos = pick(0...mean)
    var rounds = 0
    while rounds < 8, happens(0.333) {
      nanos += pick(0...2 * mean)
      rounds += 1
    }
    return nanos
  }
}
