import CommitLog
import KafkaFormat
import KafkaMessages

// Produce (0), versions 3–13; 0–2 are advertised for old librdkafka's sake and refused.
//
// One batch of format v2 a partition. It is validated in the receive buffer (decompressed where
// need be), patched there and written by one write under its partition's lock.
//   acks 0       no answer; an error closes the connection, as Kafka does
//   acks 1, -1   answered once appended: with one replica they are the same. As in Kafka,
//                min.insync.replicas is capped by the replica count, and one replica is enough
//   others       INVALID_REQUIRED_ACKS for each partition
// Internal topics are the broker's own: INVALID_TOPIC_EXCEPTION, save for Kafka's admin tool.
// A topic's flush.messages or flush.ms hold the answer back until the batch is on the disk.
// v3 transactional id (batches of transactions are refused: INVALID_TXN_STATE)
// v5 log start offset in the answer; v7 zstd; v8 record errors and messages; v9 flexible
// v10 current leader (never sent: there is one broker); v13 topic ids: UNKNOWN_TOPIC_ID

/// What became of one partition of a Produce request.
struct ProducedPartition {
  var request: ProducePartition
  var topic: TopicImage?
  var error = ErrorCode.none
  var message: String?
  /// The index of the record that is at fault.
  var recordIndex: Int32?
  var baseOffset: Int64 = -1
  var logAppendTimeMs: Int64 = -1
  var logStartOffset: Int64 = -1
  /// The batch is to be on the disk before the answer goes out.
  var flushes: (partition: Partition, lastOffset: Int64)?

  init(request: ProducePartition) { self.request = request }

  mutating func fail(_ error: ErrorCode, _ message: String? = nil, recordIndex: Int32? = nil) {
    self.error = error
    self.message = message
    self.recordIndex = recordIndex
  }
}

/// A produce whose batches are being flushed.
struct ParkedProduce {
  /// Its answer once all of them are on the disk.
  let response: Response
  /// Its answer if one could not be: then none that was waited for counts as kept.
  let failure: Response
  var flushesLeft: Int
  var hasFailed = false

  /// One flush is done. Returns the answer after the last of them.
  mutating func flushed(failed: Bool) -> Response? {
    flushesLeft -= 1
    hasFailed = hasFailed || failed
    if flushesLeft > 0 { return nil }
    return hasFailed ? failure : response
  }
}

extension RequestProcessor {
  func handleProduce(_ frame: inout MutableSpan<UInt8>, _ context: RequestContext)
    throws(FormatError) -> Outcome
  {
    // The whole request is read before anything is appended: half of one is never done.
    var reader = try ProduceRequestReader(
      frame.rawSpan, from: context.head.bodyPosition, version: context.head.version)
    produced.removeAll(keepingCapacity: true)
    while let partition = try reader.next(in: frame.rawSpan) {
      produced.append(ProducedPartition(request: partition))
    }
    let isValid = reader.acks >= -1 && reader.acks <= 1
    for index in produced.indices {
      if !isValid {
        produced[index].fail(.invalidRequiredAcks)
        continue
      }
      resolveTopic(at: index, frame: frame.rawSpan, version: reader.version)
      if produced[index].topic?.isInternal == true, !isFromAdminTool(frame.rawSpan) {
        produced[index].fail(
          .invalidTopicException, "Clients cannot append to an internal topic.")
      }
      if produced[index].error == .none { append(at: index, &frame, context) }
    }
    if reader.acks == 0 {
      guard let failed = produced.first(where: { $0.error != .none }) else { return .noResponse }
      return .close("acks=0 and \(failed.error.name)")
    }
    let response = produceResponse(reader, frame.rawSpan, context)
    let flushes = produced.compactMap(\.flushes)
    if flushes.isEmpty { return .respond(response) }
    for index in produced.indices where produced[index].flushes != nil {
      produced[index].fail(.kafkaStorageError, "the batch could not be flushed")
    }
    let failure = produceResponse(reader, frame.rawSpan, context)
    return parkForFlush(
      ParkedProduce(response: response, failure: failure, flushesLeft: flushes.count), flushes,
      context)
  }

  private func resolveTopic(at index: Int, frame: RawSpan, version: Int16) {
    let requested = produced[index].request.topic
    if index > 0, produced[index - 1].request.topic.index == requested.index {
      produced[index].topic = produced[index - 1].topic
    } else if version >= 13 {
      produced[index].topic = image.topicsById[requested.id]
    } else {
      produced[index].topic = topic(named: frame.extracting(requested.name))
    }
    if produced[index].topic == nil {
      produced[index].fail(version >= 13 ? .unknownTopicId : .unknownTopicOrPartition)
    }
  }

  /// Whether the request has the client id under which Kafka lets internal topics be written.
  private func isFromAdminTool(_ frame: RawSpan) -> Bool {
    var reader = ByteReader(frame)
    guard (try? reader.skip(8)) != nil, let id = try? reader.nullableString() else { return false }
    return id == InternalTopics.adminClientId
  }

  // MARK: One batch

  private func append(at index: Int, _ frame: inout MutableSpan<UInt8>, _ context: RequestContext) {
    guard let topic = produced[index].topic else { return }
    guard let partition = topic.partition(produced[index].request.index) else {
      return produced[index].fail(.unknownTopicOrPartition)
    }
    if node.isOffline(partition.directory) { return produced[index].fail(.kafkaStorageError) }
    let size: Int
    switch Self.batchSize(frame, produced[index].request.records, version: context.head.version) {
    case .success(let found): size = found
    case .failure(let refusal): return produced[index].fail(refusal.code, refusal.message)
    }
    let start = produced[index].request.records?.lowerBound ?? 0
    var batch = frame._mutatingExtracting(start..<start + size)
    let header: RecordBatchHeader
    do {
      let summary = try validator.validate(
        batch.rawSpan, rules: topic.config.rules, nowMs: context.nowMs)
      if summary.header.isTransactional { return produced[index].fail(.invalidTxnState) }
      if topic.config.rules.timestampType == .createTime,
        summary.header.timestampType == .logAppendTime
      {
        return produced[index].fail(
          .invalidTimestamp, "the batch has the broker's timestamps, the topic the producer's")
      }
      header = Self.patchTimestamps(&batch, summary, topic.config, nowMs: context.nowMs)
    } catch {
      return produced[index].fail(
        error.errorCode, error.description, recordIndex: error.recordIndex)
    }
    if topic.config.rules.timestampType == .logAppendTime {
      produced[index].logAppendTimeMs = context.nowMs
    }
    if let codec = topic.config.compressionType, codec != header.codec {
      guard var bytes = recompressed(batch.rawSpan, header, topic.config),
        let newHeader = try? RecordBatchHeader(bytes.rawSpan)
      else { return produced[index].fail(.corruptMessage) }
      if bytes.count > topic.config.rules.maxMessageBytes {
        return produced[index].fail(.messageTooLarge)
      }
      var span = bytes.mutableSpan
      return append(at: index, &span, newHeader, to: partition, context)
    }
    append(at: index, &batch, header, to: partition, context)
  }

  private func append(
    at index: Int, _ batch: inout MutableSpan<UInt8>, _ header: RecordBatchHeader,
    to partition: Partition, _ context: RequestContext
  ) {
    let nowMs = context.nowMs
    // Only an admin tool comes here.
    if partition.groups != nil { forbidRestatement(of: partition) }
    do throws(LogError) {
      let done = try partition.state.withLock {
        (state: inout sending PartitionState) throws(LogError) -> AppendDone? in
        guard let log = state.log, !state.isDeleted else { return nil }
        let result = try log.append(
          &batch, header: header, leaderEpoch: partition.leaderEpoch, nowMs: nowMs)
        return AppendDone(
          result: result, logStartOffset: log.logStartOffset,
          jobs: log.hasJobs ? log.takeJobs() : [],
          watchers: log.visibleEndOffset > result.lastOffset && !result.isDuplicate
            ? state.watchers : [])
      }
      guard let done else { return produced[index].fail(.kafkaStorageError) }
      produced[index].baseOffset = done.result.baseOffset
      produced[index].logStartOffset = done.logStartOffset
      for job in done.jobs { actions.append(.disk(DiskJob(work: .partition(partition, job)))) }
      if done.result.needsFlush {
        produced[index].flushes = (partition, done.result.lastOffset)
      }
      tell(done.watchers, bytes: header.sizeInBytes)
      accepted(by: partition)
    } catch {
      produced[index].fail(error.code, error.description)
      switch error {
      case .io(let failure), .offline(let failure): diskFailed(failure, partition)
      case .outOfSpace: refused(error, by: partition)
      default: break
      }
    }
  }

  private struct AppendDone {
    var result: AppendResult
    var logStartOffset: Int64
    var jobs: [LogJob]
    var watchers: [FetchWatcher]
  }

  // MARK: Checks before the batch is looked into

  struct BatchRefusal: Error {
    var code: ErrorCode
    var message: String?
  }

  /// The size of the one batch that stands in `records`.
  ///
  /// Bytes behind it that are no whole batch are passed over, as Kafka does.
  static func batchSize(
    _ frame: borrowing MutableSpan<UInt8>, _ records: Range<Int>?, version: Int16
  ) -> Result<Int, BatchRefusal> {
    let none = BatchRefusal(
      code: .invalidRecord, message: "exactly one record batch a partition is needed")
    guard let records, records.count >= RecordBatchHeader.Position.crc else {
      return .failure(none)
    }
    let bytes = frame.rawSpan.extracting(records)
    var reader = ByteReader(bytes)
    guard (try? reader.skip(RecordBatchHeader.Position.batchLength)) != nil,
      let length = try? reader.int32(), (try? reader.skip(4)) != nil,
      let magic = try? reader.int8()
    else { return .failure(none) }
    if length < 14 || magic < 0 || magic > 2 {
      return .failure(BatchRefusal(code: .corruptMessage, message: "no record batch"))
    }
    let size = Int(length) + RecordBatchHeader.logOverhead
    if size > records.count { return .failure(none) }
    if magic != RecordBatchHeader.currentMagic {
      return .failure(
        BatchRefusal(code: .invalidRecord, message: "record format v\(magic) is not supported"))
    }
    if size < RecordBatchHeader.size {
      return .failure(BatchRefusal(code: .corruptMessage, message: "no record batch"))
    }
    if version < 7, unsafe bytes.unsafeLoad(fromByteOffset: 22, as: UInt8.self) & 7 == 4 {
      return .failure(
        BatchRefusal(
          code: .unsupportedCompressionType, message: "zstd needs version 7 of Produce"))
    }
    let rest = bytes.extracting(size..<bytes.byteCount)
    if let second = try? RecordBatchHeader(rest), second.sizeInBytes <= rest.byteCount {
      return .failure(none)
    }
    return .success(size)
  }

  /// Corrects the head's timestamps where the topic or the records ask for it.
  private static func patchTimestamps(
    _ batch: inout MutableSpan<UInt8>, _ summary: RecordBatchSummary, _ config: TopicConfig,
    nowMs: Int64
  ) -> RecordBatchHeader {
    var header = summary.header
    if config.rules.timestampType == .logAppendTime {
      RecordBatch.patchLogAppendTime(nowMs, in: &batch, size: batch.count)
      header.maxTimestamp = nowMs
      header.attributes.rawValue |= 0x8
    } else if summary.needsMaxTimestamp {
      RecordBatch.patchMaxTimestamp(
        summary.maxTimestamp, type: .createTime, in: &batch, size: batch.count)
      header.maxTimestamp = summary.maxTimestamp
    }
    return header
  }

  // MARK: The answer

  /// Waits for the flushes, save those that were done since the append, maybe by another loop.
  func parkForFlush(
    _ waiting: ParkedProduce, _ flushes: [(partition: Partition, lastOffset: Int64)],
    _ context: RequestContext
  ) -> Outcome {
    var waiting = waiting
    let ticket = park(.produce(waiting), connection: context.connection)
    for (partition, lastOffset) in flushes {
      let (hasFailed, jobs) = partition.state.withLock { state -> (Bool?, [LogJob]) in
        guard let log = state.log else { return (false, []) }
        if log.recoveryPoint > lastOffset { return (false, []) }
        if log.offlineError != nil { return (true, []) }
        state.flushes.append(FlushWaiter(loop: loop, ticket: ticket, lastOffset: lastOffset))
        // The flush that was under way at the append may have ended in between, unseen.
        log.queueFlush(nowMs: context.nowMs)
        return (nil, log.hasJobs ? log.takeJobs() : [])
      }
      for job in jobs { actions.append(.disk(DiskJob(work: .partition(partition, job)))) }
      if let hasFailed, let response = waiting.flushed(failed: hasFailed) {
        _ = unpark(ticket)
        return .respond(response)
      }
      parked[ticket]?.content = .produce(waiting)
    }
    return .pending
  }

  private func produceResponse(
    _ request: ProduceRequestReader, _ frame: RawSpan, _ context: RequestContext
  ) -> Response {
    let version = request.version
    let compact = version >= ProduceResponse.firstFlexibleVersion
    var writer = ByteWriter(reserving: 64 + 64 * produced.count)
    writer.int32(0)
    writer.int32(context.head.correlationId)
    if compact { writer.noTaggedFields() }
    writer.arrayCount(request.topicCount, compact: compact)
    var index = 0
    for topicIndex in 0..<request.topicCount {
      let first = index
      while index < produced.count, produced[index].request.topic.index == topicIndex { index += 1 }
      guard index > first else {
        // A topic without partitions: nothing of it is known behind the reader.
        writeEmptyTopic(&writer, version: version)
        continue
      }
      let topic = produced[first].request.topic
      if version >= 13 {
        writer.uuid(topic.id)
      } else {
        writer.wideOrShortLength(topic.name.count, compact: compact)
        writer.raw(frame.extracting(topic.name))
      }
      writer.arrayCount(index - first, compact: compact)
      for item in produced[first..<index] { write(item, to: &writer, version: version) }
      if compact { writer.noTaggedFields() }
    }
    writer.int32(0)
    if compact { writer.noTaggedFields() }
    writer.patchInt32(Int32(writer.count - 4), at: 0)
    return Response(writer.finish())
  }

  private func writeEmptyTopic(_ writer: inout ByteWriter, version: Int16) {
    let compact = version >= ProduceResponse.firstFlexibleVersion
    if version >= 13 { writer.uuid(.zero) } else { writer.string("", compact: compact) }
    writer.arrayCount(0, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  private func write(_ item: ProducedPartition, to writer: inout ByteWriter, version: Int16) {
    let compact = version >= ProduceResponse.firstFlexibleVersion
    writer.int32(item.request.index)
    writer.int16(item.error.rawValue)
    writer.int64(item.error == .none ? item.baseOffset : -1)
    writer.int64(item.error == .none ? item.logAppendTimeMs : -1)
    if version >= 5 { writer.int64(item.error == .none ? item.logStartOffset : -1) }
    if version >= 8 {
      if let recordIndex = item.recordIndex {
        writer.arrayCount(1, compact: compact)
        writer.int32(recordIndex)
        writer.nullableString(item.message, compact: compact)
        if compact { writer.noTaggedFields() }
      } else {
        writer.arrayCount(0, compact: compact)
      }
      writer.nullableString(item.message, compact: compact)
    }
    if compact { writer.noTaggedFields() }
  }
}

extension ByteWriter {
  /// The length of a string.
  mutating func wideOrShortLength(_ count: Int, compact: Bool) {
    if compact {
      unsignedVarint(UInt32(count) + 1)
    } else {
      int16(Int16(truncatingIfNeeded: count))
    }
  }
}

extension RecordBatchError {
  /// The record that is at fault, where it is one.
  var recordIndex: Int32? {
    switch self {
    case .malformedRecord(let index, _), .offsetDelta(let index, _), .missingKey(let index),
      .timestamp(let index, _):
      Int32(clamping: index)
    default: nil
    }
  }
}
