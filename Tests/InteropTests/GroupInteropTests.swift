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
      default: Tools.hasAiokafka
      }
    }

    private func broker() throws -> BrokerUnderTest {
      try BrokerUnderTest(settings: ["group.initial.rebalance.delay.ms=500"])
    }

    /// The command of a member that prints `read PARTITION OFFSET VALUE`, or `PARTITION:OFFSET
    /// VALUE` where it is ours.
    private func member(
      _ client: String, of group: String, _ topic: String, assignor: String,
      on broker: BrokerUnderTest, seconds: Int = 400
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
      case "kcat":
        ["kcat", "-b", broker.bootstrap, "-G", group, topic, "-q", "-u"]
          + ["-X", "auto.offset.reset=earliest", "-f", "read %p %o %s\n"]
          + ["-X", "partition.assignment.strategy=\(assignor)"]
      default:
        [Tools.python, Tools.scripts.appending(path: "group_member.py").path, broker.bootstrap]
          + [client, group, topic, assignor, "\(seconds)"]
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
      child.standardOutput.split(separator: "\n").compactMap { line in
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
      let seconds = 120.0
      let end = Date(timeIntervalSinceNow: seconds)
      while try !isDone() {
        guard Date() < end else { throw InteropFailure("took longer than \(seconds) s: \(what)") }
        usleep(100_000)
      }
    }

    /// Runs the clients as one group: all of them get partitions, every partition has one owner;
    /// then one after the other ends, and every record is read all the same.
    private func run(_ clients: [String], assignor: String) throws {
      let broker = try broker()
      let topic = broker.topic("grouped")
      let group = "group-\(broker.suffix)"
      try broker.weir("topics create \(topic) --partitions 8")
      let members = try clients.map {
        try ChildProcess(try member($0, of: group, topic, assignor: assignor, on: broker))
      }
      try wait("\(clients.count) members, each with partitions") {
        try owners(group, on: broker).map(Set.init)?.count == clients.count
      }
      try produce("first", to: topic, on: broker)
      try wait("every record of the first load") {
        Set(members.flatMap(values)).count == Self.recordCount
      }
      #expect(members.flatMap(values).count == Self.recordCount, "none twice in a stable group")
      for member in members.dropLast() { member.kill(SIGTERM) }
      try wait("one member with all partitions") {
        try owners(group, on: broker).map(Set.init)?.count == 1
      }
      try produce("second", to: topic, on: broker)
      try wait("every record of the second load") {
        Set(members.flatMap(values)).count == 2 * Self.recordCount
      }
      members.last?.kill(SIGTERM)
      let described = try broker.weir("groups describe \(group)").standardOutput
      #expect(described.hasPrefix("\(group): Empty"), "\(described)")
    }

    /// The owner of each of the eight partitions; nil unless each has one, in a stable group.
    private func owners(_ group: String, on broker: BrokerUnderTest) throws -> [String]? {
      let output = try ChildProcess(
        [Tools.weir, "groups", "describe", group, "--json", "--bootstrap", broker.bootstrap]
      ).finish(within: 60)
      let decoded = try? JSONDecoder().decode([Group].self, from: Data(output.standardOutput.utf8))
      guard let found = decoded?.first, found.state == "Stable" else { return nil }
      let all = found.members.flatMap(\.partitions)
      guard all.count == 8, Set(all).count == 8 else { return nil }
      return found.members.flatMap { member in member.partitions.map { _ in member.memberId } }
    }

    private struct Group: Decodable {
      struct Member: Decodable {
        var memberId: String
        var partitions: [String]
      }

      var state: String
      var members: [Member]
    }

    @Test(
      "kcat -G: two members alone, and with ours", .enabled(if: Tools.hasKcat, "no kcat"),
      arguments: ["range", "roundrobin", "cooperative-sticky"])
    func kcat(assignor: String) throws {
      try run(["kcat", "kcat"], assignor: assignor)
      try run(["kcat", "weir"], assignor: assignor)
    }

    @Test(
      "Python clients: two members alone, and with ours", arguments: python)
    func pythonClients(client: String) throws {
      guard Self.hasClient(client) else {
        print("skipped: no \(client); scripts/setup --tests installs it")
        return
      }
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

    @Test("all clients that are there in one group with ours", arguments: ["range", "roundrobin"])
    func mixed(assignor: String) throws {
      var clients = Self.python.filter(Self.hasClient)
      if Tools.hasKcat { clients.append("kcat") }
      try run(["weir"] + clients + ["weir"], assignor: assignor)
    }
  }
}
