import CommitLog

/// The faults of one simulation: what happens, and when, by the world's chance.
final class FaultCourse {
  private unowned let run: SimulationRun
  private var isOver = false
  /// What makes the world whole again, of faults under way.
  private var repairs: [() -> Void] = []

  private static let meanPauseNanos: Int64 = 4_000_000_000

  init(_ run: SimulationRun) { self.run = run }

  private var world: SimulatedWorld { run.world }
  private var broker: SimulatedBroker { run.broker }
  private var server: String { broker.machine.host }
  private var client: String { run.client.host }

  func begin() { scheduleNext() }

  private func scheduleNext() {
    let pause = 200_000_000 + world.wait(meanNanos: Self.meanPauseNanos)
    world.schedule(afterNanos: pause) { [weak self] in
      guard let self, !isOver else { return }
      strike()
      scheduleNext()
    }
  }

  /// No more faults; what is broken is whole again.
  func end() {
    isOver = true
    let repairs = self.repairs
    self.repairs = []
    for repair in repairs { repair() }
    if broker.plan.isPowerOff || !broker.machine.isRunning { restartNow() }
    run.note("the last fault is over")
  }

  private func strike() {
    guard broker.machine.isRunning else { return }
    switch world.pick(0...9) {
    case 0, 1: crash(afterCalls: nil)
    case 2, 3: crash(afterCalls: Int(world.pick(0...120)))
    case 4: stop()
    case 5: cut()
    case 6: delay()
    case 7: dropConnection()
    case 8: stallDisk()
    default: world.happens(0.5) ? fillDisk() : moveClock()
    }
  }

  // MARK: The broker

  /// How it ends: by the fault budget.
  private func kind() -> SimulatedBroker.End {
    guard run.isFlushed, world.happens(0.6) else { return .kill }
    return .powerCut([.some, .some, .synced, .everything][Int(world.pick(0...3))])
  }

  /// - Parameter count: In the middle of what it does, after so many calls of the file system.
  private func crash(afterCalls count: Int?) {
    let kind = kind()
    guard let count else {
      run.note("\(kind)")
      return down(kind)
    }
    run.note("\(kind) after \(count) calls of the file system")
    broker.plan.cutPower(afterCalls: count)
    awaitHalt(kind, until: world.nowNanos + 3_000_000_000)
  }

  private func awaitHalt(_ kind: SimulatedBroker.End, until nanos: Int64) {
    if broker.plan.isPowerOff || world.nowNanos >= nanos { return down(kind) }
    world.schedule(afterNanos: 1_000_000) { [weak self] in
      guard let self, !isOver else { return }
      awaitHalt(kind, until: nanos)
    }
  }

  private func stop() {
    run.note("clean stop")
    down(.stop)
  }

  private func down(_ kind: SimulatedBroker.End) {
    attempt { () throws(SimulationFailure) in try broker.end(kind) }
    let pause = 10_000_000 + world.wait(meanNanos: 1_000_000_000)
    world.schedule(afterNanos: pause) { [weak self] in
      guard let self, !isOver, !broker.machine.isRunning else { return }
      up()
    }
  }

  /// Starts the broker; sometimes it crashes while it starts.
  private func up() {
    if world.happens(0.2) {
      let count = Int(world.pick(0...80))
      broker.plan.cutPower(afterCalls: count)
      attempt { () throws(SimulationFailure) in try broker.start() }
      if broker.plan.isPowerOff {
        let kind = kind()
        run.note("\(kind) during the start, after \(count) calls of the file system")
        return down(kind)
      }
      broker.plan.clear()
    } else {
      attempt { () throws(SimulationFailure) in try broker.start() }
    }
    run.note("the broker is up")
  }

  private func restartNow() {
    attempt { () throws(SimulationFailure) in
      if broker.plan.isPowerOff || broker.node != nil { try broker.end(.kill) }
      try broker.start()
    }
  }

  private func attempt(_ action: () throws(SimulationFailure) -> Void) {
    do throws(SimulationFailure) { try action() } catch { run.fail("\(error)") }
  }

  // MARK: Network, disk, clocks

  private func cut() {
    let ways = [(client, server), (server, client)]
    let chosen = world.happens(0.5) ? ways : [ways[Int(world.pick(0...1))]]
    run.note("cut \(chosen.map { "\($0.0) to \($0.1)" }.joined(separator: ", "))")
    for (from, to) in chosen { run.network.cut(from: from, to: to) }
    undo(after: 200_000_000 + world.wait(meanNanos: 2_000_000_000)) { [run] in
      for (from, to) in chosen { run.network.heal(from: from, to: to) }
    }
  }

  private func delay() {
    let nanos = world.pick(1...200) * 1_000_000
    run.note("delay of \(nanos / 1_000_000) ms")
    for (from, to) in [(client, server), (server, client)] {
      run.network.setDelay(from: from, to: to, nanos: nanos)
    }
    undo(after: world.wait(meanNanos: 3_000_000_000)) { [run, client, server] in
      for (from, to) in [(client, server), (server, client)] {
        run.network.setDelay(from: from, to: to, nanos: 100_000)
      }
    }
  }

  private func dropConnection() {
    let connections = run.network.connections(of: server)
    guard !connections.isEmpty else { return }
    let one = connections[Int(world.pick(0...Int64(connections.count - 1)))]
    run.note("connection \(one.id) breaks")
    one.breakDown()
  }

  private func stallDisk() {
    let nanos = world.pick(100...5_000) * 1_000_000
    run.note("the disk stalls for \(nanos / 1_000_000) ms")
    broker.disk?.stalledUntilNanos = world.nowNanos + nanos
  }

  private func fillDisk() {
    run.note("the disk is full")
    let life = broker.machine.life
    broker.plan.add(.init(.write, .fail(28)))
    undo(after: world.wait(meanNanos: 1_000_000_000)) { [run, broker] in
      // A process that ended meanwhile took the fault with it.
      guard broker.machine.life == life, !broker.plan.isPowerOff else { return }
      broker.plan.clear()
      run.note("the disk has space again")
    }
  }

  private func moveClock() {
    let ms = world.pick(-30_000...30_000)
    run.note("the broker's wall clock jumps by \(ms) ms")
    broker.machine.wallOffsetMs += ms
  }

  /// Does `action` after a time, or when the last fault is over.
  private func undo(after nanos: Int64, _ action: @escaping () -> Void) {
    var isDone = false
    let once = {
      if isDone { return }
      isDone = true
      action()
    }
    repairs.append(once)
    world.schedule(afterNanos: nanos, once)
  }
}
