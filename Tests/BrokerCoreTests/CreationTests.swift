import CommitLog
import Glibc
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// What clients of all kinds send to make topics.
@Suite struct CreationTests {
  @Test("null arrays where none may be are taken for empty ones")
  func nullArrays() throws {
    let broker = try TestBroker()
    var writer = ByteWriter(reserving: 64)
    writer.int16(19)
    writer.int16(2)
    writer.int32(7)
    writer.int16(-1)
    writer.int32(1)
    writer.string("t", compact: false)
    writer.int32(3)
    writer.int16(1)
    writer.int32(-1)
    writer.int32(-1)
    writer.int32(1_000)
    writer.int8(0)
    guard case .bytes(let bytes) = broker.handle(writer.finish()) else {
      Issue.record("no answer")
      return
    }
    let answer = try TestBroker.decode(CreateTopicsRequest.self, bytes, version: 2)
    #expect(answer.topics[0].errorCode == .none)
  }

  @Test("that a topic is not compacted is reported once it is made, and not where it cannot be")
  func compactionNotice() throws {
    let broker = try TestBroker()
    func notices() -> Int { broker.logLines.count { $0.contains("compacts no topic") } }
    let configs = ["cleanup.policy": "compact"]
    for operation in [FileOperation.createDirectory, .write] {
      broker.plan.add(FaultPlan.Rule(operation, .fail(28)))
      #expect(try broker.create("t", configs: configs).errorCode == .kafkaStorageError)
      #expect(notices() == 0)
      broker.plan.clear()
    }
    try broker.createTopic("t", configs: configs)
    #expect(notices() == 1)
    try broker.createTopic("u")
    #expect(notices() == 1)
    let resource = IncrementalAlterConfigsRequest.AlterConfigsResource(
      resourceType: 2, resourceName: "u",
      configs: [.init(name: "cleanup.policy", configOperation: 0, value: "compact,delete")])
    _ = try broker.send(IncrementalAlterConfigsRequest(resources: [resource]), version: 1)
    #expect(notices() == 2)
  }

  @Test("the partitions of one request are limited in all")
  func limit() throws {
    let broker = try TestBroker()
    let topics = (0..<3).map {
      CreateTopicsRequest.CreatableTopic(
        name: "t\($0)", numPartitions: 4_000, replicationFactor: 1)
    }
    let answer = try broker.send(
      CreateTopicsRequest(topics: topics, validateOnly: true), version: 7)
    #expect(answer.topics.map(\.errorCode) == [.none, .none, .policyViolation])
  }

  @Test("a request of very many names is answered in time that grows with their number alone")
  func manyNames() throws {
    let broker = try TestBroker()
    // What others on the machine do may spoil a comparison, but not one after the other.
    let isAlike = try (0..<5).contains { _ in
      let few = try nanosPerName(broker, requests: 8, names: 1_000)
      let many = try nanosPerName(broker, requests: 1, names: 40_000)
      return many < 3 * few
    }
    #expect(isAlike)
  }

  /// CPU time of a name in requests of so many.
  private func nanosPerName(_ broker: TestBroker, requests: Int, names: Int) throws -> Double {
    let topics = (0..<names).map {
      CreateTopicsRequest.CreatableTopic(
        name: "n_\($0)", numPartitions: 1, replicationFactor: 1)
    }
    let request = CreateTopicsRequest(topics: topics, validateOnly: true)
    let before = threadNanos()
    for _ in 0..<requests {
      let answer = try broker.send(request, version: 2)
      #expect(answer.topics.count == names)
    }
    return Double(threadNanos() - before) / Double(requests * names)
  }

  /// CPU time of this thread.
  private func threadNanos() -> Int64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
