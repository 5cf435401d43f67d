import Foundation

/// A `weir broker` in a process of its own, on a free port, that cannot outlive this one.
///
/// The child watches this process and stops when it ends, in whatever way; Ctrl-C at the terminal
/// is left to this process, which then stops the child itself.
final class ChildBroker {
  let bootstrap: String
  let pid: Int32
  private let process: Process

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
      + all.sorted { $0.key < $1.key }.flatMap { ["--set", "\($0.key)=\($0.value)"] }
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    do { try process.run() } catch {
      throw RunError.brokerFailed("cannot start \(executable): \(error.localizedDescription)")
    }
    pid = process.processIdentifier
    guard let line = Self.firstLine(of: output.fileHandleForReading),
      let address = line.split(separator: " ").last, address.contains(":")
    else {
      process.terminate()
      process.waitUntilExit()
      throw RunError.brokerFailed(
        "the broker process ended before it served; see its message above")
    }
    bootstrap = String(address)
  }

  /// Nil if the stream ends first.
  private static func firstLine(of handle: FileHandle) -> String? {
    var line: [UInt8] = []
    while let byte = try? handle.read(upToCount: 1), let value = byte.first {
      if value == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(value)
    }
    return nil
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
