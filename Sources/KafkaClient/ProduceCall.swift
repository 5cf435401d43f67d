import KafkaFormat
import KafkaMessages
import Transport

/// Hears what becomes of a Produce request.
protocol ProduceCallOwner: AnyObject {
  func produceAnswered(_ call: ProduceCall, _ response: ProduceResponse)
  func produceFailed(_ call: ProduceCall, _ error: ClientError)
  func produceSent(_ call: ProduceCall)
}

/// One Produce request: at most one batch a partition, sent from where the batches stand.
///
/// - Source: KIP-98 (v3), KIP-516 (v13: topics by id).
final class ProduceCall: ClientCall {
  let node: Int32
  /// Those of one topic stand together.
  let batches: [ProducerBatch]
  let acks: ProducerConfig.Acks
  let timeoutMs: Int64
  let versions: ClosedRange<Int16>
  private weak var owner: (any ProduceCallOwner)?
  private(set) var sizeInBytes = 0
  private var isOver = false

  let apiKey = ApiKey.produce.rawValue
  var expectsResponse: Bool { acks != .none }

  init(
    node: Int32, batches: [ProducerBatch], config: ProducerConfig,
    versions: ClosedRange<Int16>, owner: any ProduceCallOwner
  ) {
    self.node = node
    self.batches = batches
    acks = config.acks
    timeoutMs = config.client.requestTimeoutMs
    self.versions = versions
    self.owner = owner
  }

  func encode(version: Int16, correlationId: Int32, clientId: String) -> [OutboundPart] {
    var request = ProduceRequestParts(
      version: version, correlationId: correlationId, clientId: clientId, acks: acks.rawValue,
      timeoutMs: Int32(clamping: timeoutMs), topicCount: topicCount)
    var index = 0
    while index < batches.count {
      let topic = batches[index].partition.topic
      let end = batches[index...].firstIndex { $0.partition.topic !== topic } ?? batches.count
      request.topic(name: topic.name, id: topic.id, partitionCount: end - index)
      for batch in batches[index..<end] {
        request.partition(batch.partition.index, recordsSize: batch.wire.count)
      }
      index = end
    }
    let frame = request.finish()
    sizeInBytes = frame.totalSize
    var parts: [OutboundPart] = []
    parts.reserveCapacity(2 * batches.count + 1)
    for (index, batch) in batches.enumerated() {
      parts.append(.bytes(frame.bytes, frame.range(index)))
      parts.append(.bytes(batch.wire))
    }
    let rest = frame.range(batches.count)
    if !rest.isEmpty { parts.append(.bytes(frame.bytes, rest)) }
    return parts
  }

  private var topicCount: Int {
    var count = 0
    var last: AccumulatorTopic?
    for batch in batches where batch.partition.topic !== last {
      last = batch.partition.topic
      count += 1
    }
    return count
  }

  @_lifetime(reader: copy reader)
  func answered(
    _ reader: inout ByteReader, version: Int16, sentNanos: Int64, frameBytes: Int
  ) throws(FormatError) {
    let response = try ProduceResponse(from: &reader, version: version)
    isOver = true
    owner?.produceAnswered(self, response)
  }

  func failed(_ error: ClientError) {
    guard !isOver else { return }
    isOver = true
    owner?.produceFailed(self, error)
  }

  func sentWithoutResponse() {
    isOver = true
    owner?.produceSent(self)
  }
}
