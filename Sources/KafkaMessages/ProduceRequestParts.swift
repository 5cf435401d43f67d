import KafkaFormat

/// Writes a Produce request, versions 3–13, around batches that stay where they are.
///
///     var request = ProduceRequestParts(version: 12, correlationId: 7, clientId: "weir",
///       acks: -1, timeoutMs: 30_000, topicCount: 1)
///     request.topic(name: "orders", id: .zero, partitionCount: 2)
///     request.partition(0, recordsSize: first.count)
///     request.partition(3, recordsSize: second.count)
///     let frame = request.finish()
///
/// - Precondition: as many topics and partitions follow as were announced.
public struct ProduceRequestParts: ~Copyable {
  private var frame: SplitFrameWriter
  private let version: Int16
  private let compact: Bool
  private var topicsLeft: Int
  private var partitionsLeft = 0
  private var isInTopic = false

  public init(
    version: Int16, correlationId: Int32, clientId: String?, transactionalId: String? = nil,
    acks: Int16, timeoutMs: Int32, topicCount: Int, reserving capacity: Int = 256
  ) {
    self.version = version
    compact = version >= ProduceRequest.firstFlexibleVersion
    topicsLeft = topicCount
    frame = SplitFrameWriter(reserving: capacity)
    let header = RequestHeader(
      requestApiKey: ApiKey.produce.rawValue, requestApiVersion: version,
      correlationId: correlationId, clientId: clientId)
    header.write(to: &frame.writer, version: compact ? 2 : 1)
    frame.writer.nullableString(transactionalId, compact: compact)
    frame.writer.int16(acks)
    frame.writer.int32(timeoutMs)
    frame.writer.arrayCount(topicCount, compact: compact)
  }

  /// Opens a topic; versions below 13 write its name, the others its id.
  public mutating func topic(name: String, id: KafkaUUID, partitionCount: Int) {
    closeTopic()
    precondition(topicsLeft > 0, "more topics than announced")
    topicsLeft -= 1
    partitionsLeft = partitionCount
    isInTopic = true
    if version >= 13 {
      frame.writer.uuid(id)
    } else {
      frame.writer.string(name, compact: compact)
    }
    frame.writer.arrayCount(partitionCount, compact: compact)
  }

  /// One partition, whose batches of `recordsSize` bytes the caller sends at the split.
  public mutating func partition(_ index: Int32, recordsSize: Int) {
    precondition(partitionsLeft > 0, "more partitions than announced")
    partitionsLeft -= 1
    frame.writer.int32(index)
    frame.records(size: recordsSize, compact: compact)
    if compact { frame.writer.noTaggedFields() }
  }

  public consuming func finish() -> SplitFrame {
    closeTopic()
    precondition(topicsLeft == 0, "fewer topics than announced")
    if compact { frame.writer.noTaggedFields() }
    return frame.finish()
  }

  private mutating func closeTopic() {
    precondition(partitionsLeft == 0, "fewer partitions than announced")
    if isInTopic, compact { frame.writer.noTaggedFields() }
    isInTopic = false
  }
}
