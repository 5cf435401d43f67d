import KafkaFormat
import KafkaMessages
import Testing

/// The walk through a request to Fetch against the generated one.
@Suite("Fetch request in place")
struct FetchRequestInPlaceTests {
  /// What the walk finds, put together as the generated request has it.
  private func walk(_ frame: [UInt8], from position: Int, version: Int16) throws -> FetchRequest {
    var reader = try FetchRequestReader(frame.rawSpan, from: position, version: version)
    var request = FetchRequest(
      maxWaitMs: reader.maxWaitMs, minBytes: reader.minBytes, maxBytes: reader.maxBytes,
      isolationLevel: reader.isolationLevel, sessionId: reader.sessionId,
      sessionEpoch: reader.sessionEpoch)
    request.topics = (0..<reader.topicCount).map { _ in .init() }
    while let partition = try reader.next(in: frame.rawSpan) {
      let topic = partition.topic
      request.topics[topic.index].topic = String(decoding: frame[topic.name], as: UTF8.self)
      request.topics[topic.index].topicId = topic.id
      request.topics[topic.index].partitions.append(
        .init(
          partition: partition.index, currentLeaderEpoch: partition.currentLeaderEpoch,
          fetchOffset: partition.fetchOffset, lastFetchedEpoch: partition.lastFetchedEpoch,
          partitionMaxBytes: partition.maxBytes))
    }
    while let partition = try reader.nextForgotten(in: frame.rawSpan) {
      let topic = partition.topic
      while request.forgottenTopicsData.count <= topic.index {
        request.forgottenTopicsData.append(.init())
      }
      request.forgottenTopicsData[topic.index].topic =
        String(decoding: frame[topic.name], as: UTF8.self)
      request.forgottenTopicsData[topic.index].topicId = topic.id
      request.forgottenTopicsData[topic.index].partitions.append(partition.index)
    }
    #expect(try reader.nextForgotten(in: frame.rawSpan) == nil)
    return request
  }

  /// A random request without what a walk passes over: what only followers and racks have, and
  /// topics without partitions.
  private func request(_ version: Int16, seed: Int) -> FetchRequest {
    var source = RandomSource(seed: UInt64(seed))
    var request = FetchRequest.random(version: version, from: &source)
    request.clusterId = nil
    request.replicaId = -1
    request.replicaState = .init()
    request.rackId = ""
    if version < 7 { (request.sessionId, request.sessionEpoch) = (0, -1) }
    request.topics.removeAll { $0.partitions.isEmpty }
    request.forgottenTopicsData.removeAll { $0.partitions.isEmpty }
    for topic in request.topics.indices {
      for place in request.topics[topic].partitions.indices {
        request.topics[topic].partitions[place].logStartOffset = -1
        request.topics[topic].partitions[place].replicaDirectoryId = .zero
        request.topics[topic].partitions[place].highWatermark = .max
      }
    }
    return request
  }

  @Test("the walk finds what the generated reader finds", arguments: FetchRequest.versions)
  func walkAgrees(version: Int16) throws {
    for seed in 0..<60 {
      let expected = request(version, seed: seed)
      let frame = [9, 9, 9] + expected.bytes(version: version)
      #expect(try walk(frame, from: 3, version: version) == expected)
    }
  }

  @Test("a request cut off anywhere, or with bytes behind it, throws")
  func truncation() {
    for version in FetchRequest.versions {
      let bytes = request(version, seed: 3).bytes(version: version)
      for count in bytes.indices {
        #expect(throws: FormatError.self) {
          try walk(Array(bytes[..<count]), from: 0, version: version)
        }
      }
      #expect(throws: FormatError.self) { try walk(bytes + [0], from: 0, version: version) }
    }
  }
}
