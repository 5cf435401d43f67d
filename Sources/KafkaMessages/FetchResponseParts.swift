import KafkaFormat

/// Writes a response to Fetch, versions 4–18, around ranges of logs that stay where they are.
///
///     var response = FetchResponseParts(version: 17, correlationId: 7, topicCount: 1)
///     response.topic(name: "orders", id: id, partitionCount: 2)
///     response.partition(data, recordsSize: slice.count)
///     response.partition(other, recordsSize: 0)
///     let frame = response.finish()
///
/// - Precondition: as many topics and partitions follow as were announced.
public struct FetchResponseParts: ~Copyable {
  private var frame: SplitFrameWriter
  private let version: Int16
  private let compact: Bool
  private var topicsLeft: Int
  private var partitionsLeft = 0
  private var isInTopic = false

  public init(
    version: Int16, correlationId: Int32, throttleTimeMs: Int32 = 0, errorCode: ErrorCode = .none,
    sessionId: Int32 = 0, topicCount: Int, reserving capacity: Int = 256
  ) {
    self.version = version
    compact = version >= FetchResponse.firstFlexibleVersion
    topicsLeft = topicCount
    frame = SplitFrameWriter(reserving: capacity)
    frame.writer.int32(correlationId)
    if compact { frame.writer.noTaggedFields() }
    frame.writer.int32(throttleTimeMs)
    if version >= 7 {
      frame.writer.errorCode(errorCode)
      frame.writer.int32(sessionId)
    }
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

  /// One partition, whose `recordsSize` bytes of batches the caller sends at the split.
  ///
  /// - Parameter data: All but the records: its own `records` is not looked at.
  public mutating func partition(_ data: FetchResponse.PartitionData, recordsSize: Int) {
    precondition(partitionsLeft > 0, "more partitions than announced")
    partitionsLeft -= 1
    frame.writer.int32(data.partitionIndex)
    frame.writer.errorCode(data.errorCode)
    frame.writer.int64(data.highWatermark)
    frame.writer.int64(data.lastStableOffset)
    if version >= 5 { frame.writer.int64(data.logStartOffset) }
    frame.writer.nullableStructures(
      data.abortedTransactions, version: version, compact: compact)
    if version >= 11 { frame.writer.int32(data.preferredReadReplica) }
    frame.records(size: recordsSize, compact: compact)
    if compact { data.writeTaggedFields(to: &frame.writer, version: version) }
  }

  /// - Parameter nodeEndpoints: Where the leaders are that partitions name (versions 16 and up).
  public consuming func finish(nodeEndpoints: [FetchResponse.NodeEndpoint] = []) -> SplitFrame {
    closeTopic()
    precondition(topicsLeft == 0, "fewer topics than announced")
    if compact {
      var tagged = TaggedFields()
      if version >= 16, !nodeEndpoints.isEmpty {
        let version = version
        tagged.add(0) { $0.structures(nodeEndpoints, version: version, compact: true) }
      }
      tagged.write(to: &frame.writer)
    }
    return frame.finish()
  }

  private mutating func closeTopic() {
    precondition(partitionsLeft == 0, "fewer partitions than announced")
    if isInTopic, compact { frame.writer.noTaggedFields() }
    isInTopic = false
  }
}

extension FetchResponse.PartitionData {
  fileprivate func writeTaggedFields(to writer: inout ByteWriter, version: Int16) {
    let isPlain =
      divergingEpoch.epoch == -1 && divergingEpoch.endOffset == -1
      && currentLeader.leaderId == -1 && currentLeader.leaderEpoch == -1
      && snapshotId.epoch == -1 && snapshotId.endOffset == -1
    if isPlain { return writer.noTaggedFields() }
    var tagged = TaggedFields()
    if divergingEpoch != .init() {
      tagged.add(0) { $0.structure(divergingEpoch, version: version) }
    }
    if currentLeader != .init() {
      tagged.add(1) { $0.structure(currentLeader, version: version) }
    }
    if snapshotId != .init() {
      tagged.add(2) { $0.structure(snapshotId, version: version) }
    }
    tagged.write(to: &writer)
  }
}
