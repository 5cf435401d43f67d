import EventLoop
import Glibc
import KafkaClient
import LoadModel
import Transport

extension FaultRunner {
  private static let lookEveryMicroseconds: useconds_t = 2_000
  /// How long one question to the cluster may take before another broker is asked.
  private static let requestTimeoutMs: Int64 = 3_000
  private static let askSeconds = 10.0

  /// The thread of this timeline, from the load's beginning to the window's end.
  func runTimeline() {
    var cluster: ClusterView
    do throws(RunError) {
      let admin = try AdminSession(
        bootstrap: bootstrap, requestTimeoutMs: Self.requestTimeoutMs)
      admin.patienceSeconds = Self.askSeconds
      cluster = try ClusterView(admin, topic: topic)
    } catch { return fail("no fault was planted: \(error)") }
    let addresses = cluster.addresses
    state.withLock { $0.addresses = addresses }
    var next = 0
    while true {
      let now = EventLoop.currentTime.nanoseconds
      let (window, isEnding) = state.withLock { ($0.window, $0.isEnding || $0.failure != nil) }
      if isEnding || Interrupt.requested || now >= window?.untilNanos ?? .max { break }
      undoDue(nowNanos: now)
      if let window, next < faults.count,
        now >= window.fromNanos + faults[next].atMs * 1_000_000
      {
        plant(next, window, &cluster)
        next += 1
        continue
      }
      if let problem = cluster.lostController(
        away: awayNodes, nowNanos: now, patienceSeconds: bounds.controllerSeconds)
      {
        fail(problem)
      }
      usleep(Self.lookEveryMicroseconds)
    }
    restoreAll()
  }

  /// Nodes that planted faults killed or stopped.
  var awayNodes: [Int32] {
    state.withLock { state in
      state.open.compactMap { open in
        if case .node(let node) = open.affected { node } else { nil }
      }.sorted()
    }
  }

  // MARK: One fault

  private func plant(_ index: Int, _ window: MeasureWindow, _ cluster: inout ClusterView) {
    let fault = faults[index]
    let place = state.withLock { state in
      state.records.append(FaultRecord(fault: fault, startedS: 0))
      return state.records.count - 1
    }
    noteTime(place, \.startedS)
    do throws(RunError) {
      let node = try node(of: fault, cluster)
      let wasController = node.flatMap { cluster.isController($0) }
      state.withLock { state in
        state.records[place].node = node
        state.records[place].wasController = wasController
      }
      let isHit = fault.action == .kill || fault.action == .pause
      let before = isHit ? cluster.answering(except: awayNodes) : [:]
      if fault.action.isDisturbing {
        acks?.begin(
          place, node: node, partitions: cluster.partitions(ledBy: node),
          endsWithFirstAck: fault.action.undo == nil,
          atNanos: EventLoop.currentTime.nanoseconds)
      }
      noteTime(place, \.startedS)
      try perform(fault, place, node, before, cluster)
    } catch {
      acks?.end(place, atNanos: EventLoop.currentTime.nanoseconds)
      state.withLock { state in
        state.records[place].doneS = nil
        state.records[place].failure = error.description
      }
      fail("the planted fault \"\(fault)\" failed: \(error)")
    }
  }

  /// Writes what time it is into a record.
  private func noteTime(_ place: Int, _ path: WritableKeyPath<FaultRecord, Double>) {
    let now = EventLoop.currentTime.nanoseconds
    state.withLock { state in
      state.records[place][keyPath: path] = state.seconds(atNanos: now)
    }
  }

  /// The fault's command has been carried out: what undoes it is due so long after.
  private func noteDone(_ place: Int) {
    let now = EventLoop.currentTime.nanoseconds
    state.withLock { state in
      state.records[place].doneS = state.seconds(atNanos: now)
      guard let lasts = state.records[place].fault.durationMs else { return }
      for open in state.open.indices where state.open[open].index == place {
        state.open[open].dueNanos = now + lasts * 1_000_000
      }
    }
  }

  /// The node that a fault hits; nil where it hits a link.
  private func node(
    of fault: Fault, _ cluster: ClusterView
  ) throws(RunError) -> Int32? {
    // What undoes a fault by its role means the node that had it then.
    if fault.action == .resume || fault.action == .restart {
      let hit = state.withLock { state in
        state.open.last { $0.target == fault.target && $0.undo == fault.action }?.affected
      }
      if case .node(let node)? = hit { return node }
    }
    return try cluster.node(of: fault.target)
  }

  private func perform(
    _ fault: Fault, _ place: Int, _ node: Int32?, _ before: [Int32: NetworkAddress],
    _ cluster: ClusterView
  ) throws(RunError) {
    switch fault.action {
    case .kill, .pause:
      guard let node, let control else { throw noControl }
      try hit(node, fault, place, control, before, cluster)
    case .resume, .restart:
      guard let node, let control else { throw noControl }
      try bringBack(node, by: fault.action, control)
      noteDone(place)
    case .moveLeader:
      guard case .leader(let partition) = fault.target else { throw noControl }
      try commanding { () throws(RunError) in try cluster.moveLeader(of: partition) }
      noteDone(place)
    case .cutLink, .delayLink, .healLink: try changeLink(fault, place)
    }
  }

  private var noControl: RunError { .load("nothing controls what it hits") }

  private func hit(
    _ node: Int32, _ fault: Fault, _ place: Int, _ control: any BrokerControl,
    _ before: [Int32: NetworkAddress], _ cluster: ClusterView
  ) throws(RunError) {
    if awayNodes.contains(node),
      fault.action == .kill || state.withLock({ $0.isOpen(node, undo: .resume) })
    {
      throw .load("node \(node) is away already, by an earlier fault")
    }
    note(.node(node), fault, place)
    do throws(RunError) {
      try commanding { () throws(RunError) in try control.perform(fault.action, node: node) }
    } catch {
      // A node that was not killed after all is not to be started a second time.
      if fault.action == .kill, cluster.finding(node, seconds: 1) == .answers { forget(place) }
      throw error
    }
    noteDone(place)
    if fault.action == .kill {
      // A node that was stopped before is killed now: to continue it is no use.
      state.withLock { state in
        state.open.removeAll { $0.affected == .node(node) && $0.undo == .resume }
      }
    }
    try verify(node, fault, place, before)
  }

  /// Makes sure that this node went away, and no other.
  private func verify(
    _ node: Int32, _ fault: Fault, _ place: Int, _ before: [Int32: NetworkAddress]
  ) throws(RunError) {
    let what = "\(fault.action.rawValue) of node \(node)"
    var others = before
    others[node] = nil
    let outcome = FaultOutcome.look(
      isKill: fault.action == .kill, at: before[node], others: others,
      goneSeconds: bounds.goneSeconds)
    for wrong in outcome.gone { note(.node(wrong), fault, place) }
    if outcome.isStillThere { forget(place, node) }
    if let problem = outcome.problem(of: what, at: before[node]) { throw .target(problem) }
  }

  private func changeLink(_ fault: Fault, _ place: Int) throws(RunError) {
    guard let links, case .link(let name) = fault.target else { throw noControl }
    switch fault.action {
    case .cutLink:
      note(.link(name), fault, place)
      try commanding { () throws(RunError) in try links.cut(name) }
    case .delayLink:
      note(.link(name), fault, place)
      try commanding { () throws(RunError) in try links.delay(name, ms: fault.delayMs ?? 0) }
    default:
      try commanding { () throws(RunError) in try links.heal(name) }
      close(.link(name))
    }
    noteDone(place)
  }

  // MARK: What is open

  private func note(_ affected: Open.Affected, _ fault: Fault, _ place: Int) {
    guard let undo = fault.action.undo else { return }
    state.withLock { state in
      state.open.append(
        Open(index: place, affected: affected, undo: undo, target: fault.target))
    }
  }

  private func forget(_ place: Int, _ node: Int32? = nil) {
    state.withLock { state in
      state.open.removeAll { open in
        open.index == place && (node.map { open.affected == .node($0) } ?? true)
      }
    }
  }

  /// Whatever affected this is undone.
  func close(_ affected: Open.Affected) {
    state.withLock { state in
      let nanos = EventLoop.currentTime.nanoseconds
      for open in state.open where open.affected == affected {
        state.records[open.index].undoneS = state.seconds(atNanos: nanos)
        acks?.end(open.index, atNanos: nanos)
      }
      state.open.removeAll { $0.affected == affected }
    }
  }
}
