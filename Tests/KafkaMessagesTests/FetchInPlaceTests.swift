import KafkaFormat
import KafkaMessages
import Testing

/// The hand-written response to Fetch against the generated one.
@Suite("Fetch in place")
struct FetchInPlaceTests {
  /// What the walk finds, put together as the generated response has it.
  private func walk(_ frame: [UInt8], from position: Int, version: Int16) throws -> FetchResponse {
    var reader = try FetchResponseReader(frame.rawSpan, from: position, version: version)
    var response = FetchResponse(
      throttleTimeMs: reader.throttleTimeMs, errorCode: reader.errorCode,
      sessionId: reader.sessionId)
    response.responses = (0..<reader.topicCount).map { _ in .init() }
    while let partition = try reader.next(in: frame.rawSpan) {
      let topic = partition.topic
      response.responses[topic.index].topic = String(decoding: frame[topic.name], as: UTF8.self)
      response.responses[topic.index].topicId = topic.id
      response.responses[topic.index].partitions.append(
        .init(
          partitionIndex: partition.index, errorCode: partition.errorCode,
          highWatermark: partition.highWatermark, lastStableOffset: partition.lastStableOffset,
          logStartOffset: partition.logStartOffset,
          divergingEpoch: partition.divergingEpoch ?? .init(),
          currentLeader: partition.currentLeader ?? .init(),
          abortedTransactions: partition.abortedTransactions,
          preferredReadReplica: partition.preferredReadReplica,
          records: partition.records.map { Array(frame[$0]) }))
    }
    #expect(try reader.next(in: frame.rawSpan) == nil)
    response.nodeEndpoints = reader.nodeEndpoints
    return response
  }

  /// A random response. What a walk does not tell apart or passes over is not in it: null aborted
  /// transactions, snapshot ids, names of topics without partitions.
  private func response(_ version: Int16, seed: Int) -> FetchResponse {
    var source = RandomSource(seed: UInt64(seed))
    var response = FetchResponse.random(version: version, from: &source)
    for index in response.responses.indices {
      if response.responses[index].partitions.isEmpty { response.responses[index] = .init() }
      for place in response.responses[index].partitions.indices {
        response.responses[index].partitions[place].snapshotId = .init()
        let aborted = response.responses[index].partitions[place].abortedTransactions ?? []
        response.responses[index].partitions[place].abortedTransactions = aborted
      }
    }
    return response
  }

  @Test("the walk finds what the generated reader finds", arguments: FetchResponse.versions)
  func walkAgrees(version: Int16) throws {
    for seed in 0..<60 {
      let expected = response(version, seed: seed)
      let frame = [9, 9, 9] + expected.bytes(version: version)
      #expect(try walk(frame, from: 3, version: version) == expected)
    }
  }

  @Test("a response cut off anywhere throws", arguments: FetchResponse.versions)
  func truncation(version: Int16) {
    for seed in 0..<4 {
      let bytes = response(version, seed: seed).bytes(version: version)
      for count in bytes.indices {
        #expect(throws: FormatError.self) {
          try walk(Array(bytes[..<count]), from: 0, version: version)
        }
      }
    }
  }

  @Test("parts around logs give the generated frame", arguments: FetchResponse.versions)
  func parts(version: Int16) {
    for seed in 0..<60 {
      var source = RandomSource(seed: UInt64(seed))
      let expected = FetchResponse.random(version: version, from: &source)
      var parts = FetchResponseParts(
        version: version, correlationId: -7, throttleTimeMs: expected.throttleTimeMs,
        errorCode: expected.errorCode, sessionId: expected.sessionId,
        topicCount: expected.responses.count)
      var filled = expected
      var runs: [[UInt8]] = []
      for (index, topic) in expected.responses.enumerated() {
        parts.topic(name: topic.topic, id: topic.topicId, partitionCount: topic.partitions.count)
        for (place, partition) in topic.partitions.enumerated() {
          let records = partition.records ?? []
          filled.responses[index].partitions[place].records = records
          parts.partition(partition, recordsSize: records.count)
          if !records.isEmpty { runs.append(records) }
        }
      }
      let frame = parts.finish(nodeEndpoints: expected.nodeEndpoints)
      let whole = filled.frame(version: version, correlationId: -7)
      #expect(frame.assembled(runs) == whole)
      #expect(frame.totalSize == whole.count)
    }
  }
}
