import Testing

@testable import LoadModel

@Suite("Replicas of a run's topics")
struct ReplicationTests {
  private func scenario(_ yaml: String) throws -> Scenario {
    try Scenario(yaml: Array(yaml.utf8), file: "mine.yaml")
  }

  private func refusal(_ yaml: String) throws -> String {
    let scenario = try scenario(yaml)
    do throws(ScenarioError) {
      try scenario.validate()
      return "accepted"
    } catch { return error.description }
  }

  @Test("more replicas in sync than there are is refused where it stands")
  func tooMany() throws {
    #expect(
      try refusal("bootstrap: a:1\nreplication-factor: 2\nmin-insync-replicas: [1, 3]\n")
        == "mine.yaml:3:22: min-insync-replicas: of 2 replicas never 3 are in sync; allowed: up to"
        + " replication-factor (2)")
    #expect(try refusal("min-insync-replicas: 2").contains("of 1 replica never 2 are in sync"))
    #expect(
      try refusal("bootstrap: a:1\nreplication-factor: 3\nmin-insync-replicas: [1, 3]")
        == "accepted")
  }

  @Test("an existing topic, and a topic configuration that says the same, are refused")
  func twice() throws {
    let three = "bootstrap: a:1\nreplication-factor: 3\nmin-insync-replicas: 2\n"
    #expect(try refusal(three + "topic: t").contains("an existing topic keeps its own"))
    #expect(
      try refusal(three + "topic-config:\n  min.insync.replicas: 1")
        .contains("allowed: one of the two"))
  }

  @Test("every suite takes them on a cluster, and one value", arguments: Suite.allCases)
  func suites(suite: Suite) throws {
    let cluster = "suite: \(suite.rawValue)\nbootstrap: a:1,b:2,c:3\n"
    #expect(
      try refusal(cluster + "replication-factor: 3\nmin-insync-replicas: 2\n") == "accepted")
    #expect(
      try refusal("suite: \(suite.rawValue)\nreplication-factor: 3\n")
        .contains("3 replicas need as many brokers"))
    #expect(
      try refusal(cluster + "replication-factor: 2\nmin-insync-replicas: 3\n")
        .contains("of 2 replicas never 3 are in sync"))
    #expect(try refusal(cluster + "replication-factor: [1, 3]\n").contains("one value"))
    let several = try refusal(
      cluster + "replication-factor: 3\nmin-insync-replicas: [1, 2]\n")
    // These two compare levels of acks, of which min ISR is a part.
    let comparesLevels = [.acks, .failover].contains(suite)
    #expect(comparesLevels ? several == "accepted" : several.contains("one value"))
  }

  @Test("a cluster that has too few brokers is named with their number")
  func brokers() throws {
    let three = try scenario("bootstrap: a:1\nreplication-factor: [1, 3]")
    #expect(three.replicationRefusal(brokers: 3) == nil)
    #expect(
      three.replicationRefusal(brokers: 2)
        == "--replication-factor 3: the cluster has 2 brokers that are alive; allowed: 1 to 2")
    #expect(three.replicationRefusal(brokers: 1)?.hasSuffix("allowed: 1") == true)
    // A topic that is there has its replicas.
    let existing = try scenario("bootstrap: a:1\nreplication-factor: 3\ntopic: t")
    #expect(existing.replicationRefusal(brokers: 1) == nil)
    // Without a word the suite acks takes three.
    let suite = try scenario("bootstrap: a:1\nsuite: acks").withSuiteDefaults()
    #expect(suite.replicationRefusal(brokers: 2)?.contains("--replication-factor 3") == true)
  }

  @Test("replicas in sync matter to acks=all with several replicas alone")
  func experiments() {
    var one = Workload()
    one.replicationFactor = 3
    one.minInsyncReplicas = 1
    var two = one
    two.minInsyncReplicas = 2
    #expect(!one.isSameExperiment(as: two))
    (one.acks, two.acks) = (.leader, .leader)
    #expect(one.isSameExperiment(as: two))
  }
}
