import CSystem
import Transport

/// The real transport: one thread, one epoll.
///
/// A turn of `run`:
/// 1. wait for events, up to the next timer;
/// 2. letters from other threads, connections and listeners that are ready;
/// 3. timers that are due;
/// 4. what the handlers of this turn left for later (`closed` calls, input given again).
///
/// - Isolation: the thread that calls `run`, save `mailbox`. Before `run`, the one that made it.
public final class EventLoop: Transport {
  public let configuration: EventLoopConfiguration
  let epoll: Int32
  private let letterbox: LoopMailbox
  private let bell: UInt64 = .max
  private(set) var channels = ChannelTable()
  private var timers = TimerHeap()
  private var later: [() -> Void] = []
  private var laterSpare: [() -> Void] = []
  private var letterSpare: [LoopMailbox.Letter] = []
  private var events = [weir_event](repeating: weir_event(), count: 128)
  /// Connections whose names are being resolved.
  var resolving: [UInt64: SocketConnection] = [:]
  private var isStopping = false
  /// What was sent and received so far.
  public internal(set) var traffic = TrafficCounts()
  private var mayTrim = false

  /// Memory of the connections, see `SocketConnection+Receiving`.
  var pool: StoragePool
  /// For slices of files that are sent by copy; made when first needed.
  var copyScratch: [UInt8] = []
  var gather = GatherList()

  /// - Throws: `.system` where the process has no descriptors left.
  public init(configuration: EventLoopConfiguration = .init()) throws(TransportError) {
    self.configuration = configuration
    pool = StoragePool(
      bytesMax: configuration.pooledBytesMax, lentBytesSoft: configuration.pooledBytesMax / 2)
    let epoll = SystemCalls.makeEpoll()
    guard epoll >= 0 else { throw .system(call: "epoll_create1", errno: Int32(-epoll)) }
    self.epoll = Int32(epoll)
    let wakeup = SystemCalls.makeWakeup()
    guard wakeup >= 0 else {
      SystemCalls.closeDescriptor(self.epoll)
      throw .system(call: "eventfd", errno: Int32(-wakeup))
    }
    letterbox = LoopMailbox(descriptor: Int32(wakeup))
    let added = SystemCalls.change(
      epoll: self.epoll, WEIR_ADD, descriptor: letterbox.descriptor, events: readableBit,
      token: bell)
    precondition(added == 0, "epoll refuses a new eventfd")
  }

  deinit { SystemCalls.closeDescriptor(epoll) }

  public var now: MonotonicTime { MonotonicTime(nanoseconds: SystemCalls.now()) }
  public var wallClockMs: Int64 { Self.wallClockMsNow() }
  /// The same, where no loop is at hand.
  public static func wallClockMsNow() -> Int64 { SystemCalls.wallClockNanos() / 1_000_000 }
  public var mailbox: any Mailbox { letterbox }

  /// As `mailbox`, and the action is given this loop; false once the loop has ended.
  @discardableResult
  func deliver(_ action: @escaping @Sendable (EventLoop) -> Void) -> Bool {
    letterbox.deliver(.loopAction(action))
  }
  var ownMailbox: LoopMailbox { letterbox }

  @discardableResult
  public func schedule(
    at time: MonotonicTime, _ action: @escaping () -> Void
  ) -> TimerID {
    timers.schedule(at: time, action)
  }

  public func cancel(_ timer: TimerID) { timers.cancel(timer) }

  /// Runs `action` on this loop soon, but not within the current call.
  func afterwards(_ action: @escaping () -> Void) { later.append(action) }

  // MARK: Running

  /// Serves until `stop`; then every connection is closed, its handler told.
  public func run() {
    SystemCalls.prepareLoopThread()
    while !isStopping { turn() }
    letterbox.end()
    for channel in channels.all { channel.loopEnds() }
    for connection in resolving.values { connection.loopEnds() }
    resolving = [:]
    runLater()
    timers.removeAll()
  }

  /// Ends `run` after the current turn.
  public func stop() { isStopping = true }

  /// One turn: waits for events or timers, and serves them.
  func turn() {
    let timeout = timeoutNanos()
    traffic.waitCalls += 1
    let count = SystemCalls.wait(epoll: epoll, into: &events, timeoutNanos: timeout.nanoseconds)
    if count > 0 {
      mayTrim = true
      for index in 0..<count { dispatch(events[index]) }
    } else if timeout.isIdleWait {
      trim()
    }
    runTimers()
    runLater()
  }

  private func dispatch(_ event: weir_event) {
    if event.token == bell {
      readLetters()
    } else if let channel = channels.find(event.token) {
      channel.ready(event.events)
    }
  }

  private func timeoutNanos() -> (nanoseconds: Int64, isIdleWait: Bool) {
    if !later.isEmpty { return (0, false) }
    let idle = mayTrim ? configuration.trimAfterMs * 1_000_000 : -1
    guard let next = timers.nextTime() else { return (idle, mayTrim) }
    let wait = max(0, next.nanoseconds(since: now))
    return idle >= 0 && idle < wait ? (idle, true) : (wait, false)
  }

  private func readLetters() {
    var letters: [LoopMailbox.Letter] = []
    swap(&letters, &letterSpare)
    letterbox.collect(into: &letters)
    for letter in letters {
      switch letter {
      case .action(let action): action()
      case .loopAction(let action): action(self)
      }
    }
    letters.removeAll(keepingCapacity: letters.count <= 1_024)
    swap(&letters, &letterSpare)
  }

  private func runTimers() {
    guard let first = timers.nextTime() else { return }
    let time = now
    guard first <= time else { return }
    let newest = timers.newest
    while let action = timers.popDue(at: time, limit: newest) { action() }
  }

  private func runLater() {
    guard !later.isEmpty else { return }
    var actions: [() -> Void] = []
    swap(&actions, &laterSpare)
    swap(&actions, &later)
    for action in actions { action() }
    actions.removeAll(keepingCapacity: true)
    swap(&actions, &laterSpare)
  }

  private func trim() {
    mayTrim = false
    copyScratch = []
    if pool.trim(keep: StoragePool.standardSize) { SystemCalls.trimHeap() }
  }

  // MARK: Channels

  /// - Returns: 0, or the negative errno.
  func register(_ channel: Channel, descriptor: Int32, events: UInt32) -> Int {
    channels.insert(channel)
    let result = SystemCalls.change(
      epoll: epoll, WEIR_ADD, descriptor: descriptor, events: events, token: channel.token)
    if result < 0 { channels.remove(channel) }
    return result
  }

  func change(_ channel: Channel, descriptor: Int32, events: UInt32) {
    _ = SystemCalls.change(
      epoll: epoll, WEIR_MODIFY, descriptor: descriptor, events: events, token: channel.token)
  }

  /// Closing the descriptor takes it out of epoll.
  func unregister(_ channel: Channel, descriptor: Int32) {
    channels.remove(channel)
    SystemCalls.closeDescriptor(descriptor)
  }
}

let readableBit = UInt32(WEIR_READABLE)
let writableBit = UInt32(WEIR_WRITABLE)
let hangupBits = UInt32(WEIR_HANGUP | WEIR_ERROR)
