import EventLoop
import Foundation
import Glibc
import Observability
import Synchronization

/// A `weir broker` in a process of its own, on a free port, that cannot outlive this one.
///
/// The child watches this process and stops when it ends, in whatever way; Ctrl-C at the terminal
/// is left to this process, which then stops the child itself. Its standard input is a socket by
/// which it is asked what its loops counted.
///
/// - Isolation: any thread; planted faults kill and start it again beside the one that measures.
final class ChildBroker: Sendable {
  let bootstrap: String
  private let launch: Launch
  private let state: Mutex<State>

  /// What it is started with, save for its port.
  private struct Launch: Sendable {
    var executable: String
    var arguments: [String]
    var properties: [String: String]
  }

  private struct State {
    var process: Process
    var conversation: ChildConversation
    /// What processes used that were killed on purpose.
    var earlierCpu = CPUSeconds()
    var isPaused = false
    /// It was killed on purpose, and is to be started again.
    var isDown = false
    /// How often it was started: what it counted is that of its last process alone.
    var starts = 1

    /// It can be asked for what it counted.
    var answers: Bool { process.isRunning && !isPaused }

    func kill() {
      guard process.isRunning else { return }
      Glibc.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  /// How long a broker may take until it serves, recovery of its logs included.
  private static let startPatienceMs: Int32 = 30_000

  /// - Parameters:
  ///   - executable: The `weir` binary.
  ///   - directory: Where its log directories go; made if absent.
  ///   - properties: Kafka's names and values, beside those set here.
  ///   - fetchPath: `sendfile` or `copy`.
  /// - Throws: `RunError.brokerFailed` with what the child said.
  init(
    executable: String, directory: String, properties: [String: String], fetchPath: String
  ) throws(RunError) {
    launch = Launch(
      executable: executable,
      arguments: ["broker", "--parent-pid", String(getpid()), "--fetch-path", fetchPath]
        + Self.logging,
      properties: properties.merging(["log.dirs": directory]) { $1 })
    let started = try Self.start(launch, address: "127.0.0.1:0")
    bootstrap = started.address
    state = Mutex(State(process: started.process, conversation: started.conversation))
  }

  private static func start(
    _ launch: Launch, address: String
  ) throws(RunError)
    -> sending (
      process: Process, conversation: ChildConversation, address: String
    )
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: launch.executable)
    let properties = launch.properties.merging(["listeners": "PLAINTEXT://\(address)"]) { $1 }
    process.arguments =
      launch.arguments
      + properties.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
    let conversation = try ChildConversation()
    do { try conversation.start(process) } catch {
      throw RunError.brokerFailed(
        "cannot start \(launch.executable): \(error.localizedDescription)")
    }
    guard let line = conversation.firstLine(withinMs: startPatienceMs),
      let served = line.split(separator: " ").last, served.contains(":")
    else {
      let end = end(of: process, isOutputOver: conversation.isOver)
      throw RunError.brokerFailed(
        "the broker process \(end) before it served; see its message above")
    }
    return (process, conversation, String(served))
  }

  /// Its log level is this process's; the usual one is not named, for older builds do not know it.
  private static var logging: [String] {
    let level = LogSettings.shared.level
    return level == .warning ? [] : ["--log-level", "\(level)"]
  }

  /// How it ended; one that has not ended by itself, is.
  private static func end(of process: Process, isOutputOver: Bool) -> String {
    // Whoever closed its output is about to end.
    for _ in 0..<(isOutputOver ? 1000 : 0) where process.isRunning { usleep(10_000) }
    if process.isRunning {
      Glibc.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      return "was silent for \(startPatienceMs / 1000) s and was ended"
    }
    return words(process)
  }

  private static func words(_ process: Process) -> String {
    process.terminationReason == .uncaughtSignal
      ? "was ended by signal \(process.terminationStatus)"
      : "ended with exit code \(process.terminationStatus)"
  }

  /// Of the process that runs, or ran last.
  var pid: Int32 { state.withLock { $0.process.processIdentifier } }

  /// How often it was started.
  var starts: Int { state.withLock { $0.starts } }

  /// How it ended without being killed on purpose; nil where it did not.
  var ending: String? {
    state.withLock { state in
      state.process.isRunning || state.isDown ? nil : Self.words(state.process)
    }
  }

  /// What its loops counted since its last start; nil where it does not answer, as older brokers do
  /// not.
  func traffic() -> TrafficCounts? {
    state.withLock { state in
      state.answers ? state.conversation.answer()?.traffic : nil
    }
  }

  /// What its processes used, as the last one reports it: in finer steps than other processes can
  /// see.
  func cpu() -> CPUSeconds? {
    state.withLock { state in
      if state.isDown { return state.earlierCpu }
      let told = state.answers ? state.conversation.answer()?.cpu : nil
      return (told ?? CPUSeconds.ofProcess(state.process.processIdentifier))
        .map { state.earlierCpu + $0 }
    }
  }

  /// The same as the kernel tells it, without asking the broker.
  func observedCpu() -> CPUSeconds? {
    state.withLock { state in
      if state.isDown { return state.earlierCpu }
      return CPUSeconds.ofProcess(state.process.processIdentifier)
        .map { state.earlierCpu + $0 }
    }
  }

  /// It runs, or will again.
  var isRunning: Bool { state.withLock { $0.process.isRunning || $0.isDown } }

  /// Asks it to stop cleanly and waits; after that time it is ended.
  func stop(patienceSeconds: Double = 10) {
    state.withLock { state in
      state.isDown = false
      let process = state.process
      guard process.isRunning else { return }
      process.terminate()
      // A stopped process takes no other signal.
      Glibc.kill(process.processIdentifier, SIGCONT)
      let deadline = Date(timeIntervalSinceNow: patienceSeconds)
      while process.isRunning && Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
      if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
    }
  }

  /// Ends it at once, without a clean stop.
  func discard() {
    state.withLock { state in
      state.isDown = false
      state.kill()
    }
  }

  deinit { stop() }
}

// MARK: Planted faults

extension ChildBroker {
  /// Ends its process at once; `restart` starts another on the same port and data.
  func kill() {
    state.withLock { state in
      guard state.process.isRunning else { return }
      let cpu = CPUSeconds.ofProcess(state.process.processIdentifier)
      (state.isDown, state.isPaused) = (true, false)
      state.kill()
      if let cpu { state.earlierCpu = state.earlierCpu + cpu }
    }
  }

  /// - Throws: `.brokerFailed` where it does not serve again, with what the child said.
  func restart() throws(RunError) {
    kill()
    // It is not waited for under the lock: the thread that measures reads it meanwhile.
    let started: (process: Process, conversation: ChildConversation, address: String)
    do throws(RunError) { started = try Self.start(launch, address: bootstrap) } catch {
      state.withLock { $0.isDown = false }
      throw error
    }
    let (process, conversation) = (started.process, started.conversation)
    state.withLock { state in
      (state.process, state.conversation) = (process, conversation)
      state.isDown = false
      state.starts += 1
    }
  }

  /// - Throws: `.brokerFailed` where it is not there.
  func pause(_ isPaused: Bool) throws(RunError) {
    let isDone = state.withLock { state in
      guard state.process.isRunning else { return false }
      state.isPaused = isPaused
      return Glibc.kill(state.process.processIdentifier, isPaused ? SIGSTOP : SIGCONT) == 0
    }
    if !isDone { throw .brokerFailed("the broker's process does not run") }
  }
}
