import BrokerCore
import BrokerServer

/// The disk's executor of one simulated process: each job is done at a time of its own, so that
/// jobs overtake each other.
///
/// A simulation has one thread, from which alone it is called: that is why the machine may be kept
/// in what is `Sendable`.
final class SimulatedDisk: DiskExecutor, @unchecked Sendable {
  private let machine: SimulatedMachine
  /// How long a job takes on average.
  var meanNanos: Int64 = 300_000
  /// Until when it does nothing; virtual time.
  var stalledUntilNanos: Int64 = 0

  init(_ machine: SimulatedMachine) { self.machine = machine }

  func submit(_ priority: DiskPriority, _ job: @escaping @Sendable () -> Void) -> Bool {
    let world = machine.world
    let stall = max(0, stalledUntilNanos - world.nowNanos)
    machine.schedule(afterNanos: stall + world.wait(meanNanos: meanNanos)) { job() }
    return true
  }
}
