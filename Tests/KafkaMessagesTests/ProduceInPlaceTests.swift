import KafkaFormat
import KafkaMessages
import Testing

/// The hand-written Produce against the generated one.
@Suite("Produce in place")
struct ProduceInPlaceTests {
  /// What the walk finds, put together as the generated request has it.
  private func walk(_ frame: [UInt8], from position: Int, version: Int16) throws -> ProduceRequest {
    var reader = try ProduceRequestReader(frame.rawSpan, from: position, version: version)
    var request = ProduceRequest(
      transactionalId: reader.transactionalId, acks: reader.acks, timeoutMs: reader.timeoutMs)
    request.topicData = (0..<reader.topicCount).map { _ in .init() }
    while let partition = try reader.next(in: frame.rawSpan) {
      let topic = partition.topic
      request.topicData[topic.index].name = String(decoding: frame[topic.name], as: UTF8.self)
      request.topicData[topic.index].topicId = topic.id
      let records = partition.records.map { Array(frame[$0]) }
      request.topicData[topic.index].partitionData.append(
        .init(index: partition.index, records: records))
    }
    #expect(try reader.next(in: frame.rawSpan) == nil)
    return request
  }

  /// A random request; topics without partitions, whose names a walk does not see, have none.
  private func request(_ version: Int16, seed: Int) -> ProduceRequest {
    var source = RandomSource(seed: UInt64(seed))
    var request = ProduceRequest.random(version: version, from: &source)
    for index in request.topicData.indices where request.topicData[index].partitionData.isEmpty {
      request.topicData[index] = .init()
    }
    return request
  }

  @Test("the walk finds what the generated reader finds", arguments: ProduceRequest.versions)
  func walkAgrees(version: Int16) throws {
    for seed in 0..<60 {
      let expected = request(version, seed: seed)
      let frame = [9, 9, 9] + expected.bytes(version: version)
      #expect(try walk(frame, from: 3, version: version) == expected)
    }
  }

  @Test("a request cut off anywhere throws", arguments: ProduceRequest.versions)
  func truncation(version: Int16) {
    for seed in 0..<6 {
      let bytes = request(version, seed: seed).bytes(version: version)
      for count in bytes.indices {
        #expect(throws: FormatError.self) {
          try walk(Array(bytes[..<count]), from: 0, version: version)
        }
      }
    }
  }

  @Test("bytes behind the request throw")
  func bytesBehind() {
    let bytes = request(9, seed: 1).bytes(version: 9) + [0]
    #expect(throws: FormatError.self) { try walk(bytes, from: 0, version: 9) }
  }

  @Test("a version that is not defined throws", arguments: [-1, 2, 14] as [Int16])
  func unknownVersion(version: Int16) {
    #expect(throws: FormatError.self) {
      try walk([UInt8](repeating: 0, count: 64), from: 0, version: version)
    }
  }

  @Test("parts around batches give the generated frame", arguments: ProduceRequest.versions)
  func parts(version: Int16) {
    for seed in 0..<60 {
      let expected = request(version, seed: seed)
      var parts = ProduceRequestParts(
        version: version, correlationId: 77, clientId: seed % 2 == 0 ? "weir" : nil,
        transactionalId: expected.transactionalId, acks: expected.acks,
        timeoutMs: expected.timeoutMs, topicCount: expected.topicData.count)
      var filled = expected
      var runs: [[UInt8]] = []
      for (index, topic) in expected.topicData.enumerated() {
        parts.topic(
          name: topic.name, id: topic.topicId, partitionCount: topic.partitionData.count)
        for (place, partition) in topic.partitionData.enumerated() {
          let records = partition.records ?? []
          filled.topicData[index].partitionData[place].records = records
          parts.partition(partition.index, recordsSize: records.count)
          if !records.isEmpty { runs.append(records) }
        }
      }
      let frame = parts.finish()
      let whole = filled.frame(
        version: version, correlationId: 77, clientId: seed % 2 == 0 ? "weir" : nil)
      #expect(frame.assembled(runs) == whole)
      #expect(frame.totalSize == whole.count)
    }
  }
}

extension SplitFrame {
  /// The frame with the runs in their places.
  func assembled(_ runs: [[UInt8]]) -> [UInt8] {
    var all = Array(bytes[range(0)])
    for (index, run) in runs.enumerated() { all += run + bytes[range(index + 1)] }
    return all
  }
}
