import KafkaFormat
import Testing

@testable import KafkaClient

/// Leader epochs (KIP-320) and replicas in the reader's rack (KIP-392).
@Suite struct ConsumerEpochTests {
  @Test("a fetch carries the leader's epoch, and a new one is used after a change of leader")
  func epochIsSent() throws {
    let setup = try ConsumerSetup(nodes: 2)
    try setup.fill(0..<5)
    try setup.assign()
    setup.run(until: 50)
    #expect(setup.cluster.fetches.last?.topics.first?.partitions.first?.currentLeaderEpoch == 0)
    setup.partition?.elect(1)
    try setup.fill(5..<10)
    setup.run(until: 100)
    #expect(setup.recorder.offsets == (0..<100).map(Int64.init))
    #expect(setup.cluster.fetches.last?.topics.first?.partitions.first?.currentLeaderEpoch == 1)
    #expect(setup.recorder.truncations.isEmpty && setup.recorder.failures.isEmpty)
  }

  @Test("a truncated log is noticed even where it has grown past the position again")
  func truncated() throws {
    let setup = try ConsumerSetup(nodes: 2, ["auto.offset.reset": "earliest"])
    try setup.fill(0..<5)
    try setup.assign()
    setup.run(until: 50)
    setup.partition?.elect(1, truncatingTo: 30)
    try setup.fill(10..<20)
    setup.run(until: 150)
    #expect(setup.recorder.truncations.map(\.from) == [50])
    #expect(setup.recorder.truncations.map(\.to) == [30])
    let again = (30..<130).map(Int64.init)
    #expect(setup.recorder.offsets == (0..<50).map(Int64.init) + again)
    #expect(setup.recorder.values.suffix(100) == (100..<200).map { "v\($0)" }[...])
  }

  @Test("with auto.offset.reset=none a truncated log stops the partition, with the offsets")
  func truncatedWithoutReset() throws {
    let setup = try ConsumerSetup(nodes: 2, ["auto.offset.reset": "none"])
    try setup.fill(0..<5)
    try setup.assign([.earliest])
    setup.run(until: 50)
    setup.partition?.elect(1, truncatingTo: 30)
    try setup.fill(10..<20)
    setup.transport.run(seconds: 5)
    #expect(setup.recorder.values.count == 50)
    let error = ClientError.logTruncated(
      topic: "t", partition: 0, offset: 50, divergentOffset: 30)
    #expect(setup.recorder.failures == [error])
    #expect(
      error.description == """
        the log of t-0 was truncated: records from offset 30 to 49, which were read, are no longer \
        in it
        """)
  }

  @Test("a broker without OffsetForLeaderEpoch is read on from")
  func withoutEpochs() throws {
    let setup = try ConsumerSetup(nodes: 2)
    setup.cluster.versions[.offsetForLeaderEpoch] = nil
    try setup.fill(0..<5)
    try setup.assign()
    setup.run(until: 50)
    setup.partition?.elect(1)
    try setup.fill(5..<10)
    setup.run(until: 100)
    #expect(setup.recorder.offsets == (0..<100).map(Int64.init))
  }

  @Test("client.rack reads from the replica that the leader names, and from the leader if it fails")
  func rack() throws {
    let setup = try ConsumerSetup(nodes: 3, ["client.rack": "rack"])
    setup.partition?.readReplica = 2
    try setup.fill(0..<5)
    try setup.assign()
    setup.run(until: 50)
    #expect(Set(setup.cluster.servedBy) == [2])
    #expect(setup.cluster.fetches.allSatisfy { $0.rackId == "rack" })
    // The replica dies, and the leader names no other.
    setup.partition?.readReplica = nil
    for connection in setup.transport.connections where connection.peer.port == 9002 {
      connection.drop(.reset)
    }
    setup.transport.servers[.init(host: "broker", port: 9002)] = nil
    try setup.fill(5..<10)
    setup.run(until: 100)
    #expect(setup.recorder.offsets == (0..<100).map(Int64.init))
    #expect(setup.cluster.servedBy.last == 0)
    #expect(setup.recorder.failures.isEmpty && setup.recorder.resets.isEmpty)
  }

  @Test("an offset that a replica does not have is asked for at the leader, without a reset")
  func replicaOutOfRange() throws {
    let setup = try ConsumerSetup(nodes: 2, ["client.rack": "rack"])
    setup.partition?.readReplica = 1
    try setup.fill(0..<5)
    var failures = 1
    setup.cluster.fetchFate = { [unowned setup] _, _ in
      guard failures > 0, setup.consumer.nodes[1]?.call != nil else { return .normal }
      failures -= 1
      return .fail(.offsetOutOfRange)
    }
    try setup.assign()
    setup.run(until: 50)
    #expect(failures == 0)
    #expect(setup.recorder.offsets == (0..<50).map(Int64.init))
    #expect(setup.recorder.resets.isEmpty)
  }
}
