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
// A partition that the request names twice: the last batch counts, and is answered.
// A batch that was appended before is answered with its first offset and its stored timestamp.
// Internal topics are the broker's own: INVALID_TOPIC_EXCEPTION, save for Kafka's admin tool.
// A topic's flush.messages or flush.ms hold the answer back until the batch is on the disk.
// v3 transactional id (batches of transactions are refused: INVALID_TXN_STATE)
// v5 log start offset in the answer; v7 zstd; v8 messages, and record errors: all records that a
// topic refuses; v9 flexible
// v10 current leader (never sent: there is one broker); v13 topic ids: UNKNOWN_TOPIC_ID

/// What became of one partition of a Produce request.
struct ProducedPartition {
  var request: ProducePartition
  var topic: TopicImage?
  var error = ErrorCode.none
  var message: String?
  var recordErrors: [RecordError] = []
  /// The partition is named again further on in the request: that batch counts, this one is
  /// neither appended nor answered.
  var isSuperseded = false
  var baseOffset: Int64 = -1
  var logAppendTimeMs: Int64 = -1
  var logStartOffset: Int64 = -1
  /// The batch is to be on the disk before the answer goes out.
  var flushes: (partition: Partition, lastOffset: Int64)?

  init(request: ProducePartition) { self.request = request }

  mutating func fail(_ error: ErrorCode, _ message: String? = nil) {
    self.error = error
    self.message = message
  }

  mutating func fail(_ error: RecordBatchError) {
    fail(error.errorCode, error.produceMessage)
    recordErrors = error.recordErrors
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
      resolveTopic(at: index, frame: frame.rawSpan, version: reader.version)
    }
    supersedeRepeated()
    for index in produced.indices {
      if !isValid {
        produced[index].fail(.invalidRequiredAcks)
        continue
      }
      if produced[index].topic?.isInternal == true, !isFromAdminTool(frame.rawSpan) {
        produced[index].fail(
          .invalidTopicException, "Clients cannot append to an internal topic.")
      }
      if produced[index].error == .none, !produced[index].isSuperseded {
        append(at: index, &frame, context)
      }
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

  /// Of the batches for one partition the last counts, as in Kafka, which keeps them in a table.
  private func supersedeRepeated() {
    if produced.count < 2 { return }
    producedPlaces.removeAll(keepingCapacity: true)
    for index in produced.indices {
      guard let topic = produced[index].topic else { continue }
      let place = ProducedPlace(
        topic: ObjectIdentifier(topic), partition: produced[index].request.index)
      if let earlier = producedPlaces.updateValue(index, forKey: place) {
        produced[earlier].isSuperseded = true
      }
    }
  }

  /// A partition that a request names.
  struct ProducedPlace: Hashable {
    var topic: ObjectIdentifier
    var partition: Int32
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
      return produced[index].fail(error)
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
      // Kafka answers it whatever the topic's kind of timestamps is.
      if done.result.isDuplicate { produced[index].logAppendTimeMs = done.result.maxTimestamp }
      if !done.result.isDuplicate {
        appendedRecords &+= done.result.lastOffset - done.result.baseOffset + 1
      }
      for job in done.jobs { actions.append(.disk(DiskJob(work: .partition(partition, job)))) }
      if done.result.needsFlush {
        produced[index].flushes = (partition, done.result.lastOffset)
      }
      // The fetches that wait for more in the segment before have all that can come.
      tell(done.watchers, bytes: done.result.beginsSegment ? .max : header.sizeInBytes)
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

  // MARK: Flushes

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
}
