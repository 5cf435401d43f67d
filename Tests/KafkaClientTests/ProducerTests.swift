import KafkaFormat
import Testing
import Transport

@testable import KafkaClient

@Suite struct ProducerTests {
  @Test("records arrive in order, once, with offsets and times of their batches")
  func order() throws {
    let setup = try ProducerSetup(["batch.size": "200", "linger.ms": "5"])
    for _ in 0..<1000 { #expect(setup.append() == .appended(partition: 0)) }
    #expect(setup.flush())
    #expect(setup.cluster.values("t", 0) == (0..<1000).map { "v\($0)" })
    let entries = setup.recorder.entries
    #expect(setup.recorder.acknowledged == 1000)
    #expect(entries.map(\.firstRecordIndex) == entries.map(\.baseOffset))
    #expect(entries.allSatisfy { $0.error == nil && $0.attempts == 1 && !$0.wasReordered })
    #expect(
      entries.allSatisfy { $0.openedNanos <= $0.sentNanos && $0.sentNanos < $0.completedNanos })
    let runs = entries.flatMap(\.runs)
    #expect(runs.reduce(0) { $0 + Int($1.count) } == 1000)
    #expect(runs.map(\.scheduledNanos) == runs.map(\.scheduledNanos).sorted())
    #expect(setup.producer.statistics.records == 1000)
    #expect(setup.producer.bufferedBytes == 0)
  }

  @Test(
    "each batch finds its result, in whatever order the broker answers",
    arguments: ["asked", "reversed", "shuffled"], [Int16(9), 13])
  func answerOrder(order: String, version: Int16) throws {
    let setup = try ProducerSetup(partitions: 7, open: false)
    setup.cluster.versions[.produce] = 0...version
    setup.cluster.addTopic("u", partitions: 5)
    var requested = 0
    setup.cluster.orderAnswer = { response in
      requested = max(requested, response.responses.flatMap(\.partitionResponses).count)
      if order == "asked" { return }
      response.responses.reverse()
      for index in response.responses.indices {
        response.responses[index].partitionResponses.reverse()
        if order == "shuffled", response.responses[index].partitionResponses.count > 3 {
          response.responses[index].partitionResponses.swapAt(0, 3)
        }
      }
    }
    try setup.open()
    var other: TopicHandle?
    setup.producer.openTopic("u") { other = try? $0.get() }
    setup.transport.run(seconds: 10) { other != nil }
    let topics = [(setup.topic, Int32(7)), (try #require(other), Int32(5))]
    // Partition n has n records before: what is acknowledged tells the partitions apart.
    for round in 0..<2 {
      for (topic, partitions) in topics {
        for partition in 0..<partitions {
          for _ in 0..<(round == 0 ? Int(partition) : 1) {
            let result = setup.producer.append(
              topic, partition: partition, key: nil, value: [1].rawSpan, timestampMs: 1,
              scheduledNanos: 0)
            #expect(result == .appended(partition: partition))
          }
        }
      }
      #expect(setup.flush())
    }
    #expect(requested == 12 && setup.recorder.failed == 0)
    let last = setup.recorder.entries.suffix(12)
    #expect(last.allSatisfy { $0.baseOffset == Int64($0.partition) && $0.recordCount == 1 })
  }

  @Test("a full batch goes at once, a small one after linger.ms")
  func linger() throws {
    let setup = try ProducerSetup(["batch.size": "1000", "linger.ms": "50"])
    let start = setup.transport.nowNanos
    setup.append("small")
    setup.transport.run(seconds: 0.049)
    #expect(setup.cluster.produceRequests == 0)
    setup.transport.run(seconds: 0.01)
    #expect(setup.recorder.entries.count == 1)
    let lingered = setup.recorder.entries[0].sentNanos - start
    #expect(lingered >= 50_000_000 && lingered < 51_000_000)
    let text = String(repeating: "x", count: 600)
    setup.append(text)
    setup.append(text)
    setup.transport.run(seconds: 0.01)
    #expect(setup.recorder.entries.count == 2)
    #expect(setup.cluster.values("t", 0) == ["small", text])
  }

  @Test("linger.ms=0 sends what one turn of the loop appended together")
  func noLinger() throws {
    let setup = try ProducerSetup(["linger.ms": "0"])
    for _ in 0..<10 { setup.append() }
    setup.transport.run(seconds: 0.01)
    #expect(setup.recorder.entries.map(\.recordCount) == [10])
  }

  @Test("a batch that is due still takes records while enough is in flight", arguments: [0, 5])
  func dueBatchGrows(lingerMs: Int) throws {
    let setup = try ProducerSetup(
      partitions: 3,
      ["linger.ms": "\(lingerMs)", "max.in.flight.requests.per.connection": "1"])
    setup.transport.latencyNanos = 50_000_000
    for _ in 0..<8 {
      for partition in 0..<3 { setup.append(partition: Int32(partition)) }
      setup.transport.run(seconds: 0.01)
    }
    #expect(setup.flush())
    #expect(setup.cluster.produceRequests == 2)
    #expect(setup.recorder.entries.map(\.recordCount) == [1, 1, 1, 7, 7, 7])
    for partition in 0..<3 {
      let values = setup.cluster.values("t", partition)
      #expect(values == (0..<8).map { "v\($0 * 3 + partition)" })
    }
  }

  @Test("small batches of many partitions go one request at a time, those of few go at once")
  func manySmallBatches() throws {
    for (partitions, requests) in [(Int32(40), 2), (8, 8)] {
      let setup = try ProducerSetup(
        partitions: partitions,
        ["linger.ms": "0", "max.in.flight.requests.per.connection": "100", "acks": "1"])
      setup.transport.latencyNanos = 50_000_000
      for _ in 0..<8 {
        for partition in 0..<partitions { setup.append(partition: partition) }
        setup.transport.run(seconds: 0.01)
      }
      #expect(setup.flush())
      #expect(setup.cluster.produceRequests == requests, "\(partitions) partitions")
      #expect(setup.recorder.entries.reduce(0) { $0 + $1.recordCount } == 8 * Int(partitions))
    }
  }

  @Test("a record larger than batch.size has a batch of its own, one over max.request.size none")
  func largeRecords() throws {
    let setup = try ProducerSetup(["batch.size": "100", "max.request.size": "5000"])
    #expect(setup.append(String(repeating: "x", count: 4000)) == .appended(partition: 0))
    guard case .rejected(.recordTooLarge) = setup.append(String(repeating: "x", count: 5001))
    else { return #expect(Bool(false), "a record over the limit was taken") }
    #expect(setup.flush())
    #expect(setup.recorder.entries.map(\.recordCount) == [1])
  }

  @Test("a batch after a large record is not larger than batch.size, and the record is alone")
  func afterLargeRecord() throws {
    let setup = try ProducerSetup(["batch.size": "300"])
    setup.append(String(repeating: "x", count: 4000))
    for _ in 0..<100 { setup.append("small") }
    #expect(setup.flush())
    #expect(setup.recorder.entries.first?.recordCount == 1)
    #expect(setup.recorder.entries.dropFirst().allSatisfy { $0.wireBytes <= 300 })
    #expect(setup.recorder.acknowledged == 101)
  }

  @Test("every codec and headers come back as they went in", arguments: CompressionCodec.allCases)
  func codecs(codec: CompressionCodec) throws {
    let setup = try ProducerSetup(["compression.type": codec.name, "batch.size": "4096"])
    var headers = RecordHeaders()
    headers.append(key: "h", value: [1, 2, 3])
    let bytes = Array("with headers".utf8)
    _ = setup.producer.append(
      setup.topic, key: nil, value: bytes.rawSpan, headers: headers, timestampMs: 5,
      scheduledNanos: 0)
    for index in 0..<500 { setup.append("value \(index) value \(index)") }
    #expect(setup.flush())
    let values = setup.cluster.values("t", 0)
    #expect(values.first == "with headers")
    #expect(values.dropFirst().elementsEqual((0..<500).map { "value \($0) value \($0)" }))
  }

  @Test("acks=0 completes when the bytes are taken, without offsets")
  func acksNone() throws {
    let setup = try ProducerSetup(["acks": "0", "batch.size": "300"])
    for _ in 0..<500 { setup.append() }
    #expect(setup.flush())
    setup.transport.run(seconds: 1)
    #expect(setup.cluster.values("t", 0).count == 500)
    #expect(setup.recorder.entries.allSatisfy { $0.baseOffset == -1 && $0.error == nil })
  }

  @Test("buffer.memory bounds what is taken; room is told, and all arrives")
  func bufferFull() throws {
    let setup = try ProducerSetup(["batch.size": "1000", "buffer.memory": "3000"])
    var turnedAway = 0
    func fill() {
      while setup.appended < 2000 {
        if setup.append() == .full {
          turnedAway += 1
          return
        }
        #expect(setup.producer.bufferedBytes <= 3000)
      }
    }
    setup.recorder.onReady = fill
    fill()
    setup.transport.run(seconds: 60) { setup.appended == 2000 }
    #expect(setup.flush())
    #expect(turnedAway > 3)
    #expect(setup.recorder.readyCount == turnedAway)
    #expect(setup.cluster.values("t", 0) == (0..<2000).map { "v\($0)" })
  }

  @Test("open batches of other partitions are sent when memory is short")
  func bufferHeldByOpenBatches() throws {
    let setup = try ProducerSetup(
      partitions: 4,
      [
        "batch.size": "1000", "buffer.memory": "3000", "linger.ms": "100000",
        "delivery.timeout.ms": "200000",
      ])
    for partition in 0..<3 { setup.append("x", partition: Int32(partition)) }
    #expect(setup.append("y", partition: 3) == .full)
    setup.transport.run(seconds: 1) { setup.recorder.readyCount == 1 }
    #expect(setup.append("y", partition: 3) == .appended(partition: 3))
  }

  @Test("small batches take little of buffer.memory, and grow up to batch.size")
  func rooms() throws {
    let setup = try ProducerSetup(
      partitions: 12,
      [
        "batch.size": "20000", "buffer.memory": "65536", "linger.ms": "100000",
        "delivery.timeout.ms": "200000",
      ])
    // Twelve times batch.size is far more than there is.
    for partition in 0..<12 {
      #expect(
        setup.append("x", partition: Int32(partition)) == .appended(partition: Int32(partition)))
    }
    #expect(setup.producer.bufferedBytes == 12 * 4096)
    let text = String(repeating: "x", count: 1000)
    for _ in 0..<10 { #expect(setup.append(text, partition: 5) == .appended(partition: 5)) }
    #expect(setup.producer.bufferedBytes == 11 * 4096 + 16384)
    #expect(setup.cluster.produceRequests == 0)
    // Once it is full, there is no room for another: all that is open goes.
    while setup.append(text, partition: 5) != .full {}
    setup.transport.run(seconds: 1) { setup.recorder.readyCount == 1 }
    #expect(setup.recorder.entries.count == 12)
    // The next batch begins with what the last one took.
    #expect(setup.append("y", partition: 5) == .appended(partition: 5))
    #expect(setup.producer.bufferedBytes == 20_000)
    for _ in 0..<40 { setup.append(text, partition: 5) }
    #expect(setup.flush())
    #expect(setup.producer.bufferedBytes == 0)
    let sizes = setup.cluster.topics["t"]?.partitions[5].batches.map(\.count) ?? []
    #expect(sizes.allSatisfy { $0 <= 20_000 } && sizes.contains { $0 > 19_000 }, "\(sizes)")
  }

  @Test("fill takes many records at once, batch by batch, within buffer.memory")
  func fill() throws {
    let setup = try ProducerSetup(["batch.size": "1000", "buffer.memory": "3000"])
    var next = 0
    var turnedAway = 0
    while next < 2000 {
      let size = "v\(next)".utf8.count
      let result = setup.producer.fill(setup.topic, partition: 0, nextBytes: size) { batch in
        while next < 2000 {
          let value = Array("v\(next)".utf8)
          let isIn = batch.append(
            key: nil, value: value.rawSpan, timestampMs: 1, scheduledNanos: Int64(next))
          if !isIn { break }
          next += 1
        }
      }
      if result == .full {
        turnedAway += 1
        let before = setup.recorder.readyCount
        setup.transport.run(seconds: 10) { setup.recorder.readyCount > before }
      }
    }
    // A batch that nothing was put into is not sent.
    setup.transport.run(seconds: 10) { setup.producer.bufferedBytes == 0 }
    let empty = setup.producer.fill(setup.topic, partition: 0, nextBytes: 900) { _ in }
    #expect(empty == .appended(partition: 0))
    #expect(setup.flush())
    #expect(turnedAway > 3)
    #expect(setup.cluster.values("t", 0) == (0..<2000).map { "v\($0)" })
    #expect(setup.recorder.entries.allSatisfy { $0.recordCount > 0 })
    #expect(setup.producer.bufferedBytes == 0)
  }

  @Test("several partitions' batches share a request")
  func sharedRequests() throws {
    let setup = try ProducerSetup(partitions: 8, ["linger.ms": "10"])
    for partition in 0..<8 { setup.append(partition: Int32(partition)) }
    #expect(setup.flush())
    #expect(setup.cluster.produceRequests == 1)
    #expect(setup.recorder.entries.count == 8)
  }

  @Test("close flushes; abort reports what was not acknowledged")
  func closing() throws {
    let first = try ProducerSetup()
    first.append()
    var isClosed = false
    first.producer.close(timeoutMs: 1000) { isClosed = true }
    first.transport.run(seconds: 2) { isClosed }
    #expect(isClosed && first.recorder.acknowledged == 1)
    #expect(first.append() == .rejected(.closed))

    let second = try ProducerSetup()
    second.append()
    second.producer.abort()
    let errors = second.recorder.entries.map(\.error)
    #expect(errors == [ClientError.closed])
    #expect(second.transport.connections.allSatisfy { $0.isClosed })
  }

  @Test("a topic that does not exist is told after max.block.ms")
  func unknownTopic() throws {
    let setup = try ProducerSetup(["max.block.ms": "3000"], open: false)
    setup.cluster.topics = [:]
    var result: Result<TopicHandle, ClientError>?
    setup.producer.openTopic("t") { result = $0 }
    setup.transport.run(seconds: 10) { result != nil }
    guard case .failure(let error) = result else { throw ClientError.closed }
    #expect(error.code == .unknownTopicOrPartition)
  }
}
