import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// What a restatement would lose is never let go.
extension RestatementTests {
  @Test("records of kinds that nobody here knows are never let go")
  func foreign() throws {
    let broker = try broker()
    let partition = try broker.partition(of: "g")
    var batch = try foreignBatch()
    let header = try RecordBatchHeader(batch.rawSpan)
    var span = batch.mutableSpan
    _ = try partition.state.withLock { state in
      try state.log?.append(&span, header: header, leaderEpoch: 0, nowMs: broker.nowMs)
    }
    broker.abandon()
    let again = try self.broker(directory: broker.directory)
    #expect(tells(again, "it is never compacted") == 1)
    for number in 0..<200 { #expect(try again.commit(Int64(number)) == .none) }
    for _ in 0..<5 { again.advance(ms: 5_000) }
    #expect(tells(again, "are let go") == 0)
  }

  /// A record that nobody here knows.
  private func foreignBatch() throws -> [UInt8] {
    var builder = RecordBatchBuilder(capacity: 1 << 16)
    _ = builder.append(timestamp: 1, key: ([0, 3, 1, 2] as [UInt8]).rawSpan, value: nil)
    return try builder.finish()
  }

  /// Writes to the partition as Kafka's admin tool may.
  private func writeForeign(_ broker: TestBroker, isWhole: Bool = true) throws -> ErrorCode {
    var records = try foreignBatch()
    if !isWhole { records[records.count - 1] ^= 1 }
    let frame = TestBroker.produceRequest(records, to: OffsetsTopic.name, version: 9)
      .frame(version: 9, correlationId: 7, clientId: InternalTopics.adminClientId)
    guard case .bytes(let bytes) = broker.handle(Array(frame.dropFirst(4))) else {
      throw TestBroker.Failure(description: "no answer")
    }
    return try TestBroker.decode(ProduceRequest.self, bytes, version: 9)
      .responses[0].partitionResponses[0].errorCode
  }

  @Test("what an admin tool has written is never let go", arguments: [true, false])
  func adminTool(isWhole: Bool) throws {
    let broker = try broker()
    for _ in 0..<2 {
      #expect(
        try writeForeign(broker, isWhole: isWhole) == (isWhole ? .none : .corruptMessage))
    }
    for number in 0..<200 { #expect(try broker.commit(Int64(number)) == .none) }
    for _ in 0..<5 { broker.advance(ms: 5_000) }
    // A batch that was refused is not in the log.
    #expect(tells(broker, "an admin tool writes to __consumer_offsets-0") == (isWhole ? 1 : 0))
    #expect((tells(broker, "are let go") == 0) == isWhole)
  }

  @Test("what an admin tool writes during a restatement ends it", arguments: [true, false])
  func adminToolInBetween(isWritten: Bool) throws {
    let broker = try broker()
    for number in 0..<200 {
      #expect(try broker.commit(Int64(number), group: "g\(number % 50)") == .none)
    }
    // Nothing is flushed before the jobs run.
    broker.runsJobs = false
    broker.advance(ms: 5_000)
    for _ in 0..<200 where isWritten {
      if try isFlushing(broker) { break }
      broker.advance(ms: 2)
    }
    #expect(try isFlushing(broker) == isWritten)
    #expect(try writeForeign(broker) == .none)
    broker.runsJobs = true
    for _ in 0..<20 { broker.advance(ms: 5_000) }
    #expect(tells(broker, "it holds records that its groups do not know of") == 1)
    #expect(tells(broker, "are let go") == 0)
    broker.abandon()
    let again = try self.broker(directory: broker.directory)
    #expect(tells(again, "it is never compacted") == 1)
  }

  private func isFlushing(_ broker: TestBroker) throws -> Bool {
    let groups = try #require(try broker.partition(of: "g").groups)
    return groups.shard.withLock { shard in
      if case .flushing = shard.restatement.phase { true } else { false }
    }
  }

  @Test("what was written before all was loaded is not forgotten by that")
  func forbiddenBeforeLoading() throws {
    let broker = try broker()
    let partition = try broker.partition(of: "g")
    #expect(try writeForeign(broker) == .none)
    broker.processors[0].groupsLoaded(
      LoadedGroups(), of: partition,
      now: GroupInstant(wallMs: broker.nowMs, nanos: broker.nowNanos))
    let groups = try #require(partition.groups)
    let isForbidden = groups.shard.withLock { $0.restatement.isForbidden }
    #expect(isForbidden)
  }

  @Test("damage that was not searched to its end is never let go")
  func unsearched() throws {
    let broker = try broker(segmentBytes: 8 << 20)
    let metadata = String(repeating: "m", count: 3_900)
    for number in 0..<250 { #expect(try broker.commit(Int64(number), metadata: metadata) == .none) }
    try broker.stop()
    let path = broker.directory + "/__consumer_offsets-0/00000000000000000000.log"
    let file = try PosixFileSystem().open(path, .readWrite)
    // Heads of batches that are none, behind the third batch; each says that it reaches far, so
    // that to try them all would take too long. No entry of the index that is looked at after a
    // clean stop leads there.
    let bytes = try file.read(at: 0, count: 16_384)
    let start = 3 * (try RecordBatchHeader(bytes.rawSpan).sizeInBytes)
    var head = Array(bytes[start..<start + RecordBatchHeader.size])
    head.replaceSubrange(8..<12, with: [0, 4, 0, 0])
    let heads = Array(repeatElement(head, count: 2_000).joined())
    #expect(try file.size() > Int64(start + heads.count + 0x50000))
    try file.write(heads.rawSpan, at: Int64(start))
    let again = try self.broker(directory: broker.directory)
    #expect(tells(again, "it is never compacted") == 1)
    for _ in 0..<5 { again.advance(ms: 5_000) }
    #expect(tells(again, "are let go") == 0)
  }
}
