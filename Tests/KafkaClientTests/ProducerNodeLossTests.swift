import KafkaFormat
import Testing
import Transport

@testable import KafkaClient

/// A producer while nodes die, hang, leave and come back. All times are the fake clock's.
@Suite struct ProducerNodeLossTests {
  /// Appends to each of three partitions every 10 ms, and notes when each was acknowledged.
  private final class Load {
    let setup: ProducerSetup
    var appended = [0, 0, 0]

    init(_ properties: [String: String], leaders: Int32 = 3) throws {
      var all = ["linger.ms": "0", "batch.size": "300"]
      all.merge(properties) { $1 }
      setup = try ProducerSetup(partitions: 3, nodes: 3, all, open: false)
      setup.cluster.spreadLeaders("t", over: leaders)
      try setup.open()
    }

    var cluster: ScriptedCluster { setup.cluster }

    func run(seconds: Double) {
      let end = setup.transport.nowNanos + Int64(seconds * 1e9)
      while setup.transport.nowNanos < end {
        for partition in 0..<3 {
          let value = "\(partition)-\(appended[partition])"
          if case .appended = setup.append(value, partition: Int32(partition)) {
            appended[partition] += 1
          }
        }
        setup.transport.run(seconds: 0.01)
      }
    }

    /// When a partition's first batch after `nanos` was acknowledged, in seconds after it.
    func firstAck(_ partition: Int32, after nanos: Int64) -> Double? {
      setup.recorder.entries.first {
        $0.partition == partition && $0.error == nil && $0.completedNanos > nanos
      }.map { Double($0.completedNanos - nanos) / 1e9 }
    }

    func expectAll(inOrder: Bool) {
      #expect(setup.flush(seconds: 60))
      #expect(setup.recorder.failed == 0)
      for partition in 0..<3 {
        let expected = (0..<appended[partition]).map { "\(partition)-\($0)" }
        let stored = setup.cluster.values("t", partition)
        if inOrder { #expect(stored == expected) } else { #expect(Set(stored) == Set(expected)) }
      }
    }
  }

  static let levels: [[String: String]] = [
    ["acks": "all", "enable.idempotence": "true"], ["acks": "all", "enable.idempotence": "false"],
    ["acks": "1"],
  ]

  @Test(
    "a dead node's partitions go on at their new leaders at once, whether it leaves the metadata",
    arguments: levels, [true, false])
  func death(level: [String: String], leaves: Bool) throws {
    let load = try Load(level)
    load.run(seconds: 1)
    load.cluster.kill(1)
    // As long as a controller takes to give a broker up.
    load.run(seconds: 9)
    if leaves { load.cluster.depart(1) }
    load.cluster.lead("t", 1, by: 2)
    let moved = load.setup.transport.nowNanos
    load.run(seconds: 3)
    let silence = try #require(load.firstAck(1, after: moved))
    #expect(silence < 1.5, "after the new leader was known to the brokers")
    load.expectAll(inOrder: level["enable.idempotence"] == "true")
  }

  @Test("acks=0 goes on at the new leader")
  func deathWithoutAcks() throws {
    let load = try Load(["acks": "0"])
    load.run(seconds: 1)
    load.cluster.kill(1)
    load.run(seconds: 2)
    load.cluster.depart(1)
    load.cluster.lead("t", 1, by: 2)
    load.run(seconds: 3)
    let before = load.cluster.values("t", 1).count
    load.run(seconds: 1)
    #expect(load.cluster.values("t", 1).count > before)
    #expect(load.setup.flush(seconds: 60))
  }

  @Test("a leader that moves while batches are in flight costs no backoff", arguments: levels)
  func moveInFlight(level: [String: String]) throws {
    let load = try Load(level)
    for round in 1...6 {
      load.run(seconds: 0.5)
      // Refused several times before the metadata name the new leader: the backoff has grown.
      load.cluster.produceFate = { _, partition, _ in
        partition == 1 ? .fail(.notLeaderOrFollower) : .normal
      }
      load.run(seconds: 3)
      load.cluster.produceFate = { _, _, _ in .normal }
      load.cluster.lead("t", 1, by: round % 2 == 0 ? 1 : 2)
      let moved = load.setup.transport.nowNanos
      load.run(seconds: 1)
      let silence = try #require(load.firstAck(1, after: moved))
      #expect(silence < 0.75)
    }
    load.expectAll(inOrder: level["enable.idempotence"] == "true")
  }

  @Test("a node that comes back at another port is used there at once", arguments: levels)
  func newPort(level: [String: String]) throws {
    let load = try Load(level)
    load.run(seconds: 1)
    load.cluster.kill(1)
    load.run(seconds: 8)
    load.cluster.restart(1, port: 9101)
    let back = load.setup.transport.nowNanos
    load.run(seconds: 3)
    let silence = try #require(load.firstAck(1, after: back))
    #expect(silence < 1.5)
    load.expectAll(inOrder: level["enable.idempotence"] == "true")
  }

  @Test("each node in turn dies and comes back, and nothing is lost", arguments: levels)
  func eachInTurn(level: [String: String]) throws {
    let load = try Load(level)
    for node in [Int32(0), 1, 2] {
      load.run(seconds: 0.5)
      load.cluster.kill(node)
      load.run(seconds: 2)
      load.cluster.depart(node)
      for partition in 0..<3
      where load.cluster.topics["t"]?.partitions[partition].leader == node {
        load.cluster.lead("t", Int32(partition), by: (node + 1) % 3)
      }
      load.run(seconds: 2)
      load.cluster.restart(node)
    }
    load.expectAll(inOrder: level["enable.idempotence"] == "true")
  }

  @Test("a node that hangs is left as soon as the metadata do not name it", arguments: levels)
  func hang(level: [String: String]) throws {
    let load = try Load(level)
    load.run(seconds: 1)
    load.cluster.frozen = [1]
    load.run(seconds: 9)
    load.cluster.depart(1)
    load.cluster.lead("t", 1, by: 2)
    let moved = load.setup.transport.nowNanos
    load.run(seconds: 10)
    let silence = try #require(load.firstAck(1, after: moved))
    #expect(silence < 7, "far below request.timeout.ms")
    load.expectAll(inOrder: level["enable.idempotence"] == "true")
  }

  @Test("metadata that one broker owes are asked of another")
  func silentMetadata() throws {
    let load = try Load(["acks": "1"], leaders: 1)
    load.run(seconds: 0.5)
    // The only connection is to node 0, which hangs and is given up.
    load.cluster.frozen = [0]
    load.cluster.depart(0)
    for partition in 0..<3 { load.cluster.lead("t", Int32(partition), by: 1) }
    let moved = load.setup.transport.nowNanos
    load.run(seconds: 12)
    let silence = try #require(load.firstAck(0, after: moved))
    #expect(silence < 10)
    load.expectAll(inOrder: false)
  }
}
