import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// A partition that one Fetch names twice. Kafka 4.3.1 answers the same requests as here.
@Suite("a partition twice in one Fetch")
struct NamedTwiceFetchTests {
  private typealias Wanted = (String, Int32, Int64)

  /// Two topics of two partitions with four batches each.
  private func broker() throws -> (TestBroker, ids: [String: KafkaUUID]) {
    let broker = try TestBroker()
    var ids: [String: KafkaUUID] = [:]
    for topic in ["t", "u"] {
      ids[topic] = try broker.createTopic(topic, partitions: 2)
      for partition in Int32(0)..<2 {
        for _ in 0..<4 { _ = try broker.produce(Batch.of(["a"]), to: topic, partition: partition) }
      }
    }
    return (broker, ids)
  }

  /// An answer as text, in its order: `t-0@2` for records from offset 2 on, `t-0!1` for an error.
  private func text(_ response: FetchResponse, _ ids: [String: KafkaUUID]) -> [String] {
    response.responses.flatMap { topic in
      let name = ids.first { $0.value == topic.topicId }?.key ?? topic.topic
      return topic.partitions.map { partition in
        let first = Batch.headers(partition.records).first.map { "@\($0.baseOffset)" } ?? ""
        let error = partition.errorCode == .none ? "" : "!\(partition.errorCode.rawValue)"
        return "\(name)-\(partition.partitionIndex)\(first)\(error)"
      }
    }
  }

  @Test(
    "it is answered once, in its first place, from the offset that was named last",
    arguments: [Int16(4), 11, 12, 13, 18], [false, true])
  func once(version: Int16, inSession: Bool) throws {
    if inSession, version < 7 { return }
    let (broker, ids) = try broker()
    let cases: [([Wanted], [String])] = [
      ([("t", 0, 0), ("t", 0, 2)], ["t-0@2"]),
      ([("t", 0, 2), ("t", 0, 0)], ["t-0@0"]),
      ([("t", 0, 0), ("t", 1, 1), ("t", 0, 3)], ["t-0@3", "t-1@1"]),
      ([("t", 0, 0), ("u", 0, 0), ("t", 0, 3)], ["t-0@3", "u-0@0"]),
      ([("t", 0, 0), ("u", 0, 0), ("t", 1, 3)], ["t-0@0", "u-0@0", "t-1@3"]),
      ([("t", 0, 99), ("t", 0, 1)], ["t-0@1"]),
      ([("t", 0, 1), ("t", 0, 99)], ["t-0!1"]),
      ([("t", 9, 0), ("t", 9, 1)], ["t-9!3"]),
    ]
    for (wanted, answer) in cases {
      let client = FetchClient(broker, version: version, ids: version >= 13 ? ids : [:])
      client.epoch = inSession ? 0 : -1
      #expect(text(try client.fetch(wanted), ids) == answer, "\(wanted)")
      #expect((client.sessionId != 0) == inSession)
    }
  }

  @Test("its bytes count once for min.bytes")
  func minBytes() throws {
    let (broker, _) = try broker()
    let all = try broker.fetch("t", from: 0).records?.count ?? 0
    let client = FetchClient(broker, version: 4)
    try client.wait([("t", 0, 0), ("t", 0, 0)], minBytes: Int32(all) + 1)
    #expect(try client.answer() == nil)
    broker.advance(ms: 500)
    #expect(try client.answer()?.responses.flatMap(\.partitions).count == 1)
  }
}
