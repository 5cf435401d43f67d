import KafkaFormat
import KafkaMessages
import Testing
import Transport

@testable import KafkaClient

/// Brokers whose answers are not what they claim to be: the process never traps, connections are
/// closed, and records are given up in time rather than lost in silence.
@Suite struct HostileBrokerTests {
  static func mutate(_ frame: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var frame = frame
    switch random.next() % 8 {
    // Another correlation id.
    case 0: frame[7] ^= 0x55
    // A size that lies: absurd, negative, one off.
    case 1: frame.replaceSubrange(0..<4, with: [0x7f, 0xff, 0xff, 0xff])
    case 2: frame.replaceSubrange(0..<4, with: [0xff, 0xff, 0xff, 0xf0])
    case 3: frame[3] &+= 1
    // Cut, with a size that fits.
    case 4 where frame.count > 9:
      let count = 8 + Int(random.next() % UInt64(frame.count - 8))
      frame = Array(frame[..<count])
      let size = UInt32(count - 4)
      for index in 0..<4 { frame[index] = UInt8(truncatingIfNeeded: size >> (24 - 8 * index)) }
    default:
      for _ in 0..<(1 + random.next() % 4) {
        let position = 8 + Int(random.next() % UInt64(max(1, frame.count - 8)))
        if position < frame.count { frame[position] = UInt8(truncatingIfNeeded: random.next()) }
      }
    }
    return frame
  }

  @Test("a producer survives bent answers and accounts for every record", arguments: 1...60)
  func producer(seed: UInt64) throws {
    let setup = try ProducerSetup(
      partitions: 2,
      [
        "batch.size": "300", "request.timeout.ms": "500", "delivery.timeout.ms": "4000",
        "max.block.ms": "20000",
      ], open: seed % 2 == 0, seed: seed)
    var random = SplitMix64(seed: seed)
    setup.cluster.bend = { _, frame in
      random.next() % 3 == 0 ? Self.mutate(frame, &random) : frame
    }
    if seed % 2 == 1 {
      var opened: Result<TopicHandle, ClientError>?
      setup.producer.openTopic("t") { opened = $0 }
      setup.transport.run(seconds: 30) { opened != nil }
      // Where it is not found by such answers, that is said in time.
      guard case .success(let topic) = try #require(opened) else { return }
      setup.topic = topic
    }
    for index in 0..<300 { setup.append(partition: Int32(index % 2)) }
    #expect(setup.appended > 0)
    let isDone = setup.flush(seconds: 60)
    #expect(isDone)
    #expect(setup.recorder.acknowledged + setup.recorder.failed == setup.appended)
    #expect(setup.producer.bufferedBytes == 0)
    let stored = (0..<2).reduce(0) { $0 + setup.cluster.values("t", $1).count }
    #expect(setup.recorder.acknowledged <= stored, "acknowledged, and not stored")
  }

  @Test("a consumer survives bent answers", arguments: 1...60)
  func consumer(seed: UInt64) throws {
    let setup = try ConsumerSetup(["max.partition.fetch.bytes": "400", "request.timeout.ms": "500"])
    try setup.fill(0..<30, codec: seed % 2 == 0 ? .none : .lz4)
    var random = SplitMix64(seed: seed)
    setup.cluster.bend = { _, frame in
      random.next() % 3 == 0 ? Self.mutate(frame, &random) : frame
    }
    var assigned: Result<[PartitionHandle], ClientError>?
    setup.consumer.assign([(TopicPartition(topic: "t", partition: 0), .earliest)]) {
      assigned = $0
    }
    setup.transport.run(seconds: 30) { setup.recorder.values.count >= 300 }
    setup.cluster.bend = { $1 }
    if case .success(let handles)? = assigned {
      setup.handles = handles
    } else if case .failure(let error) = try setup.assign() {
      // Bent answers said that no broker serves it. That is reported: the consumer has ended, or
      // the assignment failed for a call that the broker does not have, as it said.
      if case .unsupportedByBroker = error { return }
      #expect(setup.recorder.failure == error)
      return
    }
    try setup.fill(30..<32, codec: seed % 2 == 0 ? .none : .lz4)
    // Bent answers may have moved its position, or stopped it there. It reads from one that exists.
    setup.consumer.seek(setup.handles[0], to: .offset(300))
    let rest = Set((300..<320).map { "v\($0)" })
    setup.transport.run(seconds: 60) { rest.isSubset(of: setup.recorder.values) }
    #expect(setup.recorder.failure == nil)
    #expect(
      rest.isSubset(of: setup.recorder.values),
      "stuck at \(String(describing: setup.consumer.position(setup.handles[0])))")
    let stored = Set((0..<320).map { "v\($0)" })
    #expect(setup.recorder.values.allSatisfy(stored.contains), "never stored")
  }

  @Test("an answer to nothing, and one of a wrong correlation id, end the connection")
  func correlation() throws {
    let setup = try ProducerSetup(["linger.ms": "0"])
    let connection = try #require(setup.transport.connections.first { !$0.isClosed })
    connection.reply([0, 0, 0, 4, 0, 0, 0, 9])
    setup.transport.run(seconds: 0.001)
    #expect(connection.isClosed)
    setup.append()
    #expect(setup.flush())
    #expect(setup.recorder.acknowledged == 1)
  }
}

@Suite struct ClusterClientTests {
  @Test("addresses that nobody answers at are told, with their reasons, in bounded time")
  func unreachable() throws {
    let transport = FakeTransport()
    var config = try ProducerConfig(properties: ["bootstrap.servers": "a:1,b:2"])
    config.client.seed = 1
    let producer = try Producer(transport: transport, config: config)
    let recorder = ProducerRecorder()
    producer.delegate = recorder
    var result: Result<TopicHandle, ClientError>?
    let start = transport.nowNanos
    producer.openTopic("t") { result = $0 }
    transport.run(seconds: 100) { result != nil }
    guard case .failure(.noBrokerReachable(_, let reasons)) = result else {
      return #expect(Bool(false), "\(String(describing: result))")
    }
    #expect(reasons.count == 2 && reasons[0].hasPrefix("a:1"))
    #expect(!reasons[0].dropFirst().contains("a:1"), "an address once: \(reasons[0])")
    #expect(transport.nowNanos - start <= 10_000_000_000)
    #expect(recorder.failure != nil)
    // It went on trying, but not in a hot loop.
    #expect(transport.connections.count > 4 && transport.connections.count < 100)
  }

  @Test("one good address among bad ones is enough")
  func someReachable() throws {
    let setup = try ProducerSetup(open: false)
    var config = setup.producer.config
    config.client.bootstrapServers =
      [NetworkAddress(host: "gone", port: 1)] + setup.cluster.bootstrap
    let producer = try Producer(transport: setup.transport, config: config)
    var result: Result<TopicHandle, ClientError>?
    producer.openTopic("t") { result = $0 }
    setup.transport.run(seconds: 5) { result != nil }
    _ = try #require(result).get()
  }

  @Test("an older broker's versions are taken", arguments: [0, 2, 3] as [Int16])
  func olderBroker(newest: Int16) throws {
    let setup = try ProducerSetup(["acks": "1", "linger.ms": "0"], open: false)
    setup.cluster.versions = [
      .apiVersions: 0...newest, .metadata: 1...9, .produce: 3...8, .fetch: 4...11,
      .initProducerId: 0...1,
    ]
    try setup.open()
    setup.append()
    #expect(setup.flush())
    #expect(setup.cluster.values("t", 0) == ["v0"])
  }

  @Test("metadata are asked for again after metadata.max.age.ms, new partitions are seen")
  func metadataAge() throws {
    let setup = try ProducerSetup(["metadata.max.age.ms": "2000"])
    #expect(setup.producer.partitionCount(setup.topic) == 1)
    setup.cluster.topics["t"]?.partitions.append(ScriptedCluster.Partition(leader: 0))
    let before = setup.cluster.metadataRequests
    setup.transport.run(seconds: 3)
    #expect(setup.producer.partitionCount(setup.topic) == 2)
    #expect(setup.cluster.metadataRequests == before + 1)
  }

  @Test("zstd to a broker that is too old is refused, not stored as something else")
  func zstdTooOld() throws {
    let setup = try ProducerSetup(["compression.type": "zstd", "acks": "1"], open: false)
    setup.cluster.versions[.produce] = 3...6
    try setup.open()
    setup.append()
    setup.transport.run(seconds: 1)
    guard case .unsupportedByBroker = setup.recorder.failure else {
      return #expect(Bool(false), "\(String(describing: setup.recorder.failure))")
    }
    #expect(setup.recorder.failed == 1)
  }
}
