import Foundation
import KafkaFormat
import Transport

@testable import EventLoop
@testable import KafkaClient

/// Kafka itself, where it is found: running already at `WEIR_KAFKA_BOOTSTRAP`, or started from
/// the folder `WEIR_KAFKA` (else `../shared/peers/kafka`) if that has a launcher `kafka`.
final class RealKafka {
  let bootstrap: String
  private let launcher: String?
  private let folder: URL?

  static var launcherPath: String? {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let places = [
      ProcessInfo.processInfo.environment["WEIR_KAFKA"].map { URL(fileURLWithPath: $0) },
      root.appending(path: "../shared/peers/kafka"),
    ]
    for place in places {
      guard let path = place?.appending(path: "kafka").standardized.path else { continue }
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    return nil
  }

  static var running: String? { ProcessInfo.processInfo.environment["WEIR_KAFKA_BOOTSTRAP"] }

  /// Whether the tests on a real Kafka run; why they do not is printed.
  static let isThere: Bool = {
    if running != nil { return true }
    let lacking =
      launcherPath == nil
      ? "no Kafka (WEIR_KAFKA, ../shared/peers/kafka)" : hasJava ? nil : "no java on the PATH"
    guard let lacking else { return true }
    print("skipped: \(lacking) to test the client on")
    return false
  }()

  private static var hasJava: Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/java")
    }
  }

  init() throws {
    if let running = Self.running {
      bootstrap = running
      launcher = nil
      folder = nil
      return
    }
    // Below those that the system gives out by itself.
    let port = 20_000 + Int.random(in: 0..<10_000)
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "weir-client-\(UUID().uuidString.prefix(8))")
    launcher = Self.launcherPath
    self.folder = folder
    bootstrap = "127.0.0.1:\(port)"
    try Self.run(launcher, ["start", folder.path, "--port", "\(port)", "--heap", "512m"])
  }

  deinit {
    guard let folder else { return }
    try? Self.run(launcher, ["kill", folder.path])
    try? FileManager.default.removeItem(at: folder)
  }

  private static func run(_ launcher: String?, _ arguments: [String]) throws {
    // Foundation takes a process for running while anyone holds a socket that it inherits, and
    // the broker, which outlives its launcher, would.
    let closing = #"for n in $(ls /proc/$$/fd); do [ $n -le 2 ] || eval "exec $n>&-"; done; "#
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", closing + #"exec "$0" "$@""#, launcher ?? ""] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ClientError.timedOut("starting Kafka", afterMs: 0)
    }
  }
}

/// Runs one thing at a time on a real event loop, on the test's own thread.
final class LoopRunner {
  let loop: EventLoop

  init() throws { loop = try EventLoop() }

  /// Runs the loop until `isDone`.
  func run(seconds: Int64 = 60, until isDone: () -> Bool) throws {
    let end = loop.now.adding(milliseconds: seconds * 1000)
    let alarm = loop.schedule(at: end) {}
    defer { loop.cancel(alarm) }
    while !isDone() {
      guard loop.now < end else { throw ClientError.timedOut("a test", afterMs: seconds * 1000) }
      loop.turn()
    }
  }

  /// Starts `work` and runs the loop until it calls back.
  func wait<Value>(
    seconds: Int64 = 60, _ work: (@escaping (Value) -> Void) -> Void
  ) throws -> Value {
    var result: Value?
    work { result = $0 }
    let end = loop.now.adding(milliseconds: seconds * 1000)
    let alarm = loop.schedule(at: end) {}
    defer { loop.cancel(alarm) }
    while true {
      if let result { return result }
      guard loop.now < end else { throw ClientError.timedOut("a test", afterMs: seconds * 1000) }
      loop.turn()
    }
  }
}
