import KafkaFormat
import KafkaMessages
import Testing
import Transport

@testable import KafkaClient

/// The consumer's fetch sessions.
@Suite struct ConsumerSessionTests {
  private func setUp(
    partitions: Int32 = 3, versions: ClosedRange<Int16> = 4...18,
    _ properties: [String: String] = [:]
  ) throws -> ConsumerSetup {
    let setup = try ConsumerSetup(partitions: partitions, properties)
    setup.cluster.grantsSessions = true
    setup.cluster.versions[.fetch] = versions
    return setup
  }

  private func assign(_ setup: ConsumerSetup, _ partitions: Int = 3) throws {
    try setup.assign([StartPosition?](repeating: .earliest, count: partitions))
    // Until the first fetch of all of them is on its way.
    setup.transport.run(seconds: 5) {
      setup.cluster.fetches.contains { $0.topics.first?.partitions.count == partitions }
    }
  }

  private func named(_ request: FetchRequest?) -> [Int32] {
    request?.topics.flatMap { $0.partitions.map(\.partition) }.sorted() ?? []
  }

  private func forgotten(_ request: FetchRequest?) -> [Int32] {
    request?.forgottenTopicsData.flatMap(\.partitions).sorted() ?? []
  }

  @Test(
    "names all once, then only what moved", arguments: [7...12, 4...18] as [ClosedRange<Int16>])
  func incremental(versions: ClosedRange<Int16>) throws {
    let setup = try setUp(versions: versions)
    try assign(setup)
    setup.transport.run(seconds: 2)
    #expect(setup.cluster.sessions.count == 1)
    #expect(setup.cluster.fetches.last?.sessionEpoch ?? 0 > 1)
    #expect(named(setup.cluster.fetches.last).isEmpty)
    try setup.fill(0..<2, partition: 1)
    setup.run(until: 20)
    setup.transport.run(seconds: 1)
    #expect(setup.recorder.values.count == 20)
    let moved = setup.cluster.fetches.filter { !named($0).isEmpty }
    #expect(named(moved.last) == [1])
    #expect(moved.last?.topics.first?.partitions.first?.fetchOffset == 20)
    #expect(setup.cluster.sessions.count == 1)
  }

  @Test("a broker without sessions is told everything each time")
  func without() throws {
    let setup = try setUp(versions: 4...6)
    setup.cluster.grantsSessions = false
    try assign(setup)
    try setup.fill(0..<3, partition: 2)
    setup.run(until: 30)
    setup.transport.run(seconds: 1)
    #expect(setup.recorder.values.count == 30)
    #expect(named(setup.cluster.fetches.last) == [0, 1, 2])
  }

  @Test("a session that the broker does not know any more is begun anew")
  func unknown() throws {
    let setup = try setUp()
    try assign(setup)
    setup.transport.run(seconds: 1)
    let first = setup.cluster.sessions.keys.first
    setup.cluster.sessions = [:]
    setup.transport.run(seconds: 1)
    #expect(setup.cluster.sessions.count == 1)
    #expect(setup.cluster.sessions.keys.first != first)
    let again = setup.cluster.fetches.last { $0.sessionEpoch == 0 }
    #expect(again?.sessionId == 0)
    try setup.fill(0..<2)
    setup.run(until: 20)
    #expect(setup.recorder.values.count == 20)
    #expect(setup.recorder.failures.isEmpty)
  }

  @Test("where the epochs differ, the session is replaced")
  func epoch() throws {
    let setup = try setUp()
    try assign(setup)
    setup.transport.run(seconds: 1)
    let id = try #require(setup.cluster.sessions.keys.first)
    setup.cluster.sessions[id]?.epoch += 5
    setup.transport.run(seconds: 2)
    #expect(setup.cluster.sessions.count == 1 && setup.cluster.sessions[id] == nil)
    #expect(setup.cluster.fetches.last { $0.sessionEpoch == 0 }?.sessionId == id)
    try setup.fill(0..<2)
    setup.run(until: 20)
    #expect(setup.recorder.values.count == 20)
  }

  @Test("a broker that refuses sessions again and again is not asked without pause")
  func refusals() throws {
    let setup = try setUp()
    try assign(setup)
    setup.cluster.bend = { key, frame in
      guard key == .fetch else { return frame }
      var response = FetchResponse()
      response.errorCode = .invalidFetchSessionEpoch
      var correlation = ByteReader(frame.rawSpan.extracting(4..<8))
      return response.frame(version: 18, correlationId: (try? correlation.int32()) ?? 0)
    }
    let before = setup.cluster.fetches.count
    setup.transport.run(seconds: 10)
    #expect(setup.cluster.fetches.count - before < 60)
  }

  @Test("after a lost connection the old session is ended by the new one's first request")
  func reconnection() throws {
    let setup = try setUp()
    try assign(setup)
    setup.transport.run(seconds: 1)
    let id = try #require(setup.cluster.sessions.keys.first)
    var drops = 1
    setup.cluster.fetchFate = { _, _ in
      drops -= 1
      return drops >= 0 ? .disconnect(stored: false) : .normal
    }
    setup.transport.run(seconds: 3)
    #expect(setup.cluster.fetches.contains { $0.sessionEpoch == 0 && $0.sessionId == id })
    #expect(setup.cluster.sessions.count == 1 && setup.cluster.sessions[id] == nil)
    try setup.fill(0..<3, partition: 1)
    setup.run(until: 30)
    #expect(setup.recorder.values.count == 30)
  }

  @Test("who is paused is forgotten, and named again when it goes on")
  func pausing() throws {
    let setup = try setUp()
    try assign(setup)
    setup.transport.run(seconds: 1)
    setup.consumer.pause(setup.handles[1])
    setup.transport.run(seconds: 1)
    #expect(setup.cluster.fetches.contains { forgotten($0) == [1] })
    try setup.fill(0..<2, partition: 1)
    setup.transport.run(seconds: 1)
    #expect(setup.recorder.values.isEmpty)
    setup.consumer.resume(setup.handles[1])
    setup.run(until: 20)
    #expect(setup.recorder.values.count == 20)
    // Paused and resumed before the next request: nothing to tell.
    setup.transport.run(seconds: 1)
    let before = setup.cluster.fetches.count
    setup.consumer.pause(setup.handles[0])
    setup.consumer.resume(setup.handles[0])
    setup.transport.run(seconds: 2)
    for request in setup.cluster.fetches[before...] {
      #expect(forgotten(request).isEmpty && named(request).isEmpty)
    }
    #expect(setup.cluster.sessions.count == 1)
  }

  @Test("a seek is told, and what comes for the old place is dropped")
  func seeking() throws {
    let setup = try setUp()
    try setup.fill(0..<5)
    try assign(setup)
    setup.run(until: 50)
    setup.recorder.offsets = []
    setup.consumer.seek(setup.handles[0], to: .offset(33))
    setup.transport.run(seconds: 2)
    #expect(setup.recorder.offsets == (33..<50).map(Int64.init))
  }

  @Test("an error of one partition keeps it out for a while, the others go on")
  func failing() throws {
    let setup = try setUp()
    var failures = 2
    setup.cluster.fetchFate = { _, partition in
      guard partition == 0, failures > 0 else { return .normal }
      failures -= 1
      return .fail(.kafkaStorageError)
    }
    for partition in 0..<3 { try setup.fill(0..<2, partition: partition) }
    try assign(setup)
    setup.run(until: 60)
    #expect(setup.recorder.values.count == 60)
    #expect(setup.cluster.fetches.contains { forgotten($0) == [0] })
    #expect(setup.recorder.failures.isEmpty)
  }

  @Test("a partition that moves is forgotten by its old leader and read from the new one")
  func moving() throws {
    let setup = try ConsumerSetup(
      partitions: 2, nodes: 2, ["metadata.max.age.ms": "1000"])
    setup.cluster.grantsSessions = true
    try setup.assign([.earliest, .earliest])
    try setup.fill(0..<2)
    setup.run(until: 20)
    setup.cluster.topics["t"]?.partitions[0].leader = 1
    setup.transport.run(seconds: 5)
    try setup.fill(2..<4)
    setup.run(until: 40)
    #expect(setup.recorder.values.count == 40)
    #expect(Set(setup.recorder.offsets).count == 40)
    #expect(setup.cluster.sessions.count == 2)
  }

  @Test("ten thousand idle partitions cost requests and answers of a few bytes")
  func many() throws {
    let setup = try setUp(partitions: 10_000)
    try assign(setup, 10_000)
    setup.transport.run(seconds: 2)
    let before = setup.cluster.fetches.count
    try setup.fill(0..<1, partition: 7_777)
    setup.run(until: 10)
    setup.transport.run(seconds: 1)
    #expect(setup.recorder.values.count == 10)
    for request in setup.cluster.fetches[before...] { #expect(named(request).count <= 1) }
    #expect(setup.cluster.fetches.count > before)
  }
}
