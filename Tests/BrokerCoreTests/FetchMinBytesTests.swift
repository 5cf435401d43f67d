import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// When a fetch that asks for `min.bytes` is answered. Where nothing else is said Kafka 4.3.1
/// answers the same requests at once, or waits, as here.
@Suite("fetch.min.bytes")
struct FetchMinBytesTests {
  private static func batch(_ size: Int) -> [UInt8] {
    Batch.of([String(repeating: "x", count: size)])
  }

  /// Sends a fetch that may wait for a minute.
  ///
  /// - Returns: How many bytes came for each partition; nil where it waits.
  private func fetch(
    _ broker: TestBroker, _ wanted: [(partition: Int32, offset: Int64, limit: Int32)],
    minBytes: Int32, maxBytes: Int32 = 1 << 26, connection: UInt64? = nil
  ) throws -> [Int]? {
    let request = FetchRequest(
      maxWaitMs: 60_000, minBytes: minBytes, maxBytes: maxBytes,
      topics: [
        .init(
          topic: "t",
          partitions: wanted.map {
            .init(partition: $0.partition, fetchOffset: $0.offset, partitionMaxBytes: $0.limit)
          })
      ])
    let frame = request.frame(version: 12, correlationId: 7, clientId: "test")
    switch broker.handle(Array(frame.dropFirst(4)), connection: connection) {
    case .bytes(let bytes): return try sizes(bytes)
    case .pending: return nil
    default: throw TestBroker.Failure(description: "closed")
    }
  }

  private func sizes(_ bytes: [UInt8]) throws -> [Int] {
    try TestBroker.decode(FetchRequest.self, bytes, version: 12).responses.flatMap(\.partitions)
      .map { $0.records?.count ?? 0 }
  }

  private func brokerWithTwoSegments() throws -> TestBroker {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["segment.bytes": "1048576"])
    for _ in 0..<2 { _ = try broker.produce(Self.batch(600_000), to: "t") }
    return broker
  }

  @Test("a fetch below the active segment completes at once, one within it waits")
  func olderSegment() throws {
    let broker = try brokerWithTwoSegments()
    let old = try fetch(broker, [(0, 0, 1 << 20)], minBytes: 1_000_000)
    #expect(try #require(old).first.map { $0 > 600_000 } == true)
    #expect(try fetch(broker, [(0, 1, 1 << 20)], minBytes: 1_000_000) == nil)
    #expect(try fetch(broker, [(0, 1, 1 << 20)], minBytes: 600_000)?.first != nil)
  }

  @Test("a fetch that waits in a segment is answered when the next one begins")
  func roll() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", configs: ["segment.bytes": "1048576"])
    _ = try broker.produce(Self.batch(600_000), to: "t")
    let connection = broker.connect()
    #expect(
      try fetch(broker, [(0, 0, 1 << 26)], minBytes: 50_000_000, connection: connection) == nil)
    _ = try broker.produce(Self.batch(600_000), to: "t")
    let answer = try broker.takeAnswer(FetchRequest.self, version: 12, connection: connection)
    #expect(answer?.responses.first?.partitions.first?.records?.isEmpty == false)
  }

  @Test("the same holds for the log of groups, whose records the broker appends itself")
  func rollOfGroupLog() throws {
    let broker = try TestBroker([
      "offsets.topic.num.partitions": "1", "offsets.topic.segment.bytes": "1000",
    ])
    try broker.createTopic("t")
    try broker.findCoordinator()
    #expect(try broker.commit(0) == .none)
    let connection = broker.connect()
    let request = broker.fetchRequest(
      "__consumer_offsets", from: 0, maxWaitMs: 60_000, minBytes: 900_000)
    try broker.sendPending(request, version: 12, connection: connection)
    var answer: FetchResponse?
    var rolled = 0
    let log = try broker.partition(of: "g")
    for offset in 1...Int64(30) where rolled == 0 {
      #expect(try broker.commit(offset) == .none)
      rolled = log.state.withLock { Int($0.log?.activeSegmentBaseOffset ?? 0) }
      answer = try broker.takeAnswer(FetchRequest.self, version: 12, connection: connection)
      #expect((answer != nil) == (rolled > 0))
    }
    #expect(rolled > 0)
    #expect(Batch.headers(answer?.responses[0].partitions[0].records).count == rolled)
  }

  @Test("min.bytes is capped by max.bytes and by fetch.max.bytes")
  func maxima() throws {
    let broker = try TestBroker(["fetch.max.bytes": "2000"])
    try broker.createTopic("t")
    _ = try broker.produce(Self.batch(3_000), to: "t")
    #expect(try fetch(broker, [(0, 0, 1 << 20)], minBytes: 5_000_000) != nil)
    #expect(try fetch(broker, [(0, 0, 1 << 20)], minBytes: 5_000_000, maxBytes: 1_000) != nil)
    // Nothing is there and nothing may come.
    #expect(try fetch(broker, [(0, 1, 1 << 20)], minBytes: 1, maxBytes: 0) == [0])
    #expect(try fetch(broker, [(0, 1, 1 << 20)], minBytes: 1) == nil)
  }

  /// Kafka waits here.
  @Test("min.bytes is capped by the sum of what the partitions may return")
  func partitionMaxima() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", partitions: 2)
    _ = try broker.produce(Self.batch(600), to: "t")
    #expect(try fetch(broker, [(0, 0, 400), (1, 0, 100)], minBytes: 1_000) != nil)
    #expect(try fetch(broker, [(0, 0, 1_000), (1, 0, 100)], minBytes: 1_000) == nil)
  }

  @Test("what does not fit into the answer counts, of each partition up to its limit")
  func doesNotFit() throws {
    let broker = try TestBroker()
    try broker.createTopic("t", partitions: 2)
    _ = try broker.produce(Self.batch(600), to: "t")
    _ = try broker.produce(Self.batch(500), to: "t", partition: 1)
    let limit: Int32 = 1 << 20
    let cut = try #require(
      try fetch(broker, [(0, 0, limit), (1, 0, limit)], minBytes: 1_000, maxBytes: 1_000))
    #expect(cut[0] > 600 && cut[1] == 0)
    #expect(try fetch(broker, [(0, 0, limit), (1, 0, limit)], minBytes: 1_000) != nil)
    #expect(try fetch(broker, [(0, 0, limit), (1, 0, 100)], minBytes: 1_000) == nil)
    #expect(try fetch(broker, [(0, 0, limit), (1, 0, 100)], minBytes: 700) != nil)
    #expect(try fetch(broker, [(0, 0, limit), (1, 0, limit)], minBytes: 2_000) == nil)
  }

  @Test("the same holds within a fetch session")
  func session() throws {
    let broker = try brokerWithTwoSegments()
    let client = FetchClient(broker)
    try client.fetch([("t", 0, 0)])
    // Not enough, and no more can come into this segment.
    let request = client.request(
      [("t", 0, 0)], maxWaitMs: 60_000, minBytes: 1_000_000, partitionMaxBytes: 1 << 20)
    let answer = try broker.send(request, version: 12, connection: client.connection)
    #expect(answer.responses.first?.partitions.first?.records?.isEmpty == false)
    client.note(answer)
    // The sum of the limits is that of the partitions as the session has them now.
    let capped = client.request(
      [("t", 0, 1)], maxWaitMs: 60_000, minBytes: 1_000_000, partitionMaxBytes: 1_000)
    let second = try broker.send(capped, version: 12, connection: client.connection)
    #expect(second.responses.first?.partitions.first?.records?.isEmpty == false)
  }

  @Test("a negative limit is an error, as in Kafka")
  func negative() throws {
    let broker = try TestBroker()
    try broker.createTopic("t")
    _ = try broker.produce(Self.batch(100), to: "t")
    #expect(
      try broker.fetch("t", from: 0, partitionMaxBytes: -5).errorCode == .unknownServerError)
    #expect(try broker.fetch("t", from: 0, maxBytes: -5).errorCode == .unknownServerError)
  }
}
