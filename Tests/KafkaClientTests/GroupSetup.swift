import KafkaFormat
import KafkaMessages
import Testing
import Transport

@testable import KafkaClient

/// Members of one group beside a scripted cluster with the topic `t`.
final class GroupSetup {
  typealias Member = GroupConsumer<FakeTransport>

  let transport = FakeTransport()
  let cluster: ScriptedCluster
  var recorders: [ObjectIdentifier: GroupRecorder<FakeTransport>] = [:]

  init(partitions: Int32 = 4, nodes: Int32 = 1) {
    cluster = ScriptedCluster(transport, nodes: nodes)
    cluster.addTopic("t", partitions: partitions)
  }

  var group: ScriptedGroup { cluster.group }

  /// Stores batches of ten records in each partition.
  func fill(_ batches: Int, topic: String = "t") throws {
    for partition in cluster.topics[topic]?.partitions ?? [] {
      for _ in 0..<batches {
        var builder = RecordBatchBuilder(capacity: 4096)
        for _ in 0..<10 {
          let value = Array("v".utf8)
          let isIn = builder.append(timestamp: 1, key: nil, value: value.rawSpan)
          #expect(isIn)
        }
        #expect(cluster.append(try builder.finish(RecordBatchOptions()), to: partition).0 == .none)
      }
    }
  }

  func member(_ properties: [String: String] = [:], subscribe: Bool = true) throws -> Member {
    var all = [
      "group.id": "g", "auto.offset.reset": "earliest", "session.timeout.ms": "10000",
      "heartbeat.interval.ms": "1000", "partition.assignment.strategy": "range",
      "auto.commit.interval.ms": "5000",
    ]
    all.merge(properties) { $1 }
    var config = try GroupConsumerConfig(properties: all, bootstrapServers: cluster.bootstrap)
    config.consumer.client.seed = 1
    let member = GroupConsumer(transport: transport, config: config)
    recorders[ObjectIdentifier(member)] = GroupRecorder(member)
    if subscribe { member.subscribe(topics: ["t"]) }
    return member
  }

  func recorder(_ member: Member) throws -> GroupRecorder<FakeTransport> {
    try #require(recorders[ObjectIdentifier(member)])
  }

  /// Until all members are stable in one generation and hold all partitions between them.
  @discardableResult
  func settle(_ members: [Member], partitions: Int = 4, seconds: Double = 60) -> Bool {
    func isSettled() -> Bool {
      members.allSatisfy(\.isStable)
        && members.reduce(0) { $0 + $1.assignment.count } == partitions
        && members.allSatisfy { $0.generation == group.generation }
        && group.state == .stable
    }
    transport.run(seconds: seconds, until: isSettled)
    let result = isSettled()
    #expect(
      result,
      "\(members.map { ($0.state, $0.generation, $0.assignment.count) }) of \(group.generation)")
    return result
  }

  func close(_ member: Member) {
    var isClosed = false
    member.close { isClosed = true }
    transport.run(seconds: 60) { isClosed }
    #expect(isClosed)
  }

  func commit(
    _ member: Member, _ offsets: [TopicPartition: OffsetAndMetadata]? = nil
  ) throws -> Result<Void, ClientError> {
    var result: Result<Void, ClientError>?
    member.commit(offsets) { result = $0 }
    transport.run(seconds: 100) { result != nil }
    return try #require(result)
  }
}

extension Result where Success == Void, Failure == ClientError {
  var errorCode: ErrorCode? { if case .failure(let error) = self { error.code } else { nil } }
  var isSuccess: Bool { if case .success = self { true } else { false } }
}
