import BrokerCore
import BrokerServer
import Foundation
import Glibc
import LoadRunner
import Transport

/// `weir broker`: serves Kafka's protocol until it is told to end.
enum BrokerCommand {
  static let config = Option<String?>.optional(
    "config", "FILE", "a server.properties with Kafka's names", parse: Values.filledText)
  static let set = Option<[Property]>.repeated(
    "set", "KEY=VALUE", "a property, over what the file says", parse: Values.property)
  static let fetchPath = Option<String>(
    "fetch-path", "PATH", "how records reach a consumer: sendfile, or copy through the process",
    default: "sendfile", parse: Values.choice(["sendfile", "copy"]))
  static let loops = Option<Int?>.optional(
    "loops", "N", "event loops, each a thread, instead of num.network.threads",
    parse: Values.integer(1...256))
  static let parent = Option<Int32?>.optional(
    "parent-pid", "PID", "ends when that process does; 0 is the one that started it",
    parse: Values.integer(0...Int32.max))

  static let command = Command(
    path: ["broker"],
    summary: "runs a Kafka-compatible broker",
    discussion: """
      Prints one line with its address once it can serve, and serves until SIGINT, SIGTERM or
      SIGHUP. Its properties are Kafka's: listeners, log.dirs, num.partitions,
      log.retention.bytes… Port 0 takes a free one.
      With --parent-pid SIGINT and SIGHUP are left to the parent, which ends the broker when it
      wants to. With --log-level info it writes where it listens, what it recovered, and why it
      closed connections.
      """,
    options: [
      config.declaration, set.declaration, fetchPath.declaration, loops.declaration,
      parent.declaration, LogLevelOption.option.declaration,
    ],
    examples: [
      "weir broker",
      "weir broker --set listeners=PLAINTEXT://127.0.0.1:0 --set log.dirs=data",
      "weir broker --config server.properties --fetch-path copy",
    ],
    run: { arguments in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws -> ExitCode {
    LogLevelOption.apply(arguments)
    let config = try configuration(arguments)
    warn(config)
    // From here on a signal is kept until the broker can end cleanly.
    let end = EndRequest(ignoringInterrupt: arguments[parent] != nil)
    if let parent = arguments[parent] { end.watch(parent: parent == 0 ? getppid() : parent) }
    let running = try BrokerServer.start(
      config, fetchPath: arguments[fetchPath] == "copy" ? .copy : .sendfile,
      loops: arguments[loops])
    let addresses = running.listeners
      .map { NetworkAddress(host: $0.host, port: $0.port).description }
      .joined(separator: ", ")
    // A parent that asks by a socket learns in the same line that it will be answered.
    let isAsked = arguments[parent] != nil && BrokerCounts.isAsked
    let sign = isAsked ? " \(BrokerCountsAnswer.sign)" : ""
    if isAsked { BrokerCounts.answer(of: running) }
    Console.print("weir broker \(config.nodeId)\(sign) is serving on \(addresses)")
    await end.wait()
    if let error = running.stop() { throw CommandFailure("stopped, but not cleanly: \(error)") }
    return .success
  }

  /// The file's properties with `--set` over them.
  private static func configuration(_ arguments: Arguments) throws -> BrokerConfig {
    var properties: [String: String] = [:]
    if let path = arguments[config] {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw UsageError(message: "--config: \(path) cannot be read", command: "broker")
      }
      do {
        for entry in try PropertiesFile.parse(String(decoding: data, as: UTF8.self)) {
          properties[entry.key] = entry.value
        }
      } catch {
        throw UsageError(message: "\(path): \(error)", command: "broker")
      }
    }
    for property in arguments[set] { properties[property.key] = property.value }
    do {
      return try BrokerConfig(properties: properties)
    } catch {
      throw UsageError(message: "\(error)", command: "broker")
    }
  }

  private static func warn(_ config: BrokerConfig) {
    if !config.unknownKeys.isEmpty {
      let keys = config.unknownKeys.joined(separator: ", ")
      Console.complain("weir broker: unknown properties, ignored: \(keys)")
    }
    if !config.unenforcedKeys.isEmpty {
      let keys = config.unenforcedKeys.joined(separator: ", ")
      Console.complain("weir broker: properties of Kafka that have no effect here yet: \(keys)")
    }
  }
}
