import Testing

@testable import LoadModel

@Suite struct FailoverSettingsTests {
  private func scenario(_ flags: [String: String]) throws -> Scenario {
    var scenario = try #require(try BuiltInScenarios.scenario(named: "failover"))
    for (name, text) in flags.sorted(by: { $0.key < $1.key }) {
      try ScenarioSchema.set(flag: name, to: [text], in: &scenario)
    }
    try scenario.validate()
    return scenario
  }

  private func settings(_ flags: [String: String]) throws -> FailoverSettings {
    FailoverSettings(try scenario(flags).withSuiteDefaults())
  }

  @Test("a cluster without a command for its brokers has its leaders moved, and the rest is named")
  func withoutControl() throws {
    let settings = try settings(["bootstrap": "a:1,b:1,c:1"])
    #expect(settings.kinds == [.moveLeader])
    let text = try #require(settings.leftOut)
    #expect(
      text == "Not planted: kill, controller kill, pause (brokers of a cluster need"
        + " `--broker-control`); link cut, link delay (links of a cluster need `--link`).")
    #expect(try scenario(["bootstrap": "a:1"]).plan().notes.contains(text))
  }

  @Test("with control, replicas and links every fault is planted, and nothing is left out")
  func whole() throws {
    let settings = try settings([
      "bootstrap": "a:1", "broker-control": "x {action} {node}", "link": "client-1=9:a:1",
    ])
    #expect(settings.kinds == FailoverKind.allCases)
    #expect(settings.leftOut == nil)
    #expect(settings.grades.map(\.name) == ["acks=1", "acks=all, min ISR 2"])
    #expect(settings.turns.count == 12)
  }

  @Test("our own broker has no one to fail over to")
  func own() throws {
    let settings = try settings([:])
    #expect(settings.kinds == [.kill, .pause, .cutLink, .delayLink])
    #expect(settings.replicationFactor == 1 && settings.awayMs == 3000)
  }

  @Test("faults lie within the window, and are undone before it ends")
  func times() throws {
    let settings = try settings(["bootstrap": "a:1", "broker-control": "{action} {node}"])
    for kind in FailoverKind.allCases {
      let fault = settings.fault(kind, node: 2, repetition: 1)
      #expect(fault.atMs > 0)
      #expect(fault.atMs + (fault.durationMs ?? 0) < settings.windowMs(kind))
    }
    // Kafka notices a death after nine seconds: a node must be away for longer.
    #expect(settings.fault(.kill, node: 2, repetition: 1).durationMs == 14_000)
    #expect(settings.fault(.moveLeader, node: 0, repetition: 3).target == .leader(partition: 2))
    #expect(settings.fault(.controllerKill, node: 0, repetition: 1).target == .controller)
  }

  @Test("the plan states the time of each part, and a brief one is shorter")
  func plan() throws {
    let flags = ["bootstrap": "a:1", "broker-control": "{action} {node}"]
    let plan = try scenario(flags).plan()
    let note = try #require(plan.notes.first)
    #expect(note.hasPrefix("Parts: kill ") && note.contains("controller kill"))
    #expect(plan.order.count == plan.steps.count * 3)
    let brief = try scenario(flags.merging(["brief": "true"]) { $1 }).plan()
    #expect(brief.seconds < plan.seconds / 2)
  }

  @Test(
    "what cannot be planted is refused with what can",
    arguments: [
      (["fault-kinds": "kill", "bootstrap": "a:1"], "kill: brokers of a cluster need"),
      (["fault-kinds": "move-leader"], "move-leader: one replica has nobody else to lead"),
      (["fault-kinds": "cut-link", "bootstrap": "a:1"], "cut-link: links of a cluster need"),
      (["fault-kinds": "controller-kill"], "one broker is its own controller"),
      (["fault-kinds": "burn"], "allowed: kill, controller-kill"),
      (["rate": "max"], "a silence is only seen where records come at a rate"),
      (["rate": "10,20"], "allowed: one value"),
      (["record-size": "16B"], "allowed: 32 to 256MiB"),
      (["link": "a=1:b:2"], "with bootstrap"),
      (["link": "a b=1:b:2"], "NAME=PORT:HOST:PORT"), (["link": "a=b:2"], "NAME=PORT:HOST:PORT"),
    ])
  func refusals(flags: [String: String], message: String) {
    do {
      _ = try scenario(flags)
      Issue.record("\(flags) was taken")
    } catch { #expect("\(error)".contains(message), "\(error)") }
  }
}
