import KafkaFormat
import KafkaMessages
import Testing
import Transport

@testable import KafkaClient

/// Consumers, look-ups and admin calls while nodes die, hang, leave and come back.
@Suite struct ConsumerNodeLossTests {
  private final class Setup {
    let transport = FakeTransport()
    let cluster: ScriptedCluster
    let recorder = ConsumerRecorder()
    let consumer: Consumer<FakeTransport>

    init(_ properties: [String: String] = [:]) throws {
      cluster = ScriptedCluster(transport, nodes: 3)
      cluster.addTopic("t", partitions: 3)
      cluster.spreadLeaders("t", over: 3)
      cluster.grantsSessions = true
      var config = try ConsumerConfig(
        properties: properties, bootstrapServers: cluster.bootstrap)
      config.client.seed = 1
      consumer = Consumer(transport: transport, config: config)
      consumer.delegate = recorder
    }

    func store(_ partition: Int, _ value: String) throws {
      let target = try #require(cluster.topics["t"]?.partitions[partition])
      var builder = RecordBatchBuilder(capacity: 4096)
      let bytes = Array(value.utf8)
      let isIn = builder.append(timestamp: 1, key: nil, value: bytes.rawSpan)
      #expect(isIn)
      #expect(cluster.append(try builder.finish(RecordBatchOptions()), to: target).0 == .none)
    }

    func assign(_ start: StartPosition = .earliest, seconds: Double = 5) -> Bool {
      var result: Result<[PartitionHandle], ClientError>?
      consumer.assign((0..<3).map { (TopicPartition(topic: "t", partition: $0), start) }) {
        result = $0
      }
      transport.run(seconds: seconds) { result != nil }
      guard case .success? = result else { return false }
      return true
    }

    /// How long it takes until `value` is received, in seconds.
    func wait(for value: String, seconds: Double = 60) -> Double? {
      let start = transport.nowNanos
      transport.run(seconds: seconds) { recorder.values.contains(value) }
      guard recorder.values.contains(value) else { return nil }
      return Double(transport.nowNanos - start) / 1e9
    }
  }

  @Test(
    "fetches go on at the new leader, whether the dead node leaves the metadata",
    arguments: [true, false])
  func death(leaves: Bool) throws {
    let setup = try Setup()
    #expect(setup.assign())
    for partition in 0..<3 { try setup.store(partition, "before-\(partition)") }
    #expect(setup.wait(for: "before-1") != nil)
    setup.cluster.kill(1)
    setup.transport.run(seconds: 9)
    if leaves { setup.cluster.depart(1) }
    setup.cluster.lead("t", 1, by: 2)
    try setup.store(1, "after")
    let took = try #require(setup.wait(for: "after"))
    // The longest backoff of metadata, a fetch that was waiting, and a question for the epoch.
    #expect(took < 1.6)
  }

  @Test("a node that hangs is left as soon as the metadata do not name it")
  func hang() throws {
    let setup = try Setup()
    #expect(setup.assign())
    setup.transport.run(seconds: 1)
    setup.cluster.frozen = [1]
    setup.transport.run(seconds: 9)
    setup.cluster.depart(1)
    setup.cluster.lead("t", 1, by: 2)
    try setup.store(1, "after")
    let took = try #require(setup.wait(for: "after"))
    #expect(took < 7, "far below request.timeout.ms")
  }

  @Test("a node that comes back at another port is read from there at once")
  func newPort() throws {
    let setup = try Setup()
    #expect(setup.assign())
    setup.cluster.kill(1)
    setup.transport.run(seconds: 8)
    setup.cluster.restart(1, port: 9101)
    try setup.store(1, "after")
    let took = try #require(setup.wait(for: "after"))
    #expect(took < 1.5)
  }

  @Test(
    "the look-up of a start offset does not wait for a leader that is gone",
    arguments: ["refused", "left", "unreachable"])
  func lookUp(how: String) throws {
    let setup = try Setup()
    for partition in 0..<3 { try setup.store(partition, "v\(partition)") }
    setup.cluster.kill(1)
    if how == "left" { setup.cluster.depart(1) }
    if how == "unreachable", let node = setup.cluster.nodes[1] {
      setup.transport.unreachable = [node.address]
    }
    #expect(!setup.assign(seconds: 3))
    setup.cluster.lead("t", 1, by: 2)
    setup.cluster.depart(1)
    let took = try #require(setup.wait(for: "v1"))
    // What cannot even be refused takes `socket.connection.setup.timeout.ms`, 10 s.
    #expect(took < (how == "unreachable" ? 11 : 2.5))
  }

  @Test("an admin finds the leader anew that moved", arguments: [true, false])
  func adminOffsets(dies: Bool) throws {
    let setup = try Setup()
    try setup.store(1, "v")
    let config = AdminConfig(bootstrapServers: setup.cluster.bootstrap)
    let admin = Admin(transport: setup.transport, config: config)
    let name = TopicPartition(topic: "t", partition: 1)
    var result: Result<[TopicPartition: Result<ListedOffset, ClientError>], ClientError>?
    // The metadata that the admin sees first still name node 1.
    setup.cluster.offsetsFate = { node in node == 1 ? .notLeaderOrFollower : nil }
    if dies { setup.cluster.kill(1) }
    admin.listOffsets([name: .latest]) { result = $0 }
    setup.transport.run(seconds: 2)
    #expect(result == nil)
    setup.cluster.lead("t", 1, by: 2)
    setup.transport.run(seconds: 3) { result != nil }
    let offset = try #require(try result?.get()[name]?.get().offset)
    #expect(offset == 1)
    admin.close()
  }

  @Test("an admin waits for a partition's new leader")
  func adminWithoutLeader() throws {
    let setup = try Setup()
    try setup.store(1, "v")
    setup.cluster.lead("t", 1, by: -1)
    let config = AdminConfig(bootstrapServers: setup.cluster.bootstrap)
    let admin = Admin(transport: setup.transport, config: config)
    let name = TopicPartition(topic: "t", partition: 1)
    var result: Result<[TopicPartition: Result<ListedOffset, ClientError>], ClientError>?
    admin.listOffsets([name: .latest]) { result = $0 }
    setup.transport.run(seconds: 3)
    #expect(result == nil)
    setup.cluster.lead("t", 1, by: 2)
    setup.transport.run(seconds: 3) { result != nil }
    #expect(try result?.get()[name]?.get().offset == 1)
    admin.close()
  }
}
