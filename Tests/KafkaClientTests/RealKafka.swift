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

  /// For every client of a test: that the machine is slow, or stands still for a while, is no
  /// failure.
  static let patience = [
    "socket.connection.setup.timeout.ms": "60000", "request.timeout.ms": "60000",
  ]

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
    let port = try Self.freePort()
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "weir-client-\(UUID().uuidString.prefix(8))")
    launcher = Self.launcherPath
    self.folder = folder
    bootstrap = "127.0.0.1:\(port)"
    try Self.run(
      launcher,
      [
        "start", folder.path, "--port", "\(port)", "--heap", "512m",
        // Its controller takes it for dead no sooner, however the machine stumbles.
        "--set", "broker.session.timeout.ms=60000",
      ])
    try Self.awaitCluster(bootstrap)
  }

  deinit {
    guard let folder else { return }
    try? Self.run(launcher, ["kill", folder.path])
    try? FileManager.default.removeItem(at: folder)
  }

  /// A port that nobody listens at, as nobody does at its controller's, 100 further; both are below
  /// those that the system gives out by itself.
  private static func freePort() throws -> UInt16 {
    let loop = try EventLoop()
    for _ in 0..<1000 {
      let port = UInt16.random(in: 20_000..<30_000)
      let listeners = [port, port + 100].compactMap {
        try? loop.listen(on: NetworkAddress(host: "127.0.0.1", port: $0), accepted: { _ in })
      }
      for listener in listeners { listener.close() }
      if listeners.count == 2 { return port }
    }
    throw ClientError.timedOut("a free port", afterMs: 0)
  }

  /// A broker may answer before it has read of itself in its cluster's log: until then its metadata
  /// name no broker, and topics may be refused.
  private static func awaitCluster(_ bootstrap: String) throws {
    let runner = try LoopRunner()
    let servers = try NetworkAddress.list(bootstrap, key: "bootstrap.servers")
    try runner.poll {
      let config = try AdminConfig(properties: patience, bootstrapServers: servers)
      let admin = Admin(transport: runner.loop, config: config)
      defer { admin.close() }
      let cluster = try runner.wait { admin.describeCluster(completion: $0) }
      return (try? cluster.get().nodes.isEmpty) == false
    }
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
  func run(seconds: Int64 = 120, until isDone: () -> Bool) throws {
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
    seconds: Int64 = 120, _ work: (@escaping (Value) -> Void) -> Void
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

  /// Asks again and again, with pauses, until the answer is yes.
  func poll(seconds: Int64 = 120, until isDone: () throws -> Bool) throws {
    let end = loop.now.adding(milliseconds: seconds * 1000)
    while try !isDone() {
      guard loop.now < end else { throw ClientError.timedOut("a test", afterMs: seconds * 1000) }
      let _: Bool = try wait { done in
        loop.schedule(at: loop.now.adding(milliseconds: 100)) { done(true) }
      }
    }
  }
}
