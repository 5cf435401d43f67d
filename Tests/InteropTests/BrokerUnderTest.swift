import Foundation
import Glibc

/// A `weir broker` of its own, on a free port and new data; or the broker that
/// `WEIR_INTEROP_BOOTSTRAP` names, when the tests themselves are tried on another one.
final class BrokerUnderTest {
  let data: URL
  private(set) var bootstrap: String
  private var child: ChildProcess?
  private let settings: [String]
  /// Topics on a shared broker must not meet those of another run.
  let suffix = String(UUID().uuidString.prefix(6).lowercased())

  init(settings: [String] = []) throws {
    data = try temporaryFolder("broker")
    self.settings = settings
    bootstrap = Tools.otherBroker ?? ""
    if Tools.otherBroker == nil { try start(port: "0") }
  }

  deinit {
    child?.kill(SIGKILL)
    try? FileManager.default.removeItem(at: data)
  }

  var host: String { String(bootstrap.split(separator: ":")[0]) }
  /// kcat, which would wait only five seconds for metadata, on this broker.
  var kcat: [String] { ["kcat", "-m", "60", "-b", bootstrap] }
  var port: String { String(bootstrap.split(separator: ":")[1]) }
  var errors: String { child?.standardError ?? "" }
  var processIdentifier: Int32 { child?.processIdentifier ?? 0 }

  /// - Parameter parent: The process without which the broker ends; 0 is whoever starts it, nil
  ///   nobody.
  static func command(
    data: URL, port: String, parent: Int32? = getpid(), settings: [String]
  ) -> [String] {
    let all = ["listeners=PLAINTEXT://127.0.0.1:\(port)", "log.dirs=\(data.path)"] + settings
    let watch = parent.map { ["--parent-pid", "\($0)"] } ?? []
    return [Tools.weir, "broker"] + watch + all.flatMap { ["--set", $0] }
  }

  private func start(port: String) throws {
    let child = try ChildProcess(Self.command(data: data, port: port, settings: settings))
    self.child = child
    bootstrap = try child.waitForLine { line in
      line.firstMatch(of: /is serving on (\S+:\d+)/).map { String($0.1) }
    }
  }

  /// SIGTERM: a clean stop; what the broker ended with.
  @discardableResult
  func stop() throws -> Int32 {
    guard let child else { return 0 }
    Glibc.kill(child.processIdentifier, SIGTERM)
    let output = try child.finish()
    return output.code
  }

  func killHard() { child?.kill(SIGKILL) }

  /// Starts again on the same data; on a free port, for its old one may be somebody else's by now.
  func restart() throws { try start(port: "0") }

  func topic(_ name: String) -> String { "\(name)-\(suffix)" }

  // MARK: tools

  /// Runs a program that is expected to succeed, a JVM on a slow machine as well.
  @discardableResult
  func run(
    _ words: [String], input: String? = nil, within seconds: Double = 300
  ) throws -> ChildProcess.Output {
    let output = try ChildProcess(words, input: input).finish(within: seconds)
    guard output.code == 0 else {
      let line = words.joined(separator: " ")
      throw InteropFailure(
        "\(line)\nended with \(output.code)\n\(output.all)\nbroker: \(errors.suffix(2000))")
    }
    return output
  }

  @discardableResult
  func kafka(
    _ tool: String, _ arguments: String..., input: String? = nil
  ) throws -> ChildProcess.Output {
    try run(
      Tools.kafka(tool, ["--bootstrap-server", bootstrap] + arguments.flatMap(words)), input: input)
  }

  func python(_ script: String, _ arguments: [String]) throws -> ChildProcess.Output {
    let path = Tools.scripts.appending(path: script).path
    return try run([Tools.python, path, bootstrap] + arguments)
  }

  @discardableResult
  func weir(_ arguments: String..., input: String? = nil) throws -> ChildProcess.Output {
    try run([Tools.weir] + arguments.flatMap(words) + ["--bootstrap", bootstrap], input: input)
  }
}

/// The words of a line, separated by spaces.
func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }
