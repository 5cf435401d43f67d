import KafkaFormat
import KafkaMessages

@testable import BrokerCore

extension TestBroker {
  /// Creates a topic and returns its id.
  @discardableResult
  func createTopic(
    _ name: String, partitions: Int32 = 1, configs: [String: String] = [:], loop: Int = 0
  ) throws -> KafkaUUID {
    let result = try create(name, partitions: partitions, configs: configs, loop: loop)
    if result.errorCode != .none {
      throw Failure(description: "\(result.errorCode): \(result.errorMessage ?? "")")
    }
    return result.topicId
  }

  func create(
    _ name: String, partitions: Int32 = 1, replicationFactor: Int16 = 1,
    configs: [String: String] = [:], validateOnly: Bool = false, loop: Int = 0
  ) throws -> CreateTopicsResponse.CreatableTopicResult {
    let topic = CreateTopicsRequest.CreatableTopic(
      name: name, numPartitions: partitions, replicationFactor: replicationFactor,
      configs: configs.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
    let response = try send(
      CreateTopicsRequest(topics: [topic], validateOnly: validateOnly), version: 7, loop: loop)
    return response.topics[0]
  }

  func produce(
    _ batch: [UInt8], to topic: String, partition: Int32 = 0, acks: Int16 = 1, version: Int16 = 12,
    id: KafkaUUID = .zero, loop: Int = 0, connection: UInt64? = nil
  ) throws -> ProduceResponse.PartitionProduceResponse {
    let response = try send(
      TestBroker.produceRequest(
        batch, to: topic, partition: partition, acks: acks, version: version, id: id),
      version: version, loop: loop, connection: connection)
    return response.responses[0].partitionResponses[0]
  }

  static func produceRequest(
    _ batch: [UInt8], to topic: String, partition: Int32 = 0, acks: Int16 = 1,
    version: Int16 = 12, id: KafkaUUID = .zero
  ) -> ProduceRequest {
    ProduceRequest(
      acks: acks, timeoutMs: 1000,
      topicData: [
        .init(
          name: version >= 13 ? "" : topic, topicId: version >= 13 ? id : .zero,
          partitionData: [.init(index: partition, records: batch)])
      ])
  }

  func fetchRequest(
    _ topic: String, partition: Int32 = 0, from offset: Int64, maxWaitMs: Int32 = 0,
    minBytes: Int32 = 1, maxBytes: Int32 = 1 << 20, partitionMaxBytes: Int32 = 1 << 20
  ) -> FetchRequest {
    FetchRequest(
      maxWaitMs: maxWaitMs, minBytes: minBytes, maxBytes: maxBytes,
      topics: [
        .init(
          topic: topic,
          partitions: [
            .init(partition: partition, fetchOffset: offset, partitionMaxBytes: partitionMaxBytes)
          ])
      ])
  }

  func fetch(
    _ topic: String, partition: Int32 = 0, from offset: Int64, maxBytes: Int32 = 1 << 20,
    partitionMaxBytes: Int32 = 1 << 20, version: Int16 = 12, loop: Int = 0
  ) throws -> FetchResponse.PartitionData {
    let request = fetchRequest(
      topic, partition: partition, from: offset, maxBytes: maxBytes,
      partitionMaxBytes: partitionMaxBytes)
    return try send(request, version: version, loop: loop).responses[0].partitions[0]
  }

  func offset(_ topic: String, timestamp: Int64, version: Int16 = 9, partition: Int32 = 0) throws
    -> ListOffsetsResponse.ListOffsetsPartitionResponse
  {
    let request = ListOffsetsRequest(
      replicaId: -1,
      topics: [
        .init(
          name: topic, partitions: [.init(partitionIndex: partition, timestamp: timestamp)])
      ])
    return try send(request, version: version).topics[0].partitions[0]
  }
}

enum Batch {
  /// A batch of `values`, one millisecond apart from `timestamp` on.
  static func of(
    _ values: [String], key: String? = nil, timestamp: Int64 = 1_700_000_000_000,
    options: RecordBatchOptions = .init()
  ) -> [UInt8] {
    var builder = RecordBatchBuilder(capacity: 8 << 20)
    let key = key.map { Array($0.utf8) }
    for (index, value) in values.enumerated() {
      let value = Array(value.utf8)
      _ =
        if let key {
          builder.append(
            timestamp: timestamp + Int64(index), key: key.rawSpan, value: value.rawSpan)
        } else {
          builder.append(timestamp: timestamp + Int64(index), key: nil, value: value.rawSpan)
        }
    }
    return (try? builder.finish(options, compressor: Compressor())) ?? []
  }

  static func idempotent(
    _ values: [String], producerId: Int64, epoch: Int16 = 0, sequence: Int32
  ) -> [UInt8] {
    var options = RecordBatchOptions()
    options.producerId = producerId
    options.producerEpoch = epoch
    options.baseSequence = sequence
    return of(values, options: options)
  }

  /// The heads of the batches in `records`.
  static func headers(_ records: [UInt8]?) -> [RecordBatchHeader] {
    var headers: [RecordBatchHeader] = []
    var position = 0
    let bytes = records ?? []
    while position < bytes.count,
      let header = try? RecordBatchHeader(bytes.rawSpan.extracting(position..<bytes.count))
    {
      headers.append(header)
      position += header.sizeInBytes
    }
    return headers
  }
}
