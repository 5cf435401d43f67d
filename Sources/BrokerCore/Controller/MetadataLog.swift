import CommitLog
import KafkaFormat
import KafkaMessages

/// The log that the cluster's metadata are: `__cluster_metadata-0`, in Kafka's batches and record
/// types, so that `dump-log --cluster-metadata-decoder` prints it.
///
/// Each start opens an epoch with a LeaderChange control record, as a KRaft leader does. A change
/// is one batch, so that all of it or nothing is there after a crash; it counts once it is flushed.
///
/// - Isolation: the controller.
/// - Source: KIP-595, KIP-631.
struct MetadataLog {
  static let topic = "__cluster_metadata"
  static let partition = TopicPartition(topic: topic, partition: 0)

  let log: PartitionLog
  private(set) var epoch: Int32
  let nodeId: Int32
  let directoryId: KafkaUUID

  init(log: PartitionLog, nodeId: Int32, directoryId: KafkaUUID) {
    self.log = log
    self.nodeId = nodeId
    self.directoryId = directoryId
    epoch = (log.leaderEpochs.latestEpoch ?? 0) + 1
  }

  static var config: LogConfig {
    var config = LogConfig()
    config.retentionMs = -1
    config.retentionBytes = -1
    config.deletesOldSegments = false
    config.segmentMs = .max
    return config
  }

  // MARK: Writing

  /// Appends one change as one batch. Not flushed yet.
  ///
  /// - Returns: The offset after it.
  func append(_ records: [MetadataRecord], nowMs: Int64) throws(LogError) -> Int64 {
    let values = records.map { $0.envelope() }
    let capacity = values.reduce(RecordBatchHeader.size) {
      $0 + RecordBatchBuilder.maximumSizeOfRecord(keySize: nil, valueSize: $1.count)
    }
    var builder = RecordBatchBuilder(capacity: capacity)
    for value in values {
      _ = builder.append(timestamp: nowMs, key: nil, value: value.rawSpan)
    }
    return try append(&builder, RecordBatchOptions(), nowMs: nowMs)
  }

  /// Opens the epoch: this node leads from here on.
  func appendLeaderChange(nowMs: Int64) throws(LogError) {
    let voter = LeaderChangeMessage.Voter(voterId: nodeId, voterDirectoryId: directoryId)
    let message = LeaderChangeMessage(
      version: 0, leaderId: nodeId, voters: [voter], grantingVoters: [voter])
    let value = message.bytes(version: 0)
    var builder = RecordBatchBuilder(capacity: 1024)
    _ = builder.append(
      timestamp: nowMs, key: ControlRecordType.leaderChange.keyBytes.rawSpan, value: value.rawSpan)
    var options = RecordBatchOptions()
    options.isControl = true
    _ = try append(&builder, options, nowMs: nowMs)
  }

  private func append(
    _ builder: inout RecordBatchBuilder, _ options: RecordBatchOptions, nowMs: Int64
  ) throws(LogError) -> Int64 {
    // One of several unflushed batches that a power cut tears could not be known from damage.
    precondition(
      log.offlineError != nil || log.recoveryPoint == log.logEndOffset,
      "metadata are appended behind what is not flushed")
    guard var batch = try? builder.finish(options),
      let header = try? RecordBatchHeader(batch.rawSpan)
    else { throw .invalidBatch("a batch of metadata could not be built") }
    var span = batch.mutableSpan
    let result = try log.append(&span, header: header, leaderEpoch: epoch, nowMs: nowMs)
    return result.lastOffset + 1
  }

  /// Waits until all of it is on the disk. Nothing is appended behind what is not: so that damage
  /// which anything follows is known from a batch that was torn.
  func flush(nowMs: Int64) throws(LogError) {
    log.queueFlush(nowMs: nowMs)
    log.runJobs()
    guard log.recoveryPoint >= log.logEndOffset else {
      throw log.offlineError.map { .io($0) } ?? .corrupt("the metadata cannot be flushed")
    }
  }

  // MARK: Reading

  private static let readSize = 4 << 20

  /// Hands every record to `body`, from the first on. What is appended afterwards has a later
  /// epoch than any that was read.
  ///
  /// - Throws: `.corrupt` for a record that cannot be read: it must not be passed over.
  mutating func replay(_ body: (MetadataRecord, _ offset: Int64) -> Void) throws(LogError) {
    var offset = log.logStartOffset
    var reading = MetadataReading()
    if offset > 0 {
      throw .unusableDirectory(
        ForeignMetadata.snapshotRefusal(log.directory, startOffset: offset))
    }
    while offset < log.logEndOffset {
      guard let slice = try log.read(from: offset, maxBytes: Self.readSize) else { return }
      let next = try reading.read(slice, from: offset, body)
      if next == offset { throw .corrupt("\(log.directory): no batch at offset \(offset)") }
      offset = next
    }
    if let last = reading.epoch, last >= epoch, last < .max { epoch = last + 1 }
  }
}

extension MetadataRecord {
  /// The versions that are written: those of metadata.version 4.0-IV3.
  private var writtenVersion: Int16 {
    switch self {
    case .registerBroker: 3
    case .brokerRegistrationChange: 1
    case .partition, .partitionChange: 1
    default: 0
    }
  }

  /// As the value of a record.
  func envelope() -> [UInt8] { body.envelope(version: writtenVersion) }
}
