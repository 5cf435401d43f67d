import Foundation
import Testing

@testable import LoadModel

@Suite("Planted faults")
struct FaultTests {
  static let targets: [(Fault.Target, String)] = [
    (.node(2), "node 2"), (.leader(partition: 0), "leader 0"),
    (.follower(partition: 11), "follower 11"), (.controller, "controller"),
    (.link("client-1"), "link client-1"),
  ]

  @Test("a target is read back from its text", arguments: targets)
  func targetText(target: Fault.Target, text: String) {
    #expect(target.description == text)
    #expect(Fault.Target(text) == target)
  }

  @Test(
    "what is no target is refused",
    arguments: [
      "", "node", "node ", "node two", "node -1", "node 1 2", "leader", "controller 1", "link",
      "link ", "link a/b", "leader 99999999999", "Node 1",
    ])
  func badTarget(text: String) { #expect(Fault.Target(text) == nil) }

  @Test("a record in run.json reads back, and keeps its target as text")
  func coding() throws {
    var record = FaultRecord(
      fault: Fault(atMs: 5000, .delayLink, .link("1-2"), delayMs: 50, durationMs: 3000),
      startedS: 5.001)
    record.doneS = 5.2
    let bytes = try JSONEncoder().encode(record)
    #expect(try JSONDecoder().decode(FaultRecord.self, from: bytes) == record)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("\"target\":\"link 1-2\"") && text.contains("\"delay-link\""))
    let damaged = text.replacingOccurrences(of: "link 1-2", with: "moon 1")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(FaultRecord.self, from: Data(damaged.utf8))
    }
  }
}

@Suite("faults: of a scenario file")
struct FaultFileTests {
  private static let cluster = """
    bootstrap: a:9092
    broker-control: ctl {action} {node}
    duration: 20s
    partitions: 3
    replication-factor: 3

    """

  private func scenario(_ yaml: String) throws(ScenarioError) -> Scenario {
    let scenario = try Scenario(yaml: Array(yaml.utf8), file: "f.yaml")
    try scenario.validate()
    return scenario
  }

  private func refusal(_ yaml: String) -> String {
    do throws(ScenarioError) {
      _ = try scenario(yaml)
      return "accepted"
    } catch { return error.description }
  }

  @Test("each form is read, in the order of time")
  func forms() throws {
    let found = try scenario(
      Self.cluster + """
        faults:
          - {at: 12s, pause: 2, for: 5s}
          - {at: 5s, kill: leader 0, for: 3s}
          - {at: 500ms, move-leader: 1}
          - {at: 13s, kill: controller}
          - {at: 14s, restart: controller}
          - {at: 15s, pause: follower 2}
          - {at: 16s, delay-link: client-1, by: 50ms, for: 2s}
          - {at: 17s, cut-link: link 1-2}
        """
    ).run.faults
    #expect(
      found == [
        Fault(atMs: 500, .moveLeader, .leader(partition: 1)),
        Fault(atMs: 5000, .kill, .leader(partition: 0), durationMs: 3000),
        Fault(atMs: 12_000, .pause, .node(2), durationMs: 5000),
        Fault(atMs: 13_000, .kill, .controller),
        Fault(atMs: 14_000, .restart, .controller),
        Fault(atMs: 15_000, .pause, .follower(partition: 2)),
        Fault(atMs: 16_000, .delayLink, .link("client-1"), delayMs: 50, durationMs: 2000),
        Fault(atMs: 17_000, .cutLink, .link("1-2")),
      ])
    #expect(found[1].description == "5s: kill leader 0 for 3s")
    #expect(found[6].description == "16s: delay-link link client-1 by 50ms for 2s")
  }

  @Test("they stand in the effective configuration, and only a file has them")
  func configuration() throws {
    let found = try scenario(Self.cluster + "faults: [{at: 5s, kill: 2, for: 3s}]")
    let entries = found.effectiveConfiguration(seed: 1).entries
    #expect(entries.first { $0.name == "faults" }?.values == ["5s: kill node 2 for 3s"])
    #expect(
      entries.first { $0.name == "broker-control" }?.values == ["ctl {action} {node}"])
    var flags = Scenario()
    #expect(throws: ScenarioError.self) {
      try ScenarioSchema.set(flag: "faults", to: ["kill"], in: &flags)
    }
    #expect(
      throws: ScenarioError(
        key: "broker-control", "\"ctl {action}\" is not understood",
        allowed: "a shell command with {action} and {node}")
    ) { try ScenarioSchema.set(flag: "broker-control", to: ["ctl {action}"], in: &flags) }
  }

  @Test(
    "a mistake is refused with its line and what is allowed",
    arguments: [
      ("faults: kill", "f.yaml:6:9: faults: a single value is not understood; allowed: a list"),
      ("faults: []", "f.yaml:6:9: faults: a list is not understood"),
      ("faults:\n  - kill", "f.yaml:7:5: faults: a single value is not understood"),
      (
        "faults:\n  - {at: 5s, kil: 2}",
        "f.yaml:7:14: faults.kil: unknown key; did you mean kill?; allowed: at, for, by, kill"
      ),
      ("faults:\n  - {kill: 2}", "f.yaml:7:5: faults: it has no time; allowed: at:"),
      ("faults:\n  - {at: 5s}", "f.yaml:7:5: faults: no action is given; allowed: kill, pause"),
      (
        "faults:\n  - {at: 5s, kill: 2, pause: 2}",
        "f.yaml:7:23: faults.pause: this fault is a kill already; allowed: one action each"
      ),
      (
        "faults:\n  - {at: soon, kill: 2}",
        "f.yaml:7:10: faults.at: \"soon\" is not understood; allowed: a duration"
      ),
      (
        "faults:\n  - {at: 5s, kill: leadr 0}",
        "f.yaml:7:20: faults.kill: \"leadr 0\" is not understood; did you mean leader?; allowed: "
          + "node ID, leader PARTITION, follower PARTITION, controller"
      ),
      ("faults:\n  - {at: 5s, kill: link a}", "f.yaml:7:20: faults.kill: \"link a\" is not"),
      ("faults:\n  - {at: 5s, kill: -1}", "f.yaml:7:20: faults.kill: \"-1\" is not understood"),
      (
        "faults:\n  - {at: 5s, cut-link: two links}",
        "f.yaml:7:24: faults.cut-link: \"two links\" is not understood; allowed: a link's name"
      ),
      ("faults:\n  - {at: 5s, kill: [1, 2]}", "f.yaml:7:20: faults.kill: a list is not"),
      (
        "faults:\n  - {at: 5s, delay-link: a}",
        "f.yaml:7:5: faults.delay-link: it does not say by how much; allowed: by: a duration"
      ),
      (
        "faults:\n  - {at: 5s, kill: 1, by: 5ms}",
        "f.yaml:7:27: faults.by: a kill delays nothing; allowed: with delay-link"
      ),
      (
        "faults:\n  - {at: 5s, restart: 1, for: 5s}",
        "f.yaml:7:31: faults.for: nothing undoes a restart; allowed: with kill, pause"
      ),
      (
        "faults:\n  - {at: 5s, kill: 1}\n  - {at: 20s, kill: 1}",
        "f.yaml:8:5: faults: kill node 1: 20s is beyond the measured 20s; allowed: at: less than"
      ),
      (
        "faults:\n  - {at: 15s, kill: 1, for: 6s}",
        "f.yaml:7:5: faults: kill node 1: it ends at 21s, beyond the measured 20s; allowed: for: "
          + "up to 5s"
      ),
      (
        "faults:\n  - {at: 5s, kill: leader 3}",
        "f.yaml:7:5: faults: kill leader 3: the topic has 3 partitions; allowed: partitions from "
          + "0 to 2"
      ),
    ])
  func mistakes(yaml: String, message: String) {
    let found = refusal(Self.cluster + yaml)
    #expect(found.hasPrefix(message), "\(found)")
  }

  @Test(
    "a target that cannot have them is refused",
    arguments: [
      ("", "kill: 1", "the embedded broker shares this process and cannot be hit alone"),
      ("broker: process\n", "kill: 2", "our own broker is node 1 alone; allowed: node 1"),
      ("broker: process\n", "kill: follower 0", "one broker has no follower"),
      ("broker: process\n", "move-leader: 0", "one broker has no other leader"),
      (
        "bootstrap: a:9092\n", "kill: 1",
        "there is no command that does this to the cluster's brokers; allowed: with broker-control"
      ),
      (
        "bootstrap: a:9092\n", "move-leader: 0",
        "with one replica a partition has no follower; allowed: replication-factor: 2 or more"
      ),
    ])
  func targets(target: String, fault: String, message: String) {
    let found = refusal("\(target)duration: 20s\nfaults:\n  - {at: 5s, \(fault)}")
    #expect(found.contains(message) && found.hasPrefix("f.yaml:"), "\(found)")
  }

  @Test("a broker of ours has the id that it is given")
  func nodeId() throws {
    let yaml = "broker: process\nduration: 20s\nbroker-property: {node.id: 7}\nfaults: "
    #expect(try scenario(yaml + "[{at: 5s, pause: 7, for: 1s}]").run.faults.count == 1)
    #expect(refusal(yaml + "[{at: 5s, pause: 1}]").contains("allowed: node 7"))
  }

  @Test("a number of records needs faults that end")
  func records() throws {
    let yaml = "broker: process\nrecords: 1000\nfaults:\n"
    #expect(
      refusal(yaml + "  - {at: 5s, pause: 1}").contains("a number of records may never be complete")
    )
    #expect(try scenario(yaml + "  - {at: 5s, pause: 1, for: 1s}").run.faults.count == 1)
    let undone = yaml + "  - {at: 5s, pause: leader 0}\n  - {at: 6s, continue: leader 0}"
    #expect(try scenario(undone).run.faults.count == 2)
  }

  @Test("a broker of ours needs no control, and a suite plants no faults of a file")
  func misplaced() {
    #expect(
      refusal("broker: process\nbroker-control: c {action} {node}").contains(
        "weir controls its own brokers itself; allowed: with bootstrap"))
    #expect(
      refusal("suite: groups\nfaults: [{at: 1s, kill: 1, for: 1s}]").contains(
        "the suite groups does not use it"))
  }
}
