import CommitLog
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// Incremental fetches: what a session remembers, answers and refuses (KIP-227).
@Suite struct FetchSessionTests {
  /// Partition numbers of an answer, in order.
  private func partitions(_ response: FetchResponse?) -> [Int32] {
    response?.responses.flatMap { $0.partitions.map(\.partitionIndex) } ?? []
  }

  private func broker(
    partitions: Int32 = 4, _ properties: [String: String] = [:], loops: Int = 1
  ) throws -> TestBroker {
    let broker = try TestBroker(properties, loops: loops)
    try broker.createTopic("t", partitions: partitions)
    return broker
  }

  private func all(_ count: Int32 = 4) -> [(String, Int32, Int64)] {
    (0..<count).map { ("t", $0, 0) }
  }

  @Test("the first answer names all partitions, the next only those with something new")
  func incremental() throws {
    let broker = try broker()
    let client = FetchClient(broker)
    let first = try client.fetch(all())
    #expect(first.sessionId != 0)
    #expect(partitions(first) == [0, 1, 2, 3])
    #expect(try client.fetch().responses.isEmpty)
    _ = try broker.produce(Batch.of(["a", "b"]), to: "t", partition: 2)
    let second = try client.fetch()
    #expect(second.sessionId == first.sessionId)
    #expect(partitions(second) == [2])
    #expect(second.responses[0].partitions[0].highWatermark == 2)
    #expect(Batch.headers(second.responses[0].partitions[0].records).count == 1)
    // What was not moved on is sent again; what was is silent.
    #expect(partitions(try client.fetch()) == [2])
    #expect(try client.fetch([("t", 2, 2)]).responses.isEmpty)
  }

  @Test("topics by id", arguments: [Int16(13), 18])
  func topicIds(version: Int16) throws {
    let broker = try TestBroker()
    let id = try broker.createTopic("t", partitions: 2)
    let client = FetchClient(broker, version: version, ids: ["t": id])
    #expect(partitions(try client.fetch(all(2))) == [0, 1])
    _ = try broker.produce(Batch.of(["a"]), to: "t", partition: 1)
    let answer = try client.fetch()
    #expect(partitions(answer) == [1])
    #expect(answer.responses[0].topicId == id)
    #expect(try client.fetch([("t", 1, 1)], forget: [("t", 0)]).responses.isEmpty)
    _ = try broker.produce(Batch.of(["a"]), to: "t", partition: 0)
    #expect(try client.fetch().responses.isEmpty)
  }

  @Test("epochs, ids and the way topics are named are checked")
  func refusals() throws {
    let broker = try broker()
    let client = FetchClient(broker)
    try client.fetch(all())
    client.epoch = 3
    #expect(try client.fetch().errorCode == .invalidFetchSessionEpoch)
    client.epoch = 1
    #expect(try client.fetch().errorCode == .none)
    client.epoch = 1
    #expect(try client.fetch().errorCode == .invalidFetchSessionEpoch)
    client.epoch = 2
    let byId = client.request()
    #expect(try broker.send(byId, version: 13).errorCode == .fetchSessionTopicIdError)
    let known = client.sessionId
    client.sessionId = known == 1 ? 2 : 1
    #expect(try client.fetch().errorCode == .fetchSessionIdNotFound)
    client.sessionId = 0
    #expect(try client.fetch().errorCode == .fetchSessionIdNotFound)
    client.sessionId = known
    #expect(try client.fetch().errorCode == .none)
  }

  @Test("an epoch of -1 ends the session, and one of 0 begins another in its place")
  func ends() throws {
    let broker = try broker()
    let client = FetchClient(broker)
    try client.fetch(all())
    let first = client.sessionId
    client.epoch = 0
    try client.fetch(all())
    #expect(client.sessionId != first && client.sessionId != 0)
    #expect(broker.node.fetchSessions.withLock { $0.count } == 1)
    client.epoch = -1
    let last = try client.fetch(all())
    #expect(last.sessionId == 0)
    #expect(partitions(last) == [0, 1, 2, 3])
    #expect(broker.node.fetchSessions.withLock { $0.count } == 0)
    let watchers = broker.node.currentImage.topicsByName["t"]?.partitions.map { partition in
      partition.state.withLock { $0.watchers.count }
    }
    #expect(watchers == [0, 0, 0, 0])
  }

  @Test("forgotten partitions are silent, and a session without any is over")
  func forgotten() throws {
    let broker = try broker()
    let client = FetchClient(broker)
    try client.fetch(all())
    try client.fetch(forget: [("t", 1), ("t", 2), ("no", 0), ("t", 9)])
    for partition in Int32(0)..<4 {
      _ = try broker.produce(Batch.of(["a"]), to: "t", partition: partition)
    }
    #expect(partitions(try client.fetch()).sorted() == [0, 3])
    // One that comes back is there again, with what it has.
    #expect(
      partitions(try client.fetch([("t", 1, 0), ("t", 0, 1), ("t", 3, 1)])) == [1])
    let last = try client.fetch(forget: [("t", 0), ("t", 1), ("t", 3)])
    #expect(last.sessionId == 0)
    #expect(broker.node.fetchSessions.withLock { $0.count } == 0)
  }

  @Test("a session's fetch waits, and any loop's append wakes it")
  func waits() throws {
    let broker = try broker(loops: 2)
    let client = FetchClient(broker, loop: 1)
    try client.fetch(all())
    try client.wait()
    _ = try broker.produce(Batch.of(["a"]), to: "t", partition: 3)
    let woken = try client.answer()
    #expect(partitions(woken) == [3])
    try client.wait([("t", 3, 1)])
    broker.advance(ms: 499)
    #expect(try client.answer() == nil)
    broker.advance(ms: 1)
    let late = try client.answer()
    #expect(late?.responses.isEmpty == true)
    #expect(late?.sessionId == client.sessionId)
  }

  @Test("a session's fetch waits for as many bytes as it asks for")
  func minBytes() throws {
    let broker = try broker()
    let client = FetchClient(broker)
    try client.fetch(all())
    let size = Batch.of(["a"]).count
    try client.wait(minBytes: Int32(2 * size + 1))
    for partition in Int32(0)..<2 {
      _ = try broker.produce(Batch.of(["a"]), to: "t", partition: partition)
      #expect(try client.answer() == nil)
    }
    _ = try broker.produce(Batch.of(["a"]), to: "t", partition: 1)
    let answer = try client.answer()
    #expect(partitions(answer).sorted() == [0, 1])
  }

  @Test("where the answer is full, the others come first in the next")
  func rotation() throws {
    let broker = try broker()
    for _ in 0..<3 {
      for partition in Int32(0)..<4 {
        _ = try broker.produce(Batch.of(["a"]), to: "t", partition: partition)
      }
    }
    let client = FetchClient(broker)
    let size = Int32(Batch.of(["a"]).count)
    let first = try client.fetch(all(), maxBytes: size, partitionMaxBytes: size)
    var seen: [Int32] = []
    var offsets: [Int32: Int64] = [:]
    func take(_ response: FetchResponse) {
      for topic in response.responses {
        for partition in topic.partitions where partition.records?.isEmpty == false {
          seen.append(partition.partitionIndex)
          offsets[partition.partitionIndex, default: 0] += 1
        }
      }
    }
    take(first)
    #expect(seen == [0])
    for _ in 0..<11 {
      let moved = seen.suffix(1).map { ("t", $0, offsets[$0] ?? 0) }
      take(try client.fetch(moved, maxBytes: size, partitionMaxBytes: size))
    }
    for partition in Int32(0)..<4 { #expect(offsets[partition] == 3, "partition \(partition)") }
    #expect(Set(seen.prefix(5)).count == 4, "\(seen)")
  }

  @Test("a batch larger than what is left is first in the next answer, and whole")
  func large() throws {
    let broker = try broker()
    let client = FetchClient(broker)
    try client.fetch(all())
    let large = Batch.of([String(repeating: "x", count: 5000)])
    _ = try broker.produce(Batch.of(["a"]), to: "t", partition: 0)
    _ = try broker.produce(large, to: "t", partition: 1)
    #expect(partitions(try client.fetch(maxBytes: 1000)) == [0])
    let next = try client.fetch([("t", 0, 1)], maxBytes: 1000)
    #expect(partitions(next) == [1])
    #expect(next.responses[0].partitions[0].records?.count == large.count)
  }

  @Test("another log start is told, in its time")
  func logStart() throws {
    let broker = try broker()
    _ = try broker.produce(Batch.of(["a", "b"]), to: "t", partition: 1)
    let client = FetchClient(broker)
    try client.fetch([("t", 0, 0), ("t", 1, 2)])
    try client.wait()
    let deletion = DeleteRecordsRequest(
      topics: [.init(name: "t", partitions: [.init(partitionIndex: 1, offset: 1)])])
    _ = try broker.send(deletion, version: 2)
    #expect(try client.answer() == nil)
    broker.advance(ms: 500)
    let answer = try client.answer()
    #expect(partitions(answer) == [1])
    #expect(answer?.responses[0].partitions[0].logStartOffset == 1)
    #expect(try client.fetch().responses.isEmpty)
  }

  @Test("errors are repeated until they are over")
  func errors() throws {
    let broker = try broker()
    let client = FetchClient(broker)
    try client.fetch(all() + [("later", 0, 0)])
    for _ in 0..<2 {
      let answer = try client.fetch()
      #expect(answer.responses.map(\.topic) == ["later"])
      #expect(answer.responses[0].partitions[0].errorCode == .unknownTopicOrPartition)
    }
    try broker.createTopic("later")
    let found = try client.fetch()
    #expect(found.responses[0].partitions[0].errorCode == .none)
    #expect(found.responses[0].partitions[0].highWatermark == 0)
    try client.wait()
    _ = try broker.produce(Batch.of(["a"]), to: "later")
    #expect(try client.answer()?.responses.map(\.topic) == ["later"])
    _ = try broker.send(
      FetchRequest(maxBytes: 1, sessionId: client.sessionId, sessionEpoch: -1), version: 12)
  }

  @Test("a deleted topic wakes its readers, and another of its name is read by them")
  func deletion() throws {
    let broker = try broker(partitions: 1)
    _ = try broker.produce(Batch.of(["old"]), to: "t")
    let client = FetchClient(broker)
    try client.fetch([("t", 0, 1)])
    try client.wait()
    _ = try broker.send(DeleteTopicsRequest(topicNames: ["t"], timeoutMs: 1000), version: 5)
    #expect(try client.answer()?.responses[0].partitions[0].errorCode == .unknownTopicOrPartition)
    try broker.createTopic("t")
    #expect(
      try client.fetch([("t", 0, 0)]).responses[0].partitions[0].errorCode == ErrorCode.none)
    try client.wait()
    _ = try broker.produce(Batch.of(["new"]), to: "t")
    #expect(partitions(try client.answer()) == [0])
  }

  @Test("a directory that goes offline answers those who wait for it")
  func offline() throws {
    let broker = try broker()
    let client = FetchClient(broker)
    try client.fetch(all())
    try client.wait()
    let alone = broker.connect()
    try broker.sendPending(
      broker.fetchRequest("t", partition: 2, from: 0, maxWaitMs: 500), version: 12,
      connection: alone)
    broker.plan.add(FaultPlan.Rule(.write, pathContains: "t-0/", .fail(5)))
    #expect(try broker.produce(Batch.of(["a"]), to: "t").errorCode == .kafkaStorageError)
    let single = try broker.takeAnswer(FetchRequest.self, version: 12, connection: alone)
    #expect(single?.responses[0].partitions[0].errorCode == .kafkaStorageError)
    let answer = try client.answer()
    #expect(answer?.responses.first?.partitions[0].errorCode == .kafkaStorageError)
    #expect(partitions(try client.fetch()).sorted() == [0, 1, 2, 3])
  }

  @Test("a second request for the session takes the place of one that waits")
  func twoRequests() throws {
    let broker = try broker(loops: 2)
    let client = FetchClient(broker)
    try client.fetch(all())
    try client.wait()
    let other = FetchClient(broker, loop: 1)
    (other.sessionId, other.epoch) = (client.sessionId, 2)
    #expect(try other.fetch().errorCode == .none)
    #expect(try client.answer()?.errorCode == .invalidFetchSessionEpoch)
  }

  @Test("a closed connection leaves the session, for the next")
  func reconnection() throws {
    let broker = try broker()
    let client = FetchClient(broker)
    try client.fetch(all())
    try client.wait()
    broker.closeConnection(client.connection)
    _ = try broker.produce(Batch.of(["a"]), to: "t")
    let next = FetchClient(broker)
    (next.sessionId, next.epoch) = (client.sessionId, 2)
    #expect(partitions(try next.fetch()) == [0])
  }

  @Test("no more sessions than slots; the stale and the small have to go after two minutes")
  func eviction() throws {
    let broker = try broker(["max.incremental.fetch.session.cache.slots": "2"])
    let first = FetchClient(broker)
    let second = FetchClient(broker)
    let third = FetchClient(broker)
    try first.fetch(all(2))
    try second.fetch(all(3))
    #expect(try third.fetch(all(4)).sessionId == 0)
    #expect(partitions(try third.fetch(all(4))) == [0, 1, 2, 3])
    broker.advance(ms: 120_001)
    _ = try first.fetch()
    // The second was silent for two minutes.
    #expect(try third.fetch(all(1)).sessionId != 0)
    #expect(try second.fetch().errorCode == .fetchSessionIdNotFound)
    // Of those in use the smaller goes, once it is old enough, for a larger one alone.
    second.epoch = 0
    second.sessionId = 0
    #expect(try second.fetch(all(2)).sessionId == 0)
    #expect(try second.fetch(all(3)).sessionId != 0)
    #expect(try first.fetch().errorCode == .fetchSessionIdNotFound)
    #expect(try third.fetch().errorCode == .none)
  }

  @Test("without slots there are no sessions")
  func none() throws {
    let broker = try broker(["max.incremental.fetch.session.cache.slots": "0"])
    let client = FetchClient(broker)
    for _ in 0..<2 { #expect(partitions(try client.fetch(all())) == [0, 1, 2, 3]) }
    #expect(client.sessionId == 0)
  }

  @Test("epochs go on with 1 behind the largest")
  func wrap() {
    var state = FetchSessionState(nextEpoch: .max)
    state.advanceEpoch()
    #expect(state.nextEpoch == 1)
  }

  @Test("an evicted session's fetch that waits is answered")
  func evictedWaiting() throws {
    let broker = try broker(["max.incremental.fetch.session.cache.slots": "1"])
    let first = FetchClient(broker)
    try first.fetch(all())
    try first.wait(maxWaitMs: 500_000)
    broker.advance(ms: 120_001)
    let second = FetchClient(broker)
    #expect(try second.fetch(all()).sessionId != 0)
    #expect(try first.answer()?.responses.isEmpty == true)
  }
}
