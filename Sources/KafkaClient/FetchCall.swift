import KafkaFormat
import KafkaMessages
import Transport

/// Hears what becomes of a fetch.
protocol FetchCallOwner: AnyObject {
  /// - Parameters:
  ///   - frame: The whole answer without its size; only lent for the call.
  ///   - position: Where its body starts.
  func fetchAnswered(
    _ call: FetchCall, frame: RawSpan, from position: Int, version: Int16, sentNanos: Int64
  ) throws(FormatError)
  func fetchFailed(_ call: FetchCall, _ error: ClientError)
}

/// One Fetch request to one broker.
///
/// - Source: KIP-227 (v7: sessions), KIP-320 (v9: the leader's epoch), KIP-392 (v11: racks),
///   KIP-516 (v13: topics by id).
final class FetchCall: ClientCall {
  let node: Int32
  let request: FetchNode.Request
  let timeoutMs: Int64
  private let config: ConsumerConfig
  private weak var owner: (any FetchCallOwner)?
  private var isOver = false

  let apiKey = ApiKey.fetch.rawValue

  init(
    node: Int32, request: FetchNode.Request, config: ConsumerConfig, owner: any FetchCallOwner
  ) {
    self.node = node
    self.request = request
    self.config = config
    self.owner = owner
    timeoutMs = max(config.client.requestTimeoutMs, Int64(config.fetchMaxWaitMs) + 5_000)
  }

  /// Ids only where all topics have one.
  var versions: ClosedRange<Int16> { request.usesTopicIds ? 4...18 : 4...12 }

  func encode(version: Int16, correlationId: Int32, clientId: String) -> [OutboundPart] {
    var message = FetchRequest()
    message.maxWaitMs = config.fetchMaxWaitMs
    message.minBytes = config.fetchMinBytes
    message.maxBytes = config.fetchMaxBytes
    message.sessionId = request.sessionId
    message.sessionEpoch = request.epoch
    if version >= 11 { message.rackId = config.clientRack }
    var places: [String: Int] = [:]
    var last: (topic: String, place: Int)?
    for entry in request.named {
      let partition = entry.partition
      let topic = partition.name.topic
      let place: Int
      if let last, last.topic == topic {
        place = last.place
      } else {
        place = places[topic] ?? message.topics.count
        if place == message.topics.count {
          places[topic] = place
          message.topics.append(
            .init(topic: topic, topicId: partition.topicId, partitions: []))
        }
        last = (topic, place)
      }
      var wanted = FetchRequest.FetchPartition()
      wanted.partition = partition.name.partition
      wanted.fetchOffset = entry.offset
      wanted.partitionMaxBytes = entry.maxBytes
      if version >= 9 { wanted.currentLeaderEpoch = entry.leaderEpoch }
      message.topics[place].partitions.append(wanted)
    }
    if version >= 7 { message.forgottenTopicsData = forgotten }
    let frame = message.frame(version: version, correlationId: correlationId, clientId: clientId)
    return [.bytes(frame)]
  }

  private var forgotten: [FetchRequest.ForgottenTopic] {
    var places: [String: Int] = [:]
    var topics: [FetchRequest.ForgottenTopic] = []
    for entry in request.forgotten {
      let partition = entry.partition
      let topic = partition.name.topic
      let place = places[topic] ?? topics.count
      if place == topics.count {
        places[topic] = place
        topics.append(.init(topic: topic, topicId: partition.topicId, partitions: []))
      }
      topics[place].partitions.append(partition.name.partition)
    }
    return topics
  }

  @_lifetime(reader: copy reader)
  func answered(
    _ reader: inout ByteReader, version: Int16, sentNanos: Int64, frameBytes: Int
  ) throws(FormatError) {
    try owner?.fetchAnswered(
      self, frame: reader.bytes, from: reader.position, version: version, sentNanos: sentNanos)
    isOver = true
  }

  func failed(_ error: ClientError) {
    guard !isOver else { return }
    isOver = true
    owner?.fetchFailed(self, error)
  }
}
