import KafkaFormat
import Testing
import Transport

@testable import KafkaClient

/// A producer beside a scripted cluster with the topic `t`.
final class ProducerSetup {
  let transport = FakeTransport()
  let cluster: ScriptedCluster
  let producer: Producer<FakeTransport>
  let recorder = ProducerRecorder()
  var topic = TopicHandle(index: 0)
  var appended = 0

  init(
    partitions: Int32 = 1, nodes: Int32 = 1, _ properties: [String: String] = [:],
    open: Bool = true, seed: UInt64 = 1
  ) throws {
    cluster = ScriptedCluster(transport, nodes: nodes)
    cluster.addTopic("t", partitions: partitions)
    var config = try ProducerConfig(
      properties: properties, bootstrapServers: cluster.bootstrap)
    config.client.seed = seed
    producer = try Producer(transport: transport, config: config)
    producer.delegate = recorder
    if open { try self.open() }
  }

  func open() throws {
    var result: Result<TopicHandle, ClientError>?
    producer.openTopic("t") { result = $0 }
    transport.run(seconds: 10) { result != nil }
    topic = try #require(result).get()
  }

  /// Appends `value`, or the next number as text.
  @discardableResult
  func append(_ value: String? = nil, partition: Int32? = nil, key: String? = nil) -> AppendResult {
    let bytes = Array((value ?? "v\(appended)").utf8)
    let result: AppendResult
    if let key {
      let keyBytes = Array(key.utf8)
      result = producer.append(
        topic, partition: partition, key: keyBytes.rawSpan, value: bytes.rawSpan,
        timestampMs: 1, scheduledNanos: Int64(appended / 10))
    } else {
      result = producer.append(
        topic, partition: partition, key: nil, value: bytes.rawSpan, timestampMs: 1,
        scheduledNanos: Int64(appended / 10))
    }
    if case .appended = result { appended += 1 }
    return result
  }

  @discardableResult
  func flush(seconds: Double = 600) -> Bool {
    var isDone = false
    producer.flush { isDone = true }
    transport.run(seconds: seconds) { isDone }
    return isDone
  }
}
