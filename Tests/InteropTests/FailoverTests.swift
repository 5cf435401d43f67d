import Foundation
import Testing

/// Starts and kills nodes of a real Kafka, where `WEIR_KAFKA` has it beside its `libs/`.
private enum KafkaLauncher {
  static let path =
    Tools.kafkaLibraries?.deletingLastPathComponent().appending(path: "kafka").path ?? ""

  static let isThere = Tools.hasKafka && FileManager.default.isExecutableFile(atPath: path)

  /// Runs it to its end.
  ///
  /// Foundation waits for every process that holds a descriptor that the child inherited, as the
  /// brokers would that the launcher leaves behind: it gets none but the first three.
  static func run(_ arguments: [String]) throws -> Int32 {
    let closing = #"for n in $(ls /proc/$$/fd); do [ $n -le 2 ] || eval "exec $n>&-"; done; "#
    let child = try ChildProcess(["bash", "-c", closing + #"exec "$0" "$@""#, path] + arguments)
    return try child.finish(within: 240).code
  }
}

extension Interop {
  /// Three real brokers, one of which dies under load.
  @Suite("failover", .enabled(if: KafkaLauncher.isThere, "no launcher of a Kafka, or no java"))
  struct FailoverTests {
    @Test("a producer and a group go on without a dead broker, lose nothing, and the run says so")
    func death() throws {
      let folder = try temporaryFolder("failover")
      defer { try? FileManager.default.removeItem(at: folder) }
      let nodes = folder.appending(path: "kafka").path
      let port = try Self.freePort()
      defer { _ = try? KafkaLauncher.run(["kill", nodes]) }
      let code = try KafkaLauncher.run(
        ["start", nodes, "--brokers", "3", "--port", "\(port)", "--heap", "400m"])
      try #require(code == 0)
      let bootstrap = (0..<3).map { "127.0.0.1:\(port + $0)" }.joined(separator: ",")
      let output = folder.appending(path: "out").path
      let bench = try ChildProcess(
        [
          Tools.weir, "bench", "--bootstrap", bootstrap, "--replication-factor", "3",
          "--partitions", "3", "--keys", "random", "--acks", "all", "--idempotence", "true",
          "--rate", "400", "--records", "10000", "--record-size", "100B", "--warmup", "1s",
          "--consumers", "2", "--consumer-groups", "1", "--repetitions", "1",
        ] + ["--output", output])
      // The load is under way: its topic is there.
      let topics = { try ChildProcess([Tools.weir, "topics", "list", "--bootstrap", bootstrap]) }
      for _ in 0..<120 {
        if try topics().finish().standardOutput.contains("weir-") { break }
        usleep(200_000)
      }
      usleep(4_000_000)
      // It stays away: what it led can only go on at other nodes.
      #expect(try KafkaLauncher.run(["kill", nodes, "2"]) == 0)
      let ended = try bench.finish(within: 400)
      #expect(ended.code == 0, "\(ended.all)")
      let run = try Self.run(in: output)
      let repetition = try #require(
        ((run["cases"] as? [[String: Any]])?.first?["repetitions"] as? [[String: Any]])?.first)
      let verification = try #require(repetition["verification"] as? [String: Any])
      #expect(verification["lost"] as? Int == 0)
      #expect((verification["acked"] as? Int ?? 0) >= 10_000)
      #expect(verification["received"] as? Int == verification["acked"] as? Int)
      let events = try #require(repetition["events"] as? [String: Any])
      let losses = try #require(events["nodeLosses"] as? [[String: Any]])
      #expect(losses.contains { $0["node"] as? Int == 2 && $0["backS"] == nil })
      #expect((events["leaderChangeCount"] as? Int ?? 0) > 0)
      let report = try Self.file("report.md", in: output)
      #expect(report.contains("ode 2 was lost at"))
      #expect(report.contains("not back before the end"))
    }

    private static func run(in output: String) throws -> [String: Any] {
      let text = try file("run.json", in: output)
      return try #require(
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private static func file(_ name: String, in output: String) throws -> String {
      let runs = try FileManager.default.contentsOfDirectory(atPath: output)
        .filter { !$0.hasPrefix(".") }
      let run = try #require(runs.first)
      return try String(contentsOfFile: "\(output)/\(run)/\(name)", encoding: .utf8)
    }

    /// The first of three ports that are free, as are those 100 above, of the controllers.
    private static func freePort() throws -> Int {
      for _ in 0..<100 {
        let port = Int.random(in: 20_000..<29_000)
        let all = (0..<3).flatMap { [port + $0, port + 100 + $0] }
        if all.allSatisfy(isFree) { return port }
      }
      throw InteropFailure("there are no free ports for Kafka")
    }

    private static func isFree(_ port: Int) -> Bool {
      let child = try? ChildProcess(["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/\(port)"])
      return (try? child?.finish())?.code != 0
    }
  }
}
