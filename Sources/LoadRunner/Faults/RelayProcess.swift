import Foundation
import Glibc
import LoadModel
import Synchronization
import Transport

/// Links through a relay of ours, `weir relay` in a process of its own, which are cut, delayed and
/// healed on request.
///
/// The relay ends with this process, however that ends.
final class RelayProcess: Sendable {
  private struct State {
    var process: Process
    var conversation: ChildConversation
    var names: [String] = []
  }

  private let state: Mutex<State>

  /// How long the relay may take to start.
  private static let startPatienceMs: Int32 = 30_000

  /// - Parameter executable: The `weir` binary.
  /// - Throws: `.load` where it does not start.
  init(executable: String) throws(RunError) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = ["relay", "--parent-pid", String(getpid())]
    let conversation = try ChildConversation()
    do { try conversation.start(process) } catch {
      throw .load("the relay cannot start: \(executable): \(error.localizedDescription)")
    }
    guard conversation.firstLine(withinMs: Self.startPatienceMs) != nil else {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      throw .load("the relay's process did not start; see its message above")
    }
    state = Mutex(State(process: process, conversation: conversation))
  }

  deinit { stop() }

  var names: [String] { state.withLock { $0.names } }

  /// Its process, for tests.
  var pid: Int32 { state.withLock { $0.process.processIdentifier } }

  /// Makes a link.
  ///
  /// - Parameters:
  ///   - listen: Port 0 takes a free one.
  ///   - target: Nil where it is not known yet: see `aim`.
  /// - Returns: The address with the port that was taken.
  /// - Throws: `.load` where the relay refuses it or is gone.
  func add(
    _ link: String, listen: NetworkAddress, target: NetworkAddress?
  ) throws(RunError) -> NetworkAddress {
    let answer = try perform(.link(link, listen, target))
    state.withLock { $0.names.append(link) }
    return try BenchTarget.address(String(answer.dropFirst(3)))
  }

  /// Sends the link's connections to `target` from now on.
  func aim(_ link: String, at target: NetworkAddress) throws(RunError) {
    _ = try perform(.target(link, target))
  }

  /// The link forwards nothing any more.
  func cut(_ link: String) throws(RunError) { _ = try perform(.cut(link)) }

  /// Each byte arrives so much later, in both directions.
  func delay(_ link: String, ms: Int64) throws(RunError) {
    _ = try perform(.delay(link, ms: ms))
  }

  /// Ends a cut and a delay of the link; what was held back leaves now.
  func heal(_ link: String) throws(RunError) { _ = try perform(.heal(link)) }

  /// - Returns: The answer, which begins with `ok`.
  private func perform(_ request: RelayRequest) throws(RunError) -> String {
    let answer = state.withLock { $0.conversation.reply(to: request.text) }
    guard let answer else { throw .load("the relay's process is gone: \(request.text)") }
    guard answer.hasPrefix("ok") else {
      throw .load("the relay: \(answer.hasPrefix("error ") ? String(answer.dropFirst(6)) : answer)")
    }
    return answer
  }

  /// Ends the relay, and with it all connections through it.
  func stop() {
    state.withLock { state in
      guard state.process.isRunning else { return }
      kill(state.process.processIdentifier, SIGKILL)
      state.process.waitUntilExit()
    }
  }
}

extension RelayProcess {
  /// The links that the user gave for a cluster; nil where there are none.
  ///
  /// - Throws: `.usage` where a port is taken.
  static func ofCluster(
    _ settings: RunSettings, executable: String
  ) throws(RunError) -> RelayProcess? {
    guard !settings.links.isEmpty else { return nil }
    let relay = try RelayProcess(executable: executable)
    for (name, link) in settings.links.sorted(by: { $0.key < $1.key }) {
      let listen = NetworkAddress(host: "127.0.0.1", port: link.port)
      do throws(RunError) {
        _ = try relay.add(name, listen: listen, target: try BenchTarget.address(link.target))
      } catch { throw .usage("--link \(name)=\(link.text): \(error)") }
    }
    return relay
  }
}

extension NetworkAddress {
  /// A free port of this machine.
  static var freeLocalPort: NetworkAddress { NetworkAddress(host: "127.0.0.1", port: 0) }
}
