import Foundation
import LoadModel
import Testing
import Transport

@testable import LoadRunner

extension Running {
  /// Faults planted into three brokers of a real Kafka, by `Benchmarks/kafka-control`.
  @Suite("planted faults on a real Kafka")
  struct RealKafkaFaultTests {
    /// A cluster of the launcher is needed: one that runs elsewhere cannot be killed.
    static let isThere = RealKafkaTests.isThere && RealKafkaTests.launcher != nil

    static let script = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Benchmarks/kafka-control").path

    private struct Cluster {
      let bootstrap: [String]
      let directory: String
      let output: Folder

      /// - Parameter node: What the control command is given as the node.
      func run(_ lines: String, node: String = "{node}") throws -> BenchmarkRun.Outcome {
        let folder = URL(filePath: RealKafkaTests.launcher ?? "").deletingLastPathComponent().path
        let command = "WEIR_KAFKA=\(folder) \(RealKafkaFaultTests.script)"
        let control = "\(command) {action} \(node) \(directory)"
        let text =
          "bootstrap: [\(bootstrap.map { "\"\($0)\"" }.joined(separator: ", "))]\n"
          + "broker-control: '\(control)'\nreplication-factor: 3\nacks: all\n"
          + "topic-config: {min.insync.replicas: 2}\n" + lines
        var run = BenchmarkRun(try faultScenario(text, in: output), host: testHost)
        return run.run()
      }

      /// All three answer.
      var isWhole: Bool {
        bootstrap.allSatisfy { text in
          guard let address = try? BenchTarget.address(text) else { return false }
          return NodeProbe.ask(address, seconds: 10) == .answers
        }
      }
    }

    @Test(
      "a pause, a moved leader and a killed controller do what they say; a wrong node is found",
      .enabled(if: isThere))
    func faults() throws {
      let folder = try Folder()
      let data = folder.path + "/kafka"
      let port = try RealKafkaTests.freePort()
      try RealKafkaTests.launch(
        ["start", data, "--brokers", "3", "--port", "\(port)", "--heap", "400m"])
      defer { try? RealKafkaTests.launch(["kill", data]) }
      let cluster = Cluster(
        bootstrap: (port...port + 2).map { "127.0.0.1:\($0)" }, directory: data, output: folder)
      try planted(cluster)
      try wrongNode(cluster)
    }

    private func planted(_ cluster: Cluster) throws {
      let outcome = try cluster.run(
        """
        duration: 20s
        faults:
          - {at: 1s, pause: leader 0, for: 5s}
          - {at: 8s, move-leader: 0}
          - {at: 10s, kill: controller, for: 1s}
        """)
      #expect(outcome.error == nil)
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      let records = try #require(result.faults)
      #expect(records.count == 3)
      #expect(records.allSatisfy { $0.failure == nil && $0.doneS != nil }, "\(records)")
      // A session lasts 9 s: nothing but the continuation ends the silence of a pause of 5 s.
      let silence = try #require(records[0].silenceS)
      #expect(silence >= 4.9, "\(records[0])")
      #expect(records[0].undoneS != nil)
      #expect(records[1].node == records[0].node, "no session ended: it led still")
      #expect(result.events?.leaderChanges.isEmpty == false)
      #expect(records[2].wasController == true)
      #expect(records[2].undoneS != nil)
      #expect(result.verification?.lost == 0)
      #expect(cluster.isWhole)
    }

    /// The control command kills the next node, and restarts the one that it is told.
    private func wrongNode(_ cluster: Cluster) throws {
      let outcome = try cluster.run(
        "duration: 20s\nfaults: [{at: 1s, kill: 1, for: 1s}]",
        node: "$(test {action} = kill && echo 2 || echo {node})")
      let text = try #require(outcome.error?.description)
      #expect(text.contains("kill of node 1: the control command succeeded, but the node still"))
      #expect(text.contains("node 2 went away instead"))
      #expect(outcome.result.isPartial)
      #expect(outcome.result.cases.first?.repetitions.first?.produced?.records ?? 0 > 0)
      #expect(cluster.isWhole, "the node that was killed by mistake is started again")
    }
  }
}
