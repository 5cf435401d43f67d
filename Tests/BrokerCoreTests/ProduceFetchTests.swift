import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite struct ProduceFetchTests {
  @Test("what is produced in any version is fetched in any version", arguments: 3...13)
  func roundTrip(produceVersion: Int) throws {
    let broker = try TestBroker()
    let id = try broker.createTopic("t")
    let version = Int16(produceVersion)
    for round in 0..<3 {
      let result = try broker.produce(
        Batch.of(["a", "b"]), to: "t", version: version, id: id)
      #expect(result.errorCode == .none)
      #expect(result.baseOffset == Int64(2 * round))
    }
    for fetchVersion in Int16(4)...18 {
      var request = broker.fetchRequest("t", from: 3)
      request.topics[0].topicId = id
      let data = try broker.send(request, version: fetchVersion).responses[0].partitions[0]
      #expect(data.errorCode == .none)
      #expect(data.highWatermark == 6)
      let headers = Batch.headers(data.records)
      #expect(headers.map(\.baseOffset) == [2, 4], "whole batches from the one with the offset")
      #expect(headers.allSatisfy { $0.partitionLeaderEpoch == 0 })
    }
  }

  @Test("every codec is validated decompressed and stored as it came")
  func codecs() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    for codec in CompressionCodec.allCases {
      let batch = Batch.of(["one", "two", "three"], options: .init(codec: codec))
      #expect(try broker.produce(batch, to: "t").errorCode == .none)
    }
    let headers = Batch.headers(try broker.fetch("t", from: 0).records)
    #expect(headers.map(\.codec) == CompressionCodec.allCases)
  }

  @Test("a topic's compression.type is applied")
  func recompression() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["compression.type": "zstd"])
    let values = (0..<50).map { "value \($0)" }
    for codec in [CompressionCodec.none, .gzip, .zstd] {
      #expect(
        try broker.produce(Batch.of(values, options: .init(codec: codec)), to: "t").errorCode
          == .none)
    }
    let records = try broker.fetch("t", from: 0).records ?? []
    let headers = Batch.headers(records)
    #expect(headers.map(\.codec) == [.zstd, .zstd, .zstd])
    let first = Array(records[..<headers[0].sizeInBytes])
    var rules = RecordBatchRules()
    rules.timestampAfterMaxMs = .max
    let summary = try RecordBatchValidator().validate(
      first.rawSpan, rules: rules, nowMs: broker.nowMs)
    #expect(summary.recordCount == 50)
  }

  @Test("acks outside of -1, 0 and 1 are refused, and acks=0 is not answered")
  func acks() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    #expect(try broker.produce(Batch.of(["a"]), to: "t", acks: 2).errorCode == .invalidRequiredAcks)
    #expect(try broker.produce(Batch.of(["a"]), to: "t", acks: -1).errorCode == .none)
    func unanswered(_ topic: String) -> TestBroker.Reply {
      let frame = TestBroker.produceRequest(Batch.of(["a"]), to: topic, acks: 0)
        .frame(version: 12, correlationId: 7, clientId: nil)
      return broker.handle(Array(frame.dropFirst(4)))
    }
    guard case .nothing = unanswered("t") else { throw TestBroker.Failure(description: "answer") }
    guard case .close = unanswered("no") else { throw TestBroker.Failure(description: "no close") }
    #expect(try broker.offset("t", timestamp: -1).offset == 2)
  }

  @Test("unknown topics, ids and partitions have their codes")
  func unknown() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    let batch = Batch.of(["a"])
    #expect(try broker.produce(batch, to: "no").errorCode == .unknownTopicOrPartition)
    #expect(try broker.produce(batch, to: "t", partition: 1).errorCode == .unknownTopicOrPartition)
    #expect(
      try broker.produce(batch, to: "", version: 13, id: .random()).errorCode == .unknownTopicId)
    #expect(try broker.fetch("no", from: 0).errorCode == .unknownTopicOrPartition)
    var request = broker.fetchRequest("", from: 0)
    request.topics[0].topicId = .random()
    #expect(
      try broker.send(request, version: 13).responses[0].partitions[0].errorCode == .unknownTopicId)
  }

  @Test("damaged batches are refused with Kafka's codes, and nothing is appended")
  func damaged() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    let good = Batch.of(["value"])
    var flipped = good
    flipped[flipped.count - 1] ^= 1
    #expect(try broker.produce(flipped, to: "t").errorCode == .corruptMessage)
    var oldMagic = good
    oldMagic[16] = 1
    #expect(try broker.produce(oldMagic, to: "t").errorCode == .invalidRecord)
    #expect(try broker.produce(good + good, to: "t").errorCode == .invalidRecord)
    #expect(try broker.produce([], to: "t").errorCode == .invalidRecord)
    #expect(try broker.produce(Array(good.dropLast(3)), to: "t").errorCode == .invalidRecord)
    let zstd = Batch.of(["value"], options: .init(codec: .zstd))
    #expect(
      try broker.produce(zstd, to: "t", version: 6).errorCode == .unsupportedCompressionType)
    #expect(try broker.offset("t", timestamp: -1).offset == 0)
  }

  @Test("max.message.bytes of the topic holds")
  func tooLarge() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["max.message.bytes": "200"])
    let large = Batch.of([String(repeating: "x", count: 300)])
    #expect(try broker.produce(large, to: "t").errorCode == .messageTooLarge)
    #expect(try broker.produce(Batch.of(["x"]), to: "t").errorCode == .none)
  }

  @Test("LogAppendTime gives the batch the broker's time and a new checksum")
  func logAppendTime() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["message.timestamp.type": "LogAppendTime"])
    let result = try broker.produce(Batch.of(["a"], timestamp: 5), to: "t")
    #expect(result.logAppendTimeMs == broker.nowMs)
    let records = try broker.fetch("t", from: 0).records ?? []
    let header = Batch.headers(records)[0]
    #expect(header.timestampType == .logAppendTime)
    #expect(header.maxTimestamp == broker.nowMs)
    #expect(RecordBatch.checksum(of: records.rawSpan) == header.crc)
  }

  @Test("a duplicate is answered with the time at which its first sending was stored")
  func duplicateTime() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["message.timestamp.type": "LogAppendTime"])
    let stored = broker.nowMs
    let batches = [0, 2].map { Batch.idempotent(["a", "b"], producerId: 9, sequence: $0) }
    #expect(try broker.produce(batches[0], to: "t").logAppendTimeMs == stored)
    broker.advance(ms: 500)
    #expect(try broker.produce(batches[1], to: "t").logAppendTimeMs == stored + 500)
    broker.advance(ms: 500)
    let again = try broker.produce(batches[0], to: "t")
    #expect(again.baseOffset == 0)
    #expect(again.logAppendTimeMs == stored)
  }

  @Test("a record without key is refused on a compacted topic")
  func compacted() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["cleanup.policy": "compact"])
    let refused = try broker.produce(Batch.of(["a", "b", "c"]), to: "t")
    #expect(refused.errorCode == .invalidRecord)
    #expect(refused.recordErrors.map(\.batchIndex) == [0, 1, 2])
    let reason = "no key, which a compacted topic needs"
    #expect(refused.recordErrors.allSatisfy { $0.batchIndexErrorMessage == reason })
    #expect(refused.errorMessage?.hasPrefix("3 records are refused: record 0: no key") == true)
    #expect(try broker.produce(Batch.of(["a"], key: "k"), to: "t").errorCode == .none)
  }

  @Test("every record whose timestamp is out of range is listed, and decides the error")
  func timestamps() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["message.timestamp.after.max.ms": "1"])
    let refused = try broker.produce(
      Batch.of(["a", "b", "c", "d"], timestamp: broker.nowMs), to: "t")
    #expect(refused.errorCode == .invalidTimestamp)
    #expect(refused.recordErrors.map(\.batchIndex) == [2, 3])
  }

  @Test("the limit of a decompressed batch is a setting, and the error names it")
  func decompressedLimit() throws {
    let batch = Batch.of(
      [String(repeating: "x", count: 2_000_000)], options: RecordBatchOptions(codec: .zstd))
    for (limit, code) in [("1048576", ErrorCode.messageTooLarge), ("4194304", .none)] {
      let broker = try TestBroker(["weir.batch.decompressed.max.bytes": limit])
      try broker.createTopic("t")
      let answer = try broker.produce(batch, to: "t")
      #expect(answer.errorCode == code)
      #expect(
        code == .none || answer.errorMessage?.contains("weir.batch.decompressed.max.bytes") == true)
    }
  }

  @Test("idempotent producers: duplicates are acknowledged, gaps and old epochs refused")
  func idempotence() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    let id = try broker.send(InitProducerIdRequest(transactionalId: nil), version: 4).producerId
    let first = Batch.idempotent(["a", "b"], producerId: id, sequence: 0)
    #expect(try broker.produce(first, to: "t").baseOffset == 0)
    let again = try broker.produce(first, to: "t")
    #expect(again.errorCode == .none)
    #expect(again.baseOffset == 0)
    // Kafka answers a duplicate with its stored timestamp, whatever the topic's kind is.
    #expect(again.logAppendTimeMs == 1_700_000_000_001)
    let gap = Batch.idempotent(["c"], producerId: id, sequence: 5)
    #expect(try broker.produce(gap, to: "t").errorCode == .outOfOrderSequenceNumber)
    let next = Batch.idempotent(["c"], producerId: id, epoch: 1, sequence: 0)
    #expect(try broker.produce(next, to: "t").baseOffset == 2)
    let old = Batch.idempotent(["d"], producerId: id, sequence: 2)
    #expect(try broker.produce(old, to: "t").errorCode == .invalidProducerEpoch)
    #expect(try broker.offset("t", timestamp: -1).offset == 3)
  }

  // MARK: Fetch

  @Test("the first batch is returned whole where it is larger than the limits")
  func limits() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    let large = String(repeating: "x", count: 1000)
    for _ in 0..<3 { _ = try broker.produce(Batch.of([large]), to: "t") }
    let data = try broker.fetch("t", from: 0, maxBytes: 10, partitionMaxBytes: 10)
    #expect(Batch.headers(data.records).count == 1)
    #expect(try broker.fetch("t", from: 4).errorCode == .offsetOutOfRange)
    #expect(try broker.fetch("t", from: 3).records == [])
  }

  @Test("leader epochs of the client are checked")
  func leaderEpochs() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    var request = broker.fetchRequest("t", from: 0)
    request.topics[0].partitions[0].currentLeaderEpoch = 3
    let data = try broker.send(request, version: 12).responses[0].partitions[0]
    #expect(data.errorCode == .unknownLeaderEpoch)
  }

  @Test("a fetch waits for min.bytes, is woken by another loop, and ends with its time")
  func longPoll() throws {
    let broker = try TestBroker(loops: 2)
    try broker.createTopic("t")
    let connection = broker.connect()
    let request = broker.fetchRequest("t", from: 0, maxWaitMs: 500, minBytes: 100)
    try broker.sendPending(request, version: 12, loop: 1, connection: connection)
    _ = try broker.produce(Batch.of(["a"]), to: "t", loop: 0)
    #expect(
      try broker.takeAnswer(FetchRequest.self, version: 12, connection: connection) == nil)
    _ = try broker.produce(Batch.of(["b"]), to: "t", loop: 0)
    let woken = try broker.takeAnswer(FetchRequest.self, version: 12, connection: connection)
    #expect(Batch.headers(woken?.responses[0].partitions[0].records).count == 2)

    let late = broker.fetchRequest("t", from: 2, maxWaitMs: 500)
    try broker.sendPending(late, version: 12, loop: 1, connection: connection)
    broker.advance(ms: 499)
    #expect(
      try broker.takeAnswer(FetchRequest.self, version: 12, connection: connection) == nil)
    broker.advance(ms: 1)
    let due = try broker.takeAnswer(FetchRequest.self, version: 12, connection: connection)
    #expect(due?.responses[0].partitions[0].records == [])
  }

  @Test("a fetch that waits hears of the end of its topic, and is forgotten with its connection")
  func endOfWaiting() throws {
    let broker = try TestBroker(loops: 2)
    try broker.createTopic("t")
    let (first, second) = (broker.connect(), broker.connect())
    let request = broker.fetchRequest("t", from: 0, maxWaitMs: 5000)
    try broker.sendPending(request, version: 12, loop: 1, connection: first)
    try broker.sendPending(request, version: 12, loop: 1, connection: second)
    broker.closeConnection(second, loop: 1)
    _ = try broker.send(DeleteTopicsRequest(topicNames: ["t"]), version: 5)
    let answer = try broker.takeAnswer(FetchRequest.self, version: 12, connection: first)
    #expect(answer?.responses[0].partitions[0].errorCode == .unknownTopicOrPartition)
    #expect(
      try broker.takeAnswer(FetchRequest.self, version: 12, connection: second) == nil)
  }

  // MARK: Disk

  @Test("flush.messages holds the answer back until the batch is on the disk")
  func flush() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["flush.messages": "1"])
    broker.runsJobs = false
    let (first, second) = (broker.connect(), broker.connect())
    let request = TestBroker.produceRequest(Batch.of(["a"]), to: "t")
    try broker.sendPending(request, version: 12, connection: first)
    try broker.sendPending(request, version: 12, connection: second)
    #expect(try broker.takeAnswer(ProduceRequest.self, version: 12, connection: first) == nil)
    broker.runDisk()
    for (connection, offset) in [(first, 0), (second, 1)] {
      let answer = try broker.takeAnswer(ProduceRequest.self, version: 12, connection: connection)
      #expect(answer?.responses[0].partitionResponses[0].baseOffset == Int64(offset))
    }
  }

  @Test("a full disk refuses produces, serves reads, and recovers by itself")
  func outOfSpace() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    _ = try broker.produce(Batch.of(["a"]), to: "t")
    broker.plan.add(FaultPlan.Rule(.write, pathContains: "t-0/", .partial(count: 5, then: 28)))
    #expect(try broker.produce(Batch.of(["b"]), to: "t").errorCode == .kafkaStorageError)
    #expect(Batch.headers(try broker.fetch("t", from: 0).records).count == 1)
    broker.plan.clear()
    #expect(try broker.produce(Batch.of(["c"]), to: "t").baseOffset == 1)
    #expect(Batch.headers(try broker.fetch("t", from: 0).records).count == 2)
  }

  @Test("a failing disk takes its directory offline")
  func failingDisk() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    broker.plan.add(FaultPlan.Rule(.write, pathContains: "t-0/", times: 1, .fail(5)))
    #expect(try broker.produce(Batch.of(["b"]), to: "t").errorCode == .kafkaStorageError)
    #expect(try broker.produce(Batch.of(["b"]), to: "t").errorCode == .kafkaStorageError)
    #expect(try broker.fetch("t", from: 0).errorCode == .kafkaStorageError)
    #expect(broker.logLines.contains { $0.contains("offline") })
  }

  @Test("an unknown partition has an empty list of aborted transactions, a failed read has none")
  func abortedOfErrors() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    let unknown = try broker.fetch("t", partition: 7, from: 0)
    #expect(unknown.errorCode == .unknownTopicOrPartition)
    #expect(unknown.abortedTransactions == [])
    let behind = try broker.fetch("t", from: 9)
    #expect(behind.errorCode == .offsetOutOfRange)
    #expect(behind.abortedTransactions == nil)
  }
}
