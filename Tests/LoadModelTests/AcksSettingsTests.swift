import Testing

@testable import LoadModel

@Suite("Settings of the suite acks")
struct AcksSettingsTests {
  private func scenario(_ yaml: String) throws -> Scenario {
    let isControlled = yaml.contains(Self.control)
    let settings = yaml.replacing(Self.control, with: "")
    var scenario = try Scenario(
      yaml: Array(("suite: acks\n" + settings).utf8), file: "mine.yaml")
    if isControlled { scenario.run.brokerControl = "control {action} {node}" }
    try scenario.validate()
    return scenario.withSuiteDefaults()
  }

  private func settings(_ yaml: String) throws -> AcksSettings { AcksSettings(try scenario(yaml)) }

  private static let cluster = "bootstrap: a:1,b:2,c:3\n"
  private static let control = "# with a control command\n"

  @Test("on a cluster: four levels, three replicas, 20 kills of each")
  func cluster() throws {
    let found = try settings(Self.cluster + Self.control)
    #expect(
      found.grades.map(\.name) == [
        "acks=0", "acks=1", "acks=all, min ISR 1", "acks=all, min ISR 2",
      ])
    #expect(found.replicationFactor == 3 && found.kills == 20 && found.canKill)
    #expect(found.withoutKills == nil && found.singleReplica == nil)
    #expect(found.turns.prefix(4).allSatisfy { $0.part == .capacity })
    #expect(found.turns.count == 4 + 4 * 3 + 4)
    #expect(found.turns.last.map(found.repetitions) == 20)
  }

  @Test("on one broker of ours acks=all has one replica, and it says what that means")
  func single() throws {
    let found = try settings("")
    #expect(found.grades.map(\.name) == ["acks=0", "acks=1", "acks=all, min ISR 1"])
    #expect(found.replicationFactor == 1 && found.canKill)
    let plan = try scenario("").plan()
    #expect(plan.notes.contains { $0.contains("min ISR 2 is not applicable") })
    #expect(plan.notes[0].hasPrefix("Parts: capacity "))
  }

  @Test("a cluster without a control command is measured without kills, and it says so")
  func withoutControl() throws {
    let found = try settings(Self.cluster)
    #expect(!found.canKill && !found.turns.contains { $0.part == .kill })
    let text = try #require(found.withoutKills)
    #expect(text.contains("`--broker-control`"))
    #expect(try scenario(Self.cluster).plan().notes.contains(text))
    #expect(try settings(Self.cluster + "kills: 0\n").withoutKills?.contains("--kills 0") == true)
  }

  @Test("a brief run is planned for less than six minutes, and what was given stays")
  func brief() throws {
    let brief = Self.cluster + Self.control + "brief: true\n"
    let seconds = try scenario(brief).plan().seconds
    #expect(seconds < 360, "\(seconds)")
    let found = try settings(brief)
    #expect(found.isBrief && found.kills == 2 && found.repetitions == 1)
    let given = try settings(brief + "kills: 7\nrepetitions: 2\nduration: 3s\n")
    #expect(given.kills == 7 && given.repetitions == 2 && given.durationMs == 3000)
    #expect(try settings(Self.cluster + Self.control).repetitions == 3)
  }

  @Test("of every three kills one hits the controller; every other acks=all is idempotent")
  func kills() {
    let kills = 1...20 as ClosedRange<Int>
    #expect(kills.count { AcksSettings.hitsController(repetition: $0) } == 7)
    // The two are not bound to each other.
    let all = AcksGrade(.all, minInsync: 2)
    let both = kills.filter {
      AcksSettings.hitsController(repetition: $0) && AcksSettings.isIdempotent(all, repetition: $0)
    }
    #expect(both == [2, 8, 14, 20])
    #expect(!kills.contains { AcksSettings.isIdempotent(AcksGrade(.leader), repetition: $0) })
  }

  @Test("the broker is started again well before the window ends")
  func timeline() throws {
    for yaml in ["", Self.cluster + Self.control, "fault-window: 4s\n"] {
      let found = try settings(yaml)
      #expect(AcksSettings.killAtMs + found.downMs < found.faultWindowMs)
    }
  }

  @Test(
    "what cannot be measured is refused",
    arguments: [
      ("record-size: 16", "does not hold all that latency is told by"),
      ("partitions: [1, 2]", "one value"), ("kills: [1, 2]", "one value"),
      ("fault-window: 3s", "4s to 1h"), ("kills: 1001", "0 to 1000"),
      ("consumers: 3", "the suite acks does not use it"),
    ])
  func contradictions(yaml: String, part: String) throws {
    do throws(ScenarioError) {
      let scenario = try Scenario(yaml: Array(("suite: acks\n" + yaml).utf8), file: "mine.yaml")
      try scenario.validate()
      Issue.record("accepted: \(yaml)")
    } catch { #expect(error.description.contains(part), "\(error)") }
  }
}
