import Foundation
import Glibc
import Testing

extension Interop {
  /// The other forms of Kafka's consumer-groups tool.
  @Suite(
    "Kafka's consumer-groups tool",
    .enabled(if: Tools.hasKafka, Comment(rawValue: Tools.withoutKafka)))
  struct KafkaGroupResetTests {
    /// PARTITION and NEW-OFFSET of what `--reset-offsets` prints.
    private func offsets(_ output: ChildProcess.Output, of topic: String) -> [Int: Int] {
      var found: [Int: Int] = [:]
      for fields in output.lines.map(words) where fields.count >= 4 && fields[1] == topic {
        if let partition = Int(fields[2]), let offset = Int(fields[3]) { found[partition] = offset }
      }
      return found
    }

    private func committed(_ group: String, on broker: BrokerUnderTest) throws -> [Int] {
      try broker.weir("groups describe \(group)").standardOutput
        .matches(of: /committed (\d+)/).compactMap { Int($0.1) }
    }

    @Test(
      "describes members and state, refuses what is in use, resets in all forms, deletes several")
    func forms() throws {
      let broker = try BrokerUnderTest(settings: ["group.initial.rebalance.delay.ms=0"])
      let topic = broker.topic("forms")
      let group = "forms-\(broker.suffix)"
      try broker.weir("topics create \(topic) --partitions 2")
      for partition in 0..<2 {
        try broker.weir(
          "produce \(topic) --partition \(partition)",
          input: (0..<10).map { "\($0)\n" }.joined())
      }
      let member = try ChildProcess(
        words("\(Tools.weir) consume \(topic) --group \(group) --from-beginning --bootstrap")
          + [broker.bootstrap])
      _ = try member.waitForLines { $0.count == 20 ? true : nil }
      let members = try broker.kafka(
        "consumer-groups", "--describe --group \(group) --members --verbose")
      #expect(members.standardOutput.contains("\(topic):0,1"), "\(members.all)")
      let state = try broker.kafka("consumer-groups", "--describe --group \(group) --state")
      #expect(state.standardOutput.contains("Stable"), "\(state.all)")
      let reset = "--reset-offsets --group \(group)"
      let active = try ChildProcess(
        Tools.kafka(
          "consumer-groups",
          words("--bootstrap-server \(broker.bootstrap) \(reset) --all-topics --to-earliest")
            + ["--execute"])
      ).finish()
      #expect(active.all.contains("is inactive, but the current state is"), "\(active.all)")
      member.kill(SIGTERM)
      #expect(try committed(group, on: broker) == [10, 10])

      let forms: [(String, [Int: Int], [Int])] = [
        ("--topic \(topic):0 --to-earliest --execute", [0: 0], [0, 10]),
        ("--all-topics --by-duration P1D --dry-run", [0: 0, 1: 0], [0, 10]),
        (
          "--all-topics --to-datetime 2100-01-01T00:00:00.000 --execute", [0: 10, 1: 10], [10, 10]
        ),
        ("--topic \(topic):0,1 --shift-by -4 --execute", [0: 6, 1: 6], [6, 6]),
        ("--all-topics --to-current --execute", [0: 6, 1: 6], [6, 6]),
      ]
      for (line, shown, wanted) in forms {
        let output = try broker.kafka("consumer-groups", "\(reset) \(line)")
        #expect(offsets(output, of: topic) == shown, "\(line)\n\(output.all)")
        #expect(try committed(group, on: broker) == wanted, "\(line)")
      }
      let folder = try temporaryFolder("reset")
      defer { try? FileManager.default.removeItem(at: folder) }
      let file = folder.appending(path: "offsets.csv")
      let exported = try broker.kafka(
        "consumer-groups", "\(reset) --all-topics --to-latest --export --dry-run")
      try Data(exported.standardOutput.utf8).write(to: file)
      #expect(try committed(group, on: broker) == [6, 6])
      try broker.kafka("consumer-groups", "\(reset) --from-file \(file.path) --execute")
      #expect(try committed(group, on: broker) == [10, 10], "\(exported.all)")

      let other = "other-\(broker.suffix)"
      try broker.weir("consume \(topic) --group \(other) --from-beginning --max-records 1")
      try broker.kafka("consumer-groups", "--delete --group \(group) --group \(other)")
      let left = try broker.weir("groups list").standardOutput
      #expect(!left.contains(group) && !left.contains(other))
    }
  }
}
