import EventLoop
import Foundation
import Glibc

/// A shell command in a process group of its own, whose end does not depend on what it leaves
/// running: a broker that it starts keeps its descriptors.
enum ShellCommand {
  enum Ending: Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// It and its children were ended.
    case timedOut
  }

  /// More of its output is not repeated.
  private static let outputBytes = 2000

  /// - Parameters:
  ///   - text: For `/bin/sh -c`.
  ///   - timeoutSeconds: After that its process group gets SIGKILL.
  /// - Returns: How it ended, and the last that it wrote to its standard error, else output.
  /// - Throws: `.load` where no process can be made.
  static func run(
    _ text: String, timeoutSeconds: Double
  ) throws(RunError) -> (ending: Ending, output: String) {
    let folder = FileManager.default.temporaryDirectory.path
    let files = ["out", "err"].map { "\(folder)/weir-control-\(UUID().uuidString).\($0)" }
    defer { for file in files { unlink(file) } }
    let pid = try spawn(text, output: files[0], errors: files[1])
    let ending = wait(for: pid, timeoutSeconds: timeoutSeconds)
    let said = [files[1], files[0]].map(tail).first { !$0.isEmpty }
    return (ending, said ?? "")
  }

  private static func unlink(_ path: String) { _ = unsafe Glibc.unlink(path) }

  private static func spawn(
    _ text: String, output: String, errors: String
  ) throws(RunError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    unsafe posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
    // Those that are not closed at exec would stay open in what the command leaves running.
    let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    for descriptor in open.compactMap({ Int32($0) }) where descriptor > 2 {
      unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [
      strdup("sh"), strdup("-c"), strdup(text), nil,
    ]
    defer { for index in 0..<3 { unsafe free(arguments[index]) } }
    var variables =
      unsafe ProcessInfo.processInfo.environment.map {
        unsafe strdup("\($0.key)=\($0.value)")
      } + [nil]
    defer { for index in unsafe variables.indices { unsafe free(variables[index]) } }
    var pid: pid_t = 0
    let code = unsafe posix_spawn(&pid, "/bin/sh", &actions, &attributes, &arguments, &variables)
    guard code == 0 else { throw .load("no process for \"\(text)\": \(BenchmarkRun.words(code))") }
    return pid
  }

  private static func wait(for pid: pid_t, timeoutSeconds: Double) -> Ending {
    let end = EventLoop.currentTime.nanoseconds + Int64(timeoutSeconds * 1e9)
    var isTimedOut = false
    while true {
      var status: Int32 = 0
      let found = unsafe waitpid(pid, &status, isTimedOut ? 0 : WNOHANG)
      if found == pid {
        if isTimedOut { return .timedOut }
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
      }
      if found < 0, errno != EINTR { return .exited(0) }
      if !isTimedOut, EventLoop.currentTime.nanoseconds > end {
        isTimedOut = true
        kill(-pid, SIGKILL)
      }
      usleep(2000)
    }
  }

  /// The last lines of a file, on one.
  private static func tail(_ path: String) -> String {
    guard let data = FileManager.default.contents(atPath: path) else { return "" }
    let text = String(decoding: data.suffix(outputBytes), as: UTF8.self)
    return text.split(separator: "\n").suffix(8).map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }.joined(separator: " | ")
  }
}
