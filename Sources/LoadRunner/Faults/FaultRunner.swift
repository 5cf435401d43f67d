import EventLoop
import Foundation
import Glibc
import KafkaClient
import LoadModel
import Synchronization
import Transport

/// Cuts, delays and heals the links of a relay.
protocol LinkControl: Sendable {
  /// Of its links.
  var names: [String] { get }
  /// - Throws: `.usage` for a link that it does not have.
  func cut(_ link: String) throws(RunError)
  /// - Parameter ms: Each way.
  func delay(_ link: String, ms: Int64) throws(RunError)
  func heal(_ link: String) throws(RunError)
}

extension RelayProcess: LinkControl {}

/// Plants the faults of a timeline beside a measurement, on a thread of its own, and undoes them.
///
/// ```
/// window begins ─► fault ─► (undo) ─► fault … ─► window ends, Ctrl-C, a failure ─► undo all
/// ```
/// What a fault touches is noted before the command is given, so that whatever ends the run finds
/// what is to be restored: the end of the window, a failure, the first Ctrl-C, and the second,
/// which asks for it from a thread of its own.
///
/// - Isolation: any thread.
final class FaultRunner: Sendable {
  /// How long is waited for what a fault is to bring about.
  struct Bounds: Sendable {
    /// For a killed node to be gone.
    var goneSeconds = 10.0
    /// For a node that was started again to answer.
    var backSeconds = 60.0
    /// For a cluster to have a controller.
    var controllerSeconds = 30.0
  }

  /// What a fault touched and nothing has undone yet.
  struct Open {
    enum Affected: Equatable {
      case node(Int32)
      case link(String)
    }
    /// In `faults` and in the records.
    var index: Int
    var affected: Affected
    var undo: Fault.Action
    var target: Fault.Target
    /// Nil: the end of the timeline.
    var dueNanos: Int64?
    /// A thread is at work to undo it.
    var isUndoing = false
    /// The command that undoes it was given, and may not have had its effect yet.
    var isCommanded = false
  }

  struct State {
    var window: MeasureWindow?
    /// Of the brokers, by node.
    var addresses: [Int32: NetworkAddress] = [:]
    var records: [FaultRecord] = []
    var open: [Open] = []
    /// Nothing more is planted, and all is restored.
    var isEnding = false
    /// All is restored, as far as it could be.
    var isOver = false
    /// A command is under way.
    var isCommanding = false
    var failure: String?
    /// When the last fault was planted or undone; monotonic clock.
    var changedNanos = Int64.min
    var secondSignal: Int?

    /// Seconds after measuring began.
    func seconds(atNanos nanos: Int64) -> Double {
      Double(nanos - (window?.fromNanos ?? nanos)) / 1e9
    }

    /// A fault hit the node, which is away until this undoes it.
    func isOpen(_ node: Int32, undo: Fault.Action) -> Bool {
      open.contains { $0.affected == .node(node) && $0.undo == undo }
    }
  }

  let faults: [Fault]
  let topic: String
  let bootstrap: [NetworkAddress]
  let control: (any BrokerControl)?
  let links: (any LinkControl)?
  let bounds: Bounds
  /// Told when faults begin and end; nil where nothing is counted by them.
  let acks: FaultAcks?
  let state = Mutex(State())

  /// An election, or a node that catches up, is not over when its fault is undone.
  static let calmNanos: Int64 = 30_000_000_000

  /// - Parameters:
  ///   - faults: In the order of their time.
  ///   - control: Nil: none of the faults is one of a process.
  ///   - links: Nil: none of the faults is one of a link.
  init(
    _ faults: [Fault], topic: String, bootstrap: [NetworkAddress],
    control: (any BrokerControl)?, links: (any LinkControl)? = nil, acks: FaultAcks? = nil,
    bounds: Bounds = Bounds()
  ) {
    self.faults = faults
    self.topic = topic
    self.bootstrap = bootstrap
    self.control = control
    self.links = links
    self.bounds = bounds
    self.acks = acks
  }

  /// Starts the thread, which plants nothing before the window is known.
  func start() {
    let signal = Interrupt.beforeEnd { [self] in restoreAtOnce() }
    state.withLock { $0.secondSignal = signal }
    let thread = Thread { [self] in
      runTimeline()
      state.withLock { $0.isOver = true }
    }
    thread.name = "weir-faults"
    thread.stackSize = 512 << 10
    thread.start()
  }

  /// Times are those of this window. A second call changes nothing.
  func begin(_ window: MeasureWindow) {
    guard window.isDecided else { return }
    state.withLock { state in
      if state.window == nil { state.window = window }
    }
  }

  /// Plants nothing more, restores all and waits for that.
  ///
  /// - Parameter stand: Called every few milliseconds while this waits.
  func finish(_ stand: () -> Void = {}) {
    state.withLock { $0.isEnding = true }
    while true {
      if state.withLock({ $0.isOver }) { break }
      stand()
      usleep(5_000)
    }
    let signal = state.withLock { state in
      defer { state.secondSignal = nil }
      return state.secondSignal
    }
    if let signal { Interrupt.forget(signal) }
  }

  /// What became of the faults until now.
  var records: [FaultRecord] { state.withLock { $0.records } }

  /// Why the timeline ended early, or what could not be restored; nil while all goes well.
  var failure: String? { state.withLock { $0.failure } }

  /// A load that stands still may do so for a planted fault: one is open, or was a moment ago.
  func excusesStandstill(nowNanos now: Int64) -> Bool {
    state.withLock { state in
      !state.open.isEmpty || state.isCommanding
        || (state.changedNanos != .min && now - state.changedNanos < Self.calmNanos)
    }
  }

  /// It is at work to restore what was planted.
  var isRestoring: Bool {
    state.withLock { state in
      guard let window = state.window, !state.isOver, !state.open.isEmpty else { return false }
      return state.isEnding || EventLoop.currentTime.nanoseconds >= window.untilNanos
    }
  }

  func fail(_ text: String) {
    state.withLock { state in
      state.failure = state.failure.map { "\($0); \(text)" } ?? text
    }
  }

  /// Gives a command that changes the target; others see that one is under way.
  func commanding(_ body: () throws(RunError) -> Void) throws(RunError) {
    state.withLock { $0.isCommanding = true }
    defer {
      state.withLock { state in
        state.isCommanding = false
        state.changedNanos = EventLoop.currentTime.nanoseconds
      }
    }
    try body()
  }
}
