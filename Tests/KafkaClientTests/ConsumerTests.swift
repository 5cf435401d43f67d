import KafkaFormat
import KafkaMessages
import Testing
import Transport

@testable import KafkaClient

/// A consumer beside a scripted cluster with the topic `t`.
final class ConsumerSetup {
  let transport = FakeTransport()
  let cluster: ScriptedCluster
  let consumer: Consumer<FakeTransport>
  let recorder = ConsumerRecorder()
  var handles: [PartitionHandle] = []

  init(
    partitions: Int32 = 1, nodes: Int32 = 1, failsAboveLogEnd: Bool = false,
    _ properties: [String: String] = [:]
  ) throws {
    cluster = ScriptedCluster(transport, nodes: nodes)
    cluster.addTopic("t", partitions: partitions)
    var config = try ConsumerConfig(properties: properties, bootstrapServers: cluster.bootstrap)
    config.client.seed = 1
    config.failsAboveLogEnd = failsAboveLogEnd
    consumer = Consumer(transport: transport, config: config)
    consumer.delegate = recorder
  }

  var partition: ScriptedCluster.Partition? { cluster.topics["t"]?.partitions[0] }

  /// Stores batches of ten numbered records.
  func fill(_ batches: Range<Int>, partition: Int = 0, codec: CompressionCodec = .none) throws {
    let target = try #require(cluster.topics["t"]?.partitions[partition])
    let compressor = Compressor()
    for batch in batches {
      var builder = RecordBatchBuilder(capacity: 4096)
      for record in 0..<10 {
        let value = Array("v\(batch * 10 + record)".utf8)
        let isIn = builder.append(timestamp: 1, key: nil, value: value.rawSpan)
        #expect(isIn)
      }
      let bytes = try builder.finish(RecordBatchOptions(codec: codec), compressor: compressor)
      #expect(cluster.append(bytes, to: target).0 == .none)
    }
  }

  @discardableResult
  func assign(_ starts: [StartPosition?] = [.earliest]) throws -> Result<
    [PartitionHandle], ClientError
  > {
    var result: Result<[PartitionHandle], ClientError>?
    let wanted = starts.enumerated().map {
      (TopicPartition(topic: "t", partition: Int32($0.offset)), $0.element)
    }
    consumer.assign(wanted) { result = $0 }
    transport.run(seconds: 100) { result != nil }
    let outcome = try #require(result)
    handles = (try? outcome.get()) ?? []
    return outcome
  }

  func run(until count: Int, seconds: Double = 30) {
    transport.run(seconds: seconds) { self.recorder.values.count >= count }
  }
}

@Suite struct ConsumerTests {
  @Test("reads all, in order, once, of every codec", arguments: CompressionCodec.allCases)
  func all(codec: CompressionCodec) throws {
    let setup = try ConsumerSetup(["max.partition.fetch.bytes": "500"])
    try setup.fill(0..<50, codec: codec)
    try setup.assign()
    setup.run(until: 500)
    setup.transport.run(seconds: 2)
    #expect(setup.recorder.values == (0..<500).map { "v\($0)" })
    #expect(setup.recorder.offsets == (0..<500).map(Int64.init))
    #expect(setup.consumer.position(setup.handles[0]) == 500)
    #expect(setup.consumer.highWatermark(setup.handles[0]) == 500)
    #expect(setup.recorder.failures.isEmpty)
  }

  @Test("the next fetch is under way while records are handed out")
  func pipelined() throws {
    let setup = try ConsumerSetup(["max.partition.fetch.bytes": "500"])
    try setup.fill(0..<50)
    var underWay: [Bool] = []
    setup.recorder.onBatch = { [unowned setup] _ in
      underWay.append(setup.consumer.nodes[0]?.call != nil)
    }
    try setup.assign()
    setup.run(until: 500)
    #expect(underWay.allSatisfy { $0 })
  }

  @Test("latest starts at the end; a seek goes into the middle of a batch")
  func positions() throws {
    let setup = try ConsumerSetup()
    try setup.fill(0..<3)
    try setup.assign([.latest])
    try setup.fill(3..<4)
    setup.run(until: 10)
    #expect(setup.recorder.offsets == (30..<40).map(Int64.init))
    setup.recorder.offsets = []
    setup.consumer.seek(setup.handles[0], to: .offset(17))
    setup.transport.run(seconds: 1)
    #expect(setup.recorder.offsets == (17..<40).map(Int64.init))
  }

  @Test("a seek within a batch's call stands, before and after a pause", arguments: [true, false])
  func seekAndPause(pausesFirst: Bool) throws {
    let setup = try ConsumerSetup()
    try setup.fill(0..<3)
    var isFirst = true
    setup.recorder.onBatch = { [unowned setup] partition in
      guard isFirst else { return }
      isFirst = false
      if pausesFirst { setup.consumer.pause(partition) }
      setup.consumer.seek(partition, to: .offset(0))
      if !pausesFirst { setup.consumer.pause(partition) }
    }
    try setup.assign()
    setup.transport.run(seconds: 1)
    // A seek resumes; a pause after it holds.
    if !pausesFirst { #expect(setup.recorder.offsets == (0..<10).map(Int64.init)) }
    setup.consumer.resume(setup.handles[0])
    setup.transport.run(seconds: 1)
    #expect(setup.recorder.offsets == (Array(0..<10) + Array(0..<30)).map(Int64.init))
  }

  @Test("a pause and a resume within a batch's call cost no record, and bring none twice")
  func pauseAndResume() throws {
    let setup = try ConsumerSetup()
    try setup.fill(0..<3)
    setup.recorder.onBatch = { [unowned setup] partition in
      setup.consumer.pause(partition)
      setup.consumer.resume(partition)
    }
    try setup.assign()
    setup.run(until: 30)
    setup.transport.run(seconds: 1)
    #expect(setup.recorder.offsets == (0..<30).map(Int64.init))
  }

  @Test("pause holds the position, resume goes on without loss")
  func pausing() throws {
    let setup = try ConsumerSetup(["max.partition.fetch.bytes": "400"])
    try setup.fill(0..<30)
    var batches = 0
    setup.recorder.onBatch = { [unowned setup] partition in
      batches += 1
      if batches % 4 == 0 { setup.consumer.pause(partition) }
    }
    try setup.assign()
    for _ in 0..<20 {
      setup.transport.run(seconds: 1)
      setup.consumer.resume(setup.handles[0])
    }
    #expect(setup.recorder.offsets == (0..<300).map(Int64.init))
  }

  @Test("a new leader is found")
  func newLeader() throws {
    let setup = try ConsumerSetup(nodes: 2)
    try setup.fill(0..<5)
    try setup.assign()
    setup.run(until: 50)
    setup.partition?.leader = 1
    setup.partition?.leaderEpoch = 1
    try setup.fill(5..<10)
    setup.run(until: 100)
    #expect(setup.recorder.offsets == (0..<100).map(Int64.init))
  }

  @Test("connections that end and errors that pass lose nothing")
  func faults() throws {
    let setup = try ConsumerSetup(partitions: 2, ["max.partition.fetch.bytes": "400"])
    try setup.fill(0..<30)
    try setup.fill(0..<30, partition: 1)
    var random = SplitMix64(seed: 4)
    setup.cluster.fetchFate = { _, _ in
      switch random.next() % 10 {
      case 0: .disconnect(stored: false)
      case 1: .fail(.notLeaderOrFollower)
      case 2: .fail(.kafkaStorageError)
      default: .normal
      }
    }
    try setup.assign([.earliest, .offset(0)])
    setup.run(until: 600, seconds: 600)
    #expect(setup.recorder.values.count == 600)
    #expect(Set(setup.recorder.values).count == 300)
  }

  @Test("out of range goes where auto.offset.reset says, and is told; none stops the partition")
  func outOfRange() throws {
    let setup = try ConsumerSetup(["auto.offset.reset": "earliest"])
    try setup.fill(0..<10)
    setup.partition?.startOffset = 40
    setup.partition?.batches.removeFirst(4)
    try setup.assign([.offset(5)])
    setup.run(until: 60)
    #expect(setup.recorder.offsets == (40..<100).map(Int64.init))
    #expect(setup.recorder.resets.map(\.from) == [5])
    let strict = try ConsumerSetup(["auto.offset.reset": "none"])
    try strict.assign([.offset(5)])
    strict.transport.run(seconds: 1)
    #expect(strict.recorder.failures == [.offsetOutOfRange(topic: "t", partition: 0, offset: 5)])
  }

  @Test("a batch that was damaged stops its partition there; check.crcs=false lets it pass")
  func damaged() throws {
    for isChecked in [true, false] {
      let setup = try ConsumerSetup(["check.crcs": "\(isChecked)"])
      try setup.fill(0..<3)
      let partition = try #require(setup.partition)
      let last = partition.batches[1].count - 2
      partition.batches[1][last] ^= 1
      try setup.assign()
      setup.transport.run(seconds: 2)
      #expect(setup.recorder.values.count == (isChecked ? 10 : 30))
      #expect(setup.recorder.failures.count == (isChecked ? 1 : 0))
      #expect(setup.consumer.position(setup.handles[0]) == (isChecked ? 10 : 30))
    }
  }

  @Test("a decompressed batch over the limit is an error")
  func bomb() throws {
    let setup = try ConsumerSetup()
    try setup.fill(0..<1, codec: .zstd)
    var config = try ConsumerConfig(
      properties: [:], bootstrapServers: setup.cluster.bootstrap)
    config.maxDecompressedBatchBytes = 20
    let consumer = Consumer(transport: setup.transport, config: config)
    consumer.delegate = setup.recorder
    consumer.assign([(TopicPartition(topic: "t", partition: 0), .earliest)]) { _ in }
    setup.transport.run(seconds: 1)
    #expect(setup.recorder.failures.count == 1 && setup.recorder.values.isEmpty)
  }

  @Test("control batches are passed over")
  func control() throws {
    let setup = try ConsumerSetup()
    try setup.fill(0..<1)
    var builder = RecordBatchBuilder(capacity: 512)
    let key: [UInt8] = [0, 0, 0, 1]
    let isIn = builder.append(timestamp: 1, key: key.rawSpan, value: key.rawSpan)
    #expect(isIn)
    var options = RecordBatchOptions()
    options.isControl = true
    options.isTransactional = true
    let partition = try #require(setup.partition)
    #expect(setup.cluster.append(try builder.finish(options), to: partition).0 == .none)
    try setup.fill(1..<2)
    try setup.assign()
    setup.run(until: 20)
    #expect(setup.recorder.values == (0..<20).map { "v\($0)" })
    #expect(setup.recorder.offsets.last == 20)
  }

  @Test("a partition that does not exist is told")
  func unknown() throws {
    let setup = try ConsumerSetup()
    let outcome = try setup.assign([.earliest, .earliest])
    guard case .failure(.unknownPartition("t", 1)) = outcome else {
      return #expect(Bool(false), "\(outcome)")
    }
  }
}
