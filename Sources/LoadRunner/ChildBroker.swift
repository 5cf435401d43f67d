import EventLoop
import Foundation
import Glibc
import Observability

/// A `weir broker` in a process of its own, on a free port, that cannot outlive this one.
///
/// The child watches this process and stops when it ends, in whatever way; Ctrl-C at the terminal
/// is left to this process, which then stops the child itself. Its standard input is a socket by
/// which it is asked what its loops counted.
final class ChildBroker {
  let bootstrap: String
  let pid: Int32
  private let process: Process
  private let conversation: ChildConversation

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
    var all = properties
    all["listeners"] = "PLAINTEXT://127.0.0.1:0"
    all["log.dirs"] = directory
    process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments =
      ["broker", "--parent-pid", String(getpid()), "--fetch-path", fetchPath]
      + Self.logging
      + all.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
    conversation = try ChildConversation()
    process.standardInput = conversation.input
    process.standardOutput = conversation.output
    do { try process.run() } catch {
      throw RunError.brokerFailed("cannot start \(executable): \(error.localizedDescription)")
    }
    pid = process.processIdentifier
    try? conversation.input.close()
    try? conversation.output.fileHandleForWriting.close()
    guard let line = conversation.firstLine(withinMs: Self.startPatienceMs),
      let address = line.split(separator: " ").last, address.contains(":")
    else {
      let end = Self.end(of: process, isOutputOver: conversation.isOver)
      throw RunError.brokerFailed(
        "the broker process \(end) before it served; see its message above")
    }
    bootstrap = String(address)
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
      kill(process.processIdentifier, SIGKILL)
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

  /// How it ended; nil while it runs.
  var ending: String? { process.isRunning ? nil : Self.words(process) }

  /// What its loops counted since their start; nil where it does not tell, as older ones do not.
  func traffic() -> TrafficCounts? { process.isRunning ? conversation.answer()?.traffic : nil }

  /// What its process used, as it tells itself: parted more finely than other processes can see.
  func cpu() -> CPUSeconds? {
    let told = process.isRunning ? conversation.answer()?.cpu : nil
    return told ?? CPUSeconds.ofProcess(pid)
  }

  var isRunning: Bool { process.isRunning }

  /// Asks it to stop cleanly and waits; after that time it is ended.
  func stop(patienceSeconds: Double = 10) {
    guard process.isRunning else { return }
    process.terminate()
    let deadline = Date(timeIntervalSinceNow: patienceSeconds)
    while process.isRunning && Date() < deadline { Thread.sleep(forTimeInterval: 0.01) }
    if process.isRunning { kill(pid, SIGKILL) }
    process.waitUntilExit()
  }

  /// Ends it at once, without a clean stop.
  func discard() {
    guard process.isRunning else { return }
    kill(pid, SIGKILL)
    process.waitUntilExit()
  }

  deinit { stop() }
}
