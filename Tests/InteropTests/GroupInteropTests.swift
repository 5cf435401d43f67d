import Foundation
import Glibc
import Testing

extension Interop {
  /// Groups of other clients on our broker, each alone and mixed with ours.
  @Suite("groups of other clients")
  struct GroupInteropTests {
    static let recordCount = 400
    static let python = ["confluent", "kafka-python", "aiokafka"]

    static func hasClient(_ name: String) -> Bool {
      switch name {
      case "confluent": Tools.hasConfluent
      case "kafka-python": Tools.hasKafkaPython
      case "kcat": Tools.hasKcat
      case "java": Tools.hasKafka
      default: Tools.hasAiokafka
      }
    }

    private func broker() throws -> BrokerUnderTest {
      try BrokerUnderTest(settings: ["group.initial.rebalance.delay.ms=500"])
    }

    /// The command of a member that prints `read PARTITION OFFSET VALUE`, or `PARTITION:OFFSET
    /// VALUE` where it is ours.
    ///
    /// - Parameter sessionMs: Its session timeout, where the client is not left its own.
    private func member(
      _ client: String, of group: String, _ topic: String, assignor: String, sessionMs: Int,
      on broker: BrokerUnderTest
    ) throws -> [String] {
      switch client {
      case "java":
        try Tools.kafka(
          "console-consumer",
          ["--bootstrap-server", broker.bootstrap, "--topic", topic, "--group", group]
            + ["--from-beginning", "--formatter-property", "print.partition=true"]
            + ["--formatter-property", "print.offset=true", "--command-property"]
            + ["partition.assignment.strategy=\(Self.javaClass(assignor))"])
      case "weir":
        [Tools.weir, "consume", topic, "--group", group, "--from-beginning", "--print-offset"]
          + ["--assignor", assignor, "--bootstrap", broker.bootstrap]
          + ["--property", "session.timeout.ms=\(sessionMs)"]
          + ["--property", "heartbeat.interval.ms=500"]
      case "kcat":
        broker.kcat + ["-G", group, topic, "-q", "-u"]
          + ["-X", "auto.offset.reset=earliest", "-f", "read %p %o %s\n"]
          + ["-X", "partition.assignment.strategy=\(assignor)"]
      default:
        [Tools.python, Tools.scripts.appending(path: "group_member.py").path, broker.bootstrap]
          + [client, group, topic, assignor, "1200", "\(sessionMs)"]
      }
    }

    private static func javaClass(_ assignor: String) -> String {
      let names = [
        "range": "Range", "roundrobin": "RoundRobin", "sticky": "Sticky",
        "cooperative-sticky": "CooperativeSticky",
      ]
      return "org.apache.kafka.clients.consumer.\(names[assignor] ?? "")Assignor"
    }

    /// The values that a member printed.
    private func values(_ child: ChildProcess) -> [String] {
      child.lines.compactMap { line in
        let parts = line.split(whereSeparator: \.isWhitespace)
        if parts.first?.hasPrefix("Partition:") == true { return parts.last.map(String.init) }
        if parts.first == "read" { return parts.count == 4 ? String(parts[3]) : nil }
        return parts.count == 2 && parts[0].contains(":") ? String(parts[1]) : nil
      }
    }

    private func produce(_ prefix: String, to topic: String, on broker: BrokerUnderTest) throws {
      for partition in 0..<8 {
        let records = (0..<Self.recordCount / 8).map { "\(prefix)-\(partition)-\($0)\n" }
        try broker.weir("produce \(topic) --partition \(partition)", input: records.joined())
      }
    }

    private func wait(_ what: String, _ isDone: () throws -> Bool) throws {
      let seconds = 240.0
      let end = Date(timeIntervalSinceNow: seconds)
      while try !isDone() {
        guard Date() < end else { throw InteropFailure("took longer than \(seconds) s: \(what)") }
        usleep(100_000)
      }
    }

    /// Runs the clients as one group: all of them get partitions, every partition has one owner;
    /// then one after the other ends, and every record is read all the same, and committed.
    ///
    /// - Parameter kill: The first member dies without a word; what it had not committed is read
    ///   twice then, and otherwise nothing is.
    private func run(_ clients: [String], assignor: String, kill: Bool = false) throws {
      let broker = try broker()
      let topic = broker.topic("grouped")
      let group = "group-\(broker.suffix)"
      try broker.weir("topics create \(topic) --partitions 8")
      let members = try clients.enumerated().map { index, client in
        // Who dies is missed soon; whoever stays outlives any pause of the machine.
        let sessionMs = kill && index == 0 ? 10_000 : 60_000
        return try ChildProcess(
          member(client, of: group, topic, assignor: assignor, sessionMs: sessionMs, on: broker))
      }
      try wait("\(clients.count) members, each with partitions") {
        try owners(group, on: broker).map(Set.init)?.count == clients.count
      }
      try produce("first", to: topic, on: broker)
      try wait("every record of the first load") {
        Set(members.flatMap(values)).count == Self.recordCount
      }
      #expect(members.flatMap(values).count == Self.recordCount, "none twice in a stable group")
      if kill { members.first?.kill(SIGKILL) }
      for member in members.dropLast() { member.kill(SIGTERM) }
      try wait("one member with all partitions") {
        try owners(group, on: broker).map(Set.init)?.count == 1
      }
      try produce("second", to: topic, on: broker)
      try wait("every record of the second load") {
        Set(members.flatMap(values)).count == 2 * Self.recordCount
      }
      members.last?.kill(SIGTERM)
      if !kill { #expect(members.flatMap(values).count == 2 * Self.recordCount, "none twice") }
      try expectCommitted(group, on: broker)
      for (index, (client, member)) in zip(clients, members).enumerated() {
        let ended: [String: Int32] = ["java": 128 + SIGTERM, "weir": 130]
        let wanted = kill && index == 0 ? SIGKILL : ended[client] ?? 0
        let about: Comment = "\(client): \(member.standardError)"
        #expect(member.exitCode == wanted, about)
        #expect(!member.standardOutput.contains("commit-error"), "\(member.standardOutput)")
        #expect(!member.standardError.contains("did not take a commit"), about)
        #expect(!member.standardError.contains("is not committed"), about)
      }
    }

    /// All that was produced is committed, and nobody is left.
    private func expectCommitted(_ group: String, on broker: BrokerUnderTest) throws {
      // A member may say that it goes and not wait for the answer.
      try wait("a group without members") { try describe(group, on: broker)?.state == "Empty" }
      let found = try #require(try describe(group, on: broker))
      #expect(found.state == "Empty")
      #expect(found.partitions.count == 8)
      for entry in found.partitions {
        #expect(entry.committedOffset == Int64(Self.recordCount / 4), "\(entry)")
        #expect(entry.committedOffset == entry.logEndOffset, "\(entry)")
      }
    }

    /// The owner of each of the eight partitions; nil unless each has one, in a stable group.
    private func owners(_ group: String, on broker: BrokerUnderTest) throws -> [String]? {
      guard let found = try describe(group, on: broker), found.state == "Stable" else {
        return nil
      }
      let all = found.members.flatMap(\.partitions)
      guard all.count == 8, Set(all).count == 8 else { return nil }
      return found.members.flatMap { member in member.partitions.map { _ in member.memberId } }
    }

    private func describe(_ group: String, on broker: BrokerUnderTest) throws -> Group? {
      let output = try ChildProcess(
        [Tools.weir, "groups", "describe", group, "--json", "--bootstrap", broker.bootstrap]
      ).finish()
      return try? JSONDecoder().decode([Group].self, from: Data(output.standardOutput.utf8)).first
    }

    private struct Group: Decodable {
      struct Member: Decodable {
        var memberId: String
        var partitions: [String]
      }

      struct Partition: Decodable {
        var topic: String
        var partition: Int32
        var committedOffset: Int64?
        var logEndOffset: Int64?
      }

      var state: String
      var members: [Member]
      var partitions: [Partition]
    }

    @Test(
      "kcat -G: two members alone, and with ours", .enabled(if: Tools.hasKcat, "no kcat"),
      arguments: ["range", "roundrobin", "cooperative-sticky"])
    func kcat(assignor: String) throws {
      try run(["kcat", "kcat"], assignor: assignor)
      try run(["kcat", "weir"], assignor: assignor)
    }

    @Test(
      "confluent-kafka: two members alone, and with ours",
      .enabled(if: Tools.hasConfluent, "no confluent_kafka; scripts/setup --tests installs it"))
    func confluent() throws { try pythonClient("confluent") }

    @Test(
      "kafka-python: two members alone, and with ours",
      .enabled(if: Tools.hasKafkaPython, "no kafka-python; scripts/setup --tests installs it"))
    func kafkaPython() throws { try pythonClient("kafka-python") }

    @Test(
      "aiokafka: two members alone, and with ours",
      .enabled(if: Tools.hasAiokafka, "no aiokafka; scripts/setup --tests installs it"))
    func aiokafka() throws { try pythonClient("aiokafka") }

    private func pythonClient(_ client: String) throws {
      try run([client, client], assignor: "range")
      try run([client, "weir", client], assignor: "roundrobin")
    }

    @Test(
      "the Java client in one group with ours, with each assignor",
      .enabled(if: Tools.hasKafka, Comment(rawValue: Tools.withoutKafka)),
      arguments: ["range", "roundrobin", "sticky", "cooperative-sticky"])
    func java(assignor: String) throws {
      try run(["weir", "java", "weir"], assignor: assignor)
    }

    /// The clients of others that are there; the absent ones are named in the tests' output.
    private static let others: [String] = {
      let all = python + ["kcat", "java"]
      let there = all.filter(hasClient)
      for absent in all where !there.contains(absent) {
        print("skipped: \(absent) in groups of all clients; it is not installed")
      }
      return there
    }()

    @Test(
      "all clients that are there in one group with ours",
      .enabled(if: !others.isEmpty, "no client but ours"), arguments: ["range", "roundrobin"])
    func mixed(assignor: String) throws {
      try run(["weir"] + Self.others + ["weir"], assignor: assignor)
    }

    @Test(
      "ours, librdkafka and the Java client in one cooperative group",
      .enabled(if: Tools.hasKafka, Comment(rawValue: Tools.withoutKafka)),
      .enabled(if: Tools.hasConfluent || Tools.hasKcat, "no librdkafka"))
    func cooperative() throws {
      let librdkafka = Tools.hasConfluent ? "confluent" : "kcat"
      try run(["weir", "java", librdkafka, "weir"], assignor: "cooperative-sticky")
    }

    @Test(
      "a member that is killed loses no record to the others",
      arguments: ["range", "cooperative-sticky"])
    func killed(assignor: String) throws {
      try run(
        ["weir", "weir", Tools.hasConfluent ? "confluent" : "weir"], assignor: assignor, kill: true)
    }
  }
}
