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
    let compact = version >= ProduceRequest.firstFlexibleVersion
    var writer = RequestFrame.begin(
      .produce, version: version, correlationId: correlationId, clientId: clientId)
    writer.nullableString(nil, compact: compact)
    writer.int16(acks.rawValue)
    writer.int32(Int32(clamping: timeoutMs))
    writer.arrayCount(topicCount, compact: compact)
    var splits: [Int] = []
    var index = 0
    while index < batches.count {
      let topic = batches[index].partition.topic
      let end = batches[index...].firstIndex { $0.partition.topic !== topic } ?? batches.count
      if version >= 13 {
        writer.uuid(topic.id)
      } else {
        writer.string(topic.name, compact: compact)
      }
      writer.arrayCount(end - index, compact: compact)
      for batch in batches[index..<end] {
        writer.int32(batch.partition.index)
        writer.wideLength(batch.wire.count, compact: compact)
        splits.append(writer.count)
        if compact { writer.noTaggedFields() }
      }
      if compact { writer.noTaggedFields() }
      index = end
    }
    if compact { writer.noTaggedFields() }
    let recordBytes = batches.reduce(0) { $0 + $1.wire.count }
    let frame = RequestFrame.end(writer, following: recordBytes)
    sizeInBytes = frame.count + recordBytes
    return parts(frame, splits: splits)
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

  /// The frame cut where the batches belong.
  private func parts(_ frame: [UInt8], splits: [Int]) -> [OutboundPart] {
    var parts: [OutboundPart] = []
    parts.reserveCapacity(2 * batches.count + 1)
    var position = 0
    for (batch, split) in zip(batches, splits) {
      parts.append(.bytes(frame, position..<split))
      parts.append(.bytes(batch.wire))
      position = split
    }
    if position < frame.count { parts.append(.bytes(frame, position..<frame.count)) }
    return parts
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
