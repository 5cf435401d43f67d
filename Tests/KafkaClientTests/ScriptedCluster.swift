import KafkaFormat
import KafkaMessages
import Transport

/// Brokers in memory, as far as a client can tell: they store batches, check sequences as Kafka
/// does, and fail where the test says so.
final class ScriptedCluster {
  struct ProducerState {
    var epoch: Int16
    var lastBatches: [(first: Int32, last: Int32, offset: Int64)]
  }

  final class Partition {
    var leader: Int32
    var leaderEpoch: Int32 = 0
    var replicas: [Int32] = [0]
    var inSync: [Int32] = [0]
    var batches: [[UInt8]] = []
    var endOffset: Int64 = 0
    var startOffset: Int64 = 0
    /// As a Fetch is answered; nil: the end.
    var highWatermark: Int64?
    var producers: [Int64: ProducerState] = [:]
    /// Where each leader epoch begins.
    var epochStarts: [(epoch: Int32, offset: Int64)] = [(0, 0)]
    /// The replica that the leader names for readers with a rack.
    var readReplica: Int32?

    /// Another replica leads from now on, with a log that ends at `offset`.
    func elect(_ node: Int32, truncatingTo offset: Int64? = nil) {
      leader = node
      leaderEpoch += 1
      if let offset {
        batches.removeAll { batch in
          (try? RecordBatchHeader(batch.rawSpan)).map { $0.baseOffset >= offset } ?? true
        }
        endOffset = offset
      }
      epochStarts.append((leaderEpoch, endOffset))
    }

    init(leader: Int32) { self.leader = leader }
  }

  final class Topic {
    let id: KafkaUUID
    var partitions: [Partition]
    init(id: KafkaUUID, partitions: [Partition]) {
      self.id = id
      self.partitions = partitions
    }

    /// Nil for one that there is not: bent metadata make a client ask for any number.
    func partition(_ index: Int32) -> Partition? {
      partitions.indices.contains(Int(index)) ? partitions[Int(index)] : nil
    }
  }

  /// What a broker does with a Produce or Fetch for a partition.
  enum Fate {
    case normal
    case fail(ErrorCode)
    /// Stored, then answered with an error.
    case storeAndFail(ErrorCode)
    /// The connection ends: before it is stored, or after.
    case disconnect(stored: Bool)
    /// No answer at all.
    case silence
  }

  let transport: FakeTransport
  var nodes: [Int32: ScriptedBroker] = [:]
  /// Nodes that the metadata do not name any more.
  var departed: Set<Int32> = []
  /// Nodes that take what is sent to them and answer nothing.
  var frozen: Set<Int32> = []
  /// So many Metadata answers name no broker yet and know no topic.
  var blankMetadata = 0
  var topics: [String: Topic] = [:]
  var versions: [ApiKey: ClosedRange<Int16>] = [
    .apiVersions: 0...4, .metadata: 0...13, .produce: 0...13, .fetch: 4...18,
    .listOffsets: 1...11, .initProducerId: 0...5, .offsetForLeaderEpoch: 2...4,
    .findCoordinator: 0...6, .joinGroup: 0...9, .syncGroup: 0...5, .heartbeat: 0...4,
    .leaveGroup: 0...5, .offsetCommit: 2...10, .offsetFetch: 1...10,
  ]
  var produceFate: (_ topic: String, _ partition: Int32, _ header: RecordBatchHeader) -> Fate = {
    _, _, _ in .normal
  }
  var fetchFate: (_ topic: String, _ partition: Int32) -> Fate = { _, _ in .normal }
  /// What a node answers to ListOffsets in place of an offset.
  var offsetsFate: (_ node: Int32) -> ErrorCode? = { _ in nil }
  /// Puts what is answered to a Produce into another order than asked.
  var orderAnswer: (inout ProduceResponse) -> Void = { _ in }
  /// Changes what ApiVersions says of each API.
  var bendVersions: (inout [ApiVersionsResponse.ApiVersion]) -> Void = { _ in }
  /// Bends an answer before it goes out.
  var bend: (_ key: ApiKey, _ frame: [UInt8]) -> [UInt8] = { $1 }
  private(set) lazy var group = ScriptedGroup(cluster: self)
  var produceRequests = 0
  /// Whether brokers grant fetch sessions.
  var grantsSessions = false
  /// Sessions by id, of all brokers.
  var sessions: [Int32: ScriptedSession] = [:]
  /// Every Fetch that came.
  var fetches: [FetchRequest] = []
  /// The nodes that served records, in order.
  var servedBy: [Int32] = []
  var metadataRequests = 0
  /// How many requests each node has had.
  var frames: [Int32: Int] = [:]
  var producerIds: Int64 = 100

  init(_ transport: FakeTransport, nodes count: Int32 = 1) {
    self.transport = transport
    for id in 0..<count {
      let address = NetworkAddress(host: "broker", port: UInt16(9000 + id))
      let broker = ScriptedBroker(id: id, address: address, cluster: self)
      nodes[id] = broker
      transport.servers[address] = { _ in broker }
    }
  }

  var bootstrap: [NetworkAddress] { nodes.sorted { $0.key < $1.key }.map(\.value.address) }

  func addTopic(_ name: String, partitions: Int32, leader: Int32 = 0) {
    topics[name] = Topic(
      id: KafkaUUID(high: 7, low: UInt64(topics.count + 1)),
      partitions: (0..<partitions).map { _ in Partition(leader: leader) })
  }

  /// Stores one batch as a leader does.
  func append(_ batch: [UInt8], to partition: Partition) -> (ErrorCode, Int64) {
    guard let header = try? RecordBatchHeader(batch.rawSpan),
      header.sizeInBytes == batch.count, RecordBatch.checksum(of: batch.rawSpan) == header.crc
    else { return (.corruptMessage, -1) }
    if header.hasProducerId {
      let (code, offset) = check(header, partition)
      if let offset { return (code, offset) }
      if code != .none { return (code, -1) }
      var state =
        partition.producers[header.producerId]
        ?? ProducerState(epoch: header.producerEpoch, lastBatches: [])
      if state.epoch != header.producerEpoch {
        state = ProducerState(epoch: header.producerEpoch, lastBatches: [])
      }
      state.lastBatches.append(
        (header.baseSequence, header.lastSequence, partition.endOffset))
      if state.lastBatches.count > 5 { state.lastBatches.removeFirst() }
      partition.producers[header.producerId] = state
    }
    var stored = batch
    let offset = partition.endOffset
    var span = stored.mutableSpan
    RecordBatch.patch(
      baseOffset: offset, partitionLeaderEpoch: partition.leaderEpoch, in: &span)
    partition.batches.append(stored)
    partition.endOffset += Int64(header.recordCount)
    return (.none, offset)
  }

  /// - Returns: An offset where the batch is there already.
  private func check(
    _ header: RecordBatchHeader, _ partition: Partition
  ) -> (ErrorCode, Int64?) {
    guard let state = partition.producers[header.producerId] else {
      return (header.baseSequence == 0 ? .none : .outOfOrderSequenceNumber, nil)
    }
    if header.producerEpoch < state.epoch { return (.invalidProducerEpoch, nil) }
    if header.producerEpoch > state.epoch {
      return (header.baseSequence == 0 ? .none : .outOfOrderSequenceNumber, nil)
    }
    for known in state.lastBatches
    where known.first == header.baseSequence && known.last == header.lastSequence {
      return (.none, known.offset)
    }
    let expected = state.lastBatches.last.map { RecordBatch.sequence($0.last, plus: 1) } ?? 0
    return (header.baseSequence == expected ? .none : .outOfOrderSequenceNumber, nil)
  }

  /// The values of all records of a partition, as text.
  func values(_ topic: String, _ partition: Int) -> [String] {
    var values: [String] = []
    for batch in topics[topic]?.partitions[partition].batches ?? [] {
      values += Self.values(of: batch)
    }
    return values
  }

  static func values(of batch: [UInt8]) -> [String] {
    guard let header = try? RecordBatchHeader(batch.rawSpan), let codec = header.codec else {
      return []
    }
    var body = Array(batch[RecordBatchHeader.size...])
    if codec != .none {
      var output: [UInt8] = []
      let size = try? Decompressor().decompress(
        body.rawSpan, codec: codec, limit: 1 << 24, into: &output)
      body = Array(output[..<(size ?? 0)])
    }
    var values: [String] = []
    var reader = RecordReader(body.rawSpan, count: Int(header.recordCount))
    while let record = try? reader.next() {
      values.append(text(record.value))
    }
    return values
  }
}
