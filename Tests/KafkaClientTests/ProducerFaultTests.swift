import KafkaFormat
import Testing
import Transport

@testable import KafkaClient

@Suite struct ProducerFaultTests {
  /// Errors that a broker may give, connections that end, answers that never come.
  private func faults(_ seed: UInt64) -> () -> ScriptedCluster.Fate {
    var random = SplitMix64(seed: seed)
    return {
      switch random.next() % 12 {
      case 0: .fail(.notLeaderOrFollower)
      case 1: .fail(.notEnoughReplicas)
      case 2: .storeAndFail(.requestTimedOut)
      case 3: .storeAndFail(.notEnoughReplicasAfterAppend)
      case 4: .disconnect(stored: false)
      case 5: .disconnect(stored: true)
      case 6 where random.next() % 4 == 0: .silence
      default: .normal
      }
    }
  }

  @Test("idempotent: nothing lost, doubled or reordered, whatever fails", arguments: 1...40)
  func idempotent(seed: UInt64) throws {
    let setup = try ProducerSetup(
      partitions: 3, ["batch.size": "300", "request.timeout.ms": "1000"], seed: seed)
    let next = faults(seed)
    setup.cluster.produceFate = { _, _, _ in next() }
    for index in 0..<900 {
      setup.append(partition: Int32(index % 3))
      if index % 90 == 0 { setup.transport.run(seconds: 0.02) }
    }
    #expect(setup.flush())
    for partition in 0..<3 {
      let expected = stride(from: partition, to: 900, by: 3).map { "v\($0)" }
      #expect(setup.cluster.values("t", partition) == expected)
    }
    let entries = setup.recorder.entries
    #expect(setup.recorder.acknowledged == 900 && setup.recorder.failed == 0)
    #expect(entries.contains { $0.attempts > 1 })
    #expect(entries.allSatisfy { !$0.wasReordered && !$0.mayBeDuplicated })
  }

  @Test(
    "without idempotence nothing is lost, and what may be doubled or reordered is said",
    arguments: 1...20)
  func notIdempotent(seed: UInt64) throws {
    let setup = try ProducerSetup(
      ["acks": "1", "batch.size": "300", "request.timeout.ms": "1000"], seed: seed)
    let next = faults(seed)
    setup.cluster.produceFate = { _, _, _ in next() }
    for index in 0..<600 {
      setup.append()
      if index % 60 == 0 { setup.transport.run(seconds: 0.02) }
    }
    #expect(setup.flush())
    let stored = setup.cluster.values("t", 0)
    #expect(Set(stored) == Set((0..<600).map { "v\($0)" }))
    let entries = setup.recorder.entries
    if stored.count > 600 { #expect(entries.contains { $0.mayBeDuplicated }) }
    var seen: Set<String> = []
    let first = stored.filter { seen.insert($0).inserted }
    if first != (0..<600).map({ "v\($0)" }) {
      #expect(entries.contains { $0.wasReordered || $0.mayBeDuplicated })
    }
  }

  @Test("one request in flight keeps the order without idempotence")
  func oneInFlight() throws {
    let setup = try ProducerSetup([
      "acks": "1", "batch.size": "300", "max.in.flight.requests.per.connection": "1",
    ])
    var count = 0
    setup.cluster.produceFate = { _, _, _ in
      count += 1
      return count % 3 == 0 ? .fail(.notLeaderOrFollower) : .normal
    }
    for _ in 0..<600 { setup.append() }
    #expect(setup.flush())
    #expect(setup.cluster.values("t", 0) == (0..<600).map { "v\($0)" })
    #expect(setup.recorder.entries.allSatisfy { !$0.wasReordered })
  }

  @Test("delivery.timeout.ms ends the retries, and the sequence goes on behind the gap")
  func deliveryTimeout() throws {
    let setup = try ProducerSetup([
      "delivery.timeout.ms": "3000", "request.timeout.ms": "500", "linger.ms": "0",
    ])
    var isBroken = true
    setup.cluster.produceFate = { _, _, _ in isBroken ? .fail(.notEnoughReplicas) : .normal }
    setup.append("lost")
    setup.transport.run(seconds: 5)
    let entry = try #require(setup.recorder.entries.first)
    #expect(entry.error == .timedOut("delivery", afterMs: 3000))
    let lasted = entry.completedNanos - entry.openedNanos
    #expect(lasted >= 3_000_000_000 && lasted < 3_500_000_000)
    isBroken = false
    setup.append("kept")
    #expect(setup.flush())
    #expect(setup.cluster.values("t", 0) == ["kept"])
  }

  @Test(
    "delivery.timeout.ms also ends batches whose answer never comes, and what waits behind them",
    arguments: [1, 5])
  func silence(inFlight: Int) throws {
    let setup = try ProducerSetup([
      "delivery.timeout.ms": "2000", "request.timeout.ms": "900", "linger.ms": "0",
      "max.in.flight.requests.per.connection": "\(inFlight)",
    ])
    setup.cluster.produceFate = { _, _, _ in .silence }
    for _ in 0..<5 {
      setup.append()
      setup.transport.run(seconds: 0.1)
    }
    setup.transport.run(seconds: 5)
    #expect(setup.recorder.failed == 5)
    #expect(setup.producer.bufferedBytes == 0)
  }

  @Test("an error that is not retriable fails its batch alone")
  func notRetriable() throws {
    let setup = try ProducerSetup(["batch.size": "200", "linger.ms": "0"])
    var count = 0
    setup.cluster.produceFate = { _, _, _ in
      count += 1
      return count == 3 ? .fail(.messageTooLarge) : .normal
    }
    for _ in 0..<300 { setup.append() }
    #expect(setup.flush())
    let failed = setup.recorder.entries.filter { $0.error != nil }
    #expect(failed.count == 1)
    #expect(failed.first?.error?.code == .messageTooLarge)
    let lost = try #require(failed.first)
    let missing = lost.firstRecordIndex..<(lost.firstRecordIndex + Int64(lost.recordCount))
    let expected = (0..<300).filter { !missing.contains(Int64($0)) }.map { "v\($0)" }
    #expect(setup.cluster.values("t", 0) == expected)
  }

  @Test("retries=0 gives up at once")
  func noRetries() throws {
    let setup = try ProducerSetup(["retries": "0", "acks": "1", "linger.ms": "0"])
    setup.cluster.produceFate = { _, _, _ in .fail(.notEnoughReplicas) }
    setup.append()
    setup.transport.run(seconds: 1)
    let codes = setup.recorder.entries.map { $0.error?.code }
    #expect(codes == [ErrorCode.notEnoughReplicas])
    #expect(setup.recorder.entries.map(\.attempts) == [1])
  }

  @Test("a forgotten producer begins anew")
  func forgottenProducer() throws {
    let setup = try ProducerSetup(["linger.ms": "0"])
    setup.append()
    #expect(setup.flush())
    var isFirst = true
    setup.cluster.produceFate = { _, _, _ in
      defer { isFirst = false }
      return isFirst ? .fail(.unknownProducerId) : .normal
    }
    setup.append()
    #expect(setup.flush())
    #expect(setup.cluster.values("t", 0) == ["v0", "v1"])
    #expect(setup.recorder.failed == 0)
  }

  @Test("a new leader is found, and the order kept")
  func newLeader() throws {
    let setup = try ProducerSetup(nodes: 2, ["batch.size": "300"])
    for _ in 0..<300 { setup.append() }
    setup.transport.run(seconds: 0.01)
    let partition = try #require(setup.cluster.topics["t"]?.partitions[0])
    partition.leader = 1
    partition.leaderEpoch = 1
    for _ in 0..<300 { setup.append() }
    #expect(setup.flush())
    #expect(setup.cluster.values("t", 0) == (0..<600).map { "v\($0)" })
    #expect(setup.transport.connections.contains { $0.peer.port == 9001 })
  }

  @Test("the same seed gives the same run")
  func deterministic() throws {
    func run() throws -> [Int64] {
      let setup = try ProducerSetup(["batch.size": "300", "request.timeout.ms": "1000"], seed: 9)
      let next = faults(9)
      setup.cluster.produceFate = { _, _, _ in next() }
      for _ in 0..<600 { setup.append() }
      #expect(setup.flush())
      return setup.recorder.entries.map(\.completedNanos)
    }
    #expect(try run() == run())
  }
}
