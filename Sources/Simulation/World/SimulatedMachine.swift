import Transport

/// A machine with one process on it, which may end and start again. What the process had scheduled
/// ends with it.
final class SimulatedMachine {
  let world: SimulatedWorld
  /// Its name in the network.
  let host: String
  /// Counts the processes: what belongs to an earlier one does not happen any more.
  private(set) var life = 0
  private(set) var isRunning = false
  /// Whether it has power: a machine without answers nothing, not even that a port is closed.
  var isReachable = true
  /// How fast its clock runs: 1.0001 gains 8.6 s a day.
  var clockRate = 1.0
  /// By how much its wall clock is off, in milliseconds.
  var wallOffsetMs: Int64 = 0
  /// Whether its process was cut off in the middle of what it does: nothing leaves it any more.
  var isHalted: () -> Bool = { false }

  /// 2023-11-14, 22:13:20 UTC.
  static let wallStartMs: Int64 = 1_700_000_000_000

  init(_ world: SimulatedWorld, host: String) {
    self.world = world
    self.host = host
  }

  func start() {
    life += 1
    isRunning = true
  }

  func stop() { isRunning = false }

  /// The monotonic clock of the machine. It begins at a second, so that 0 is before everything.
  var nowNanos: Int64 { 1_000_000_000 + Int64(Double(world.nowNanos) * clockRate) }
  var wallClockMs: Int64 { Self.wallStartMs + wallOffsetMs + nowNanos / 1_000_000 }

  /// Runs `action` in the process that runs now, if it still runs then.
  ///
  /// - Parameter nanos: On the machine's own clock.
  @discardableResult
  func schedule(at nanos: Int64, _ action: @escaping () -> Void) -> TimerID {
    let left = Double(max(0, nanos - nowNanos)) / clockRate
    return schedule(afterNanos: Int64(left.rounded(.up)), action)
  }

  /// - Parameter nanos: Of virtual time.
  @discardableResult
  func schedule(afterNanos nanos: Int64, _ action: @escaping () -> Void) -> TimerID {
    let life = life
    return world.schedule(afterNanos: nanos) { [unowned self] in
      if isRunning, self.life == life { action() }
    }
  }
}
