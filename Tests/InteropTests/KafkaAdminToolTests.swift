import Foundation
import Testing

extension Interop {
  /// Kafka's tools for what one broker without security answers in a line.
  @Suite(
    "Kafka's tools for administrators",
    .enabled(if: Tools.hasKafka, Comment(rawValue: Tools.withoutKafka)))
  struct KafkaAdminToolTests {
    /// Runs a tool that may end with an error, and returns all that it printed.
    private func output(_ broker: BrokerUnderTest, _ tool: String, _ line: String) throws -> String
    {
      let words = try Tools.kafka(tool, ["--bootstrap-server", broker.bootstrap] + words(line))
      let output = try ChildProcess(words).finish(within: 120)
      return output.standardOutput + output.standardError
    }

    @Test("acls, reassign-partitions, leader-election, quotas of users and clients")
    func shortAnswers() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("admin")
      _ = try broker.kafka("topics", "--create --topic \(topic) --partitions 2")
      let acls = try output(broker, "acls", "--list")
      #expect(acls.contains("no authorizer"))
      #expect(!acls.contains("UnsupportedVersionException"))
      #expect(
        try output(broker, "reassign-partitions", "--list")
          .contains("No partition reassignments found"))
      #expect(
        try output(
          broker, "leader-election", "--election-type preferred --topic \(topic) --partition 0"
        ).contains("Valid replica already elected for partitions \(topic)-0"))
      for type in ["users", "clients"] {
        let quotas = try output(broker, "configs", "--describe --entity-type \(type)")
        #expect(!quotas.contains("Exception"), "\(type): \(quotas)")
      }
      let metrics = try output(
        broker, "configs",
        "--alter --entity-type client-metrics --entity-name m --add-config interval.ms=1000")
      #expect(metrics.contains("Settings of client-metrics cannot be changed here"))
    }

    @Test("transactions: describe-producers shows the producer, describe fails at once")
    func transactions() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("producers")
      _ = try broker.kafka("topics", "--create --topic \(topic) --partitions 1")
      _ = try broker.kafka("console-producer", "--topic \(topic)", input: "a\nb\n")
      let producers = try broker.kafka(
        "transactions", "describe-producers --topic \(topic) --partition 0")
      let rows = producers.lines.filter { $0.first?.isNumber == true }
      #expect(rows.count == 1)
      #expect(rows.first?.contains("None") == true, "no open transaction")
      // The tool has a text of its own for the error, and no room for the broker's.
      let described = try output(broker, "transactions", "describe --transactional-id tx")
      #expect(described.contains("Failed to describe transaction state"))
    }

    @Test("topics describe says that nothing is compacted")
    func compactionNote() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("compacted")
      try broker.weir("topics create \(topic) --config cleanup.policy=compact")
      #expect(
        try broker.weir("topics describe \(topic)").standardOutput
          .contains("note: cleanup.policy=compact has no effect yet"))
      let plain = broker.topic("plain")
      try broker.weir("topics create \(plain)")
      #expect(try !broker.weir("topics describe \(plain)").standardOutput.contains("note:"))
    }
  }
}
