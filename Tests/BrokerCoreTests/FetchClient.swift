import KafkaFormat
import KafkaMessages

@testable import BrokerCore

/// A client of one fetch session.
final class FetchClient {
  let broker: TestBroker
  let version: Int16
  let ids: [String: KafkaUUID]
  let connection: UInt64
  let loop: Int
  var sessionId: Int32 = 0
  var epoch: Int32 = 0

  init(
    _ broker: TestBroker, version: Int16 = 12, ids: [String: KafkaUUID] = [:], loop: Int = 0
  ) {
    self.broker = broker
    self.version = version
    self.ids = ids
    self.loop = loop
    connection = broker.connect()
  }

  func request(
    _ wanted: [(String, Int32, Int64)] = [], forget: [(String, Int32)] = [],
    maxWaitMs: Int32 = 0, minBytes: Int32 = 1, maxBytes: Int32 = 1 << 20,
    partitionMaxBytes: Int32 = 1 << 20
  ) -> FetchRequest {
    var request = FetchRequest(
      maxWaitMs: maxWaitMs, minBytes: minBytes, maxBytes: maxBytes, sessionId: sessionId,
      sessionEpoch: epoch)
    for (topic, partition, offset) in wanted {
      request.topics.append(
        .init(
          topic: topic, topicId: ids[topic] ?? .zero,
          partitions: [
            .init(
              partition: partition, fetchOffset: offset, partitionMaxBytes: partitionMaxBytes)
          ]))
    }
    for (topic, partition) in forget {
      request.forgottenTopicsData.append(
        .init(topic: topic, topicId: ids[topic] ?? .zero, partitions: [partition]))
    }
    return request
  }

  func note(_ response: FetchResponse) {
    guard response.errorCode == .none else { return }
    sessionId = response.sessionId
    epoch = sessionId == 0 ? 0 : epoch + 1
  }

  @discardableResult
  func fetch(
    _ wanted: [(String, Int32, Int64)] = [], forget: [(String, Int32)] = [],
    maxWaitMs: Int32 = 0, minBytes: Int32 = 1, maxBytes: Int32 = 1 << 20,
    partitionMaxBytes: Int32 = 1 << 20
  ) throws -> FetchResponse {
    let response = try broker.send(
      request(
        wanted, forget: forget, maxWaitMs: maxWaitMs, minBytes: minBytes, maxBytes: maxBytes,
        partitionMaxBytes: partitionMaxBytes), version: version, loop: loop,
      connection: connection)
    note(response)
    return response
  }

  func wait(
    _ wanted: [(String, Int32, Int64)] = [], minBytes: Int32 = 1, maxWaitMs: Int32 = 500
  ) throws {
    try broker.sendPending(
      request(wanted, maxWaitMs: maxWaitMs, minBytes: minBytes), version: version, loop: loop,
      connection: connection)
  }

  func answer() throws -> FetchResponse? {
    let answer = try broker.takeAnswer(
      FetchRequest.self, version: version, connection: connection)
    if let answer { note(answer) }
    return answer
  }
}
