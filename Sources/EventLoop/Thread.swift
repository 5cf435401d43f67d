import CSystem
import Glibc
import Synchronization

/// CPU time of one thread or more, in nanoseconds.
public struct ThreadCPUTime: Sendable, Equatable {
  public var userNanos: Int64
  public var systemNanos: Int64
  /// The scheduler's own sum, to the nanosecond. User and system time are what the kernel found by
  /// looking once a tick: of a running thread they may lag behind it by a tick.
  public var totalNanos: Int64

  public init(userNanos: Int64 = 0, systemNanos: Int64 = 0, totalNanos: Int64? = nil) {
    self.userNanos = userNanos
    self.systemNanos = systemNanos
    self.totalNanos = totalNanos ?? (userNanos + systemNanos)
  }

  public static func + (a: Self, b: Self) -> Self {
    Self(
      userNanos: a.userNanos + b.userNanos, systemNanos: a.systemNanos + b.systemNanos,
      totalNanos: a.totalNanos + b.totalNanos)
  }
  public static func - (a: Self, b: Self) -> Self {
    Self(
      userNanos: a.userNanos - b.userNanos, systemNanos: a.systemNanos - b.systemNanos,
      totalNanos: a.totalNanos - b.totalNanos)
  }

  /// Of the calling thread, since its start.
  public static func ofCurrentThread() -> Self {
    // RUSAGE_THREAD; the header has it as a macro that Swift does not see.
    of(1, clock: CLOCK_THREAD_CPUTIME_ID)
  }

  /// Of all threads of this process, ended ones included.
  public static func ofThisProcess() -> Self { of(0, clock: CLOCK_PROCESS_CPUTIME_ID) }

  private static func of(_ who: Int32, clock: clockid_t) -> Self {
    var usage = rusage()
    var time = timespec()
    _ = unsafe getrusage(who, &usage)
    _ = unsafe clock_gettime(clock, &time)
    func nanos(_ time: timeval) -> Int64 {
      Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_usec) * 1_000
    }
    return Self(
      userNanos: nanos(usage.ru_utime), systemNanos: nanos(usage.ru_stime),
      totalNanos: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}

/// A named thread of the operating system.
public final class Thread: Sendable {
  private let handle: Mutex<pthread_t?>
  private let identity: ThreadIdentity

  /// The kernel's number of the thread, once it runs; 0 before.
  public var id: Int32 { identity.id.load(ordering: .acquiring) }

  /// Starts `body`.
  ///
  /// - Parameter name: At most 15 bytes are shown by the system.
  /// - Throws: The errno where no thread can be made.
  public init(name: String, _ body: @escaping @Sendable () -> Void) throws(ThreadError) {
    let identity = ThreadIdentity()
    self.identity = identity
    handle = Mutex(try Self.start(name: name, identity: identity, body))
  }

  /// CPU time of the calling thread, user and system together, to the nanosecond; a system call.
  public static var currentCPUNanos: Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Waits for its end, as does who calls it meanwhile; later calls return at once.
  public func join() {
    handle.withLock { handle in
      if let thread = handle { _ = pthread_join(thread, nil) }
      handle = nil
    }
  }

  deinit {
    if let thread = handle.withLock({ $0 }) { _ = pthread_detach(thread) }
  }

  /// Starts a thread that nobody waits for; false where none can be made.
  static func detach(name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = try? start(name: name, identity: ThreadIdentity(), body) else {
      return false
    }
    _ = pthread_detach(thread)
    return true
  }

  private static func start(
    name: String, identity: ThreadIdentity, _ body: @escaping @Sendable () -> Void
  ) throws(ThreadError) -> pthread_t {
    let task = ThreadTask(name: name, identity: identity, body)
    let argument = unsafe Unmanaged.passRetained(task).toOpaque()
    var thread = pthread_t()
    let result = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let task = unsafe Unmanaged<ThreadTask>.fromOpaque(argument).takeRetainedValue()
        task.run()
        return nil
      }, argument)
    guard result == 0 else {
      unsafe Unmanaged<ThreadTask>.fromOpaque(argument).release()
      throw ThreadError(errno: result)
    }
    return thread
  }
}

/// The system makes no thread.
public struct ThreadError: Error, Sendable { public let errno: Int32 }

private final class ThreadIdentity: Sendable {
  let id = Atomic<Int32>(0)
}

private final class ThreadTask: Sendable {
  private let name: String
  private let identity: ThreadIdentity
  private let body: @Sendable () -> Void

  init(name: String, identity: ThreadIdentity, _ body: @escaping @Sendable () -> Void) {
    self.name = name
    self.identity = identity
    self.body = body
  }

  func run() {
    unsafe weir_name_thread(String(name.prefix(15)))
    identity.id.store(weir_thread_id(), ordering: .releasing)
    body()
  }
}

/// A lock with a bell: threads sleep until a condition on the state holds.
///
/// Safe to share: the state is only touched with the mutex held.
@safe
public final class Monitor<State>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var state: State

  public init(_ state: sending State) {
    self.state = state
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    _ = unsafe pthread_mutex_init(mutex, nil)
    _ = unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    _ = unsafe pthread_cond_destroy(condition)
    _ = unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Changes the state and wakes one sleeper, or all.
  public func signal<R>(all: Bool = false, _ body: (inout State) -> sending R) -> sending R {
    _ = unsafe pthread_mutex_lock(mutex)
    defer {
      _ = unsafe all ? pthread_cond_broadcast(condition) : pthread_cond_signal(condition)
      _ = unsafe pthread_mutex_unlock(mutex)
    }
    return body(&state)
  }

  /// Sleeps until `body` has a result.
  ///
  /// - Parameter asleep: Changes the state by +1 before each sleep and by -1 after it.
  public func wait<R>(
    _ body: (inout State) -> sending R?, asleep: (inout State, Int) -> Void = { _, _ in }
  ) -> sending R {
    _ = unsafe pthread_mutex_lock(mutex)
    defer { _ = unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&state) { return result }
      asleep(&state, 1)
      _ = unsafe pthread_cond_wait(condition, mutex)
      asleep(&state, -1)
    }
  }
}
