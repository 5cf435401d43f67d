import KafkaFormat

/// The cluster as all loops see it at one moment: never changed, replaced as a whole.
final class MetadataImage: Sendable {
  /// Goes up by one with each replacement.
  let version: Int
  let topicsByName: [String: TopicImage]
  let topicsById: [KafkaUUID: TopicImage]
  /// `__consumer_offsets`; nil until a group asked for its coordinator.
  let offsetsTopic: TopicImage?
  let brokers: [BrokerImage]
  /// Names in ascending order.
  let topicNames: [String]
  /// Dynamic settings of brokers by their number; "" is the default for all.
  /// By name: work on all topics is done in this order, the same in each process.
  let sortedTopics: [TopicImage]
  let brokerConfigs: [String: [String: String]]
  let features: [String: Int16]
  /// The offset after the last record that it holds.
  let endOffset: Int64

  init(
    version: Int, topics: [String: TopicImage], brokers: [BrokerImage],
    brokerConfigs: [String: [String: String]], features: [String: Int16], endOffset: Int64
  ) {
    self.version = version
    self.topicsByName = topics
    offsetsTopic = topics[OffsetsTopic.name]
    self.brokers = brokers
    self.brokerConfigs = brokerConfigs
    self.features = features
    self.endOffset = endOffset
    var byId: [KafkaUUID: TopicImage] = [:]
    byId.reserveCapacity(topics.count)
    for topic in topics.values { byId[topic.id] = topic }
    topicsById = byId
    topicNames = topics.keys.sorted()
    sortedTopics = topicNames.compactMap { topics[$0] }
  }
}

/// One topic, as of one image.
final class TopicImage: Sendable {
  let name: String
  let nameBytes: [UInt8]
  let id: KafkaUUID
  /// By index, from 0 without gaps.
  let partitions: [Partition]
  /// Its own settings.
  let overrides: [String: String]
  /// What holds.
  let config: TopicConfig
  /// The broker writes it; clients only read it.
  let isInternal: Bool

  init(
    name: String, id: KafkaUUID, partitions: [Partition], overrides: [String: String],
    config: TopicConfig
  ) {
    self.name = name
    self.nameBytes = Array(name.utf8)
    self.id = id
    self.partitions = partitions
    self.overrides = overrides
    self.config = config
    isInternal = InternalTopics.names.contains(name)
  }

  /// Whether these bytes are its name.
  func hasName(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount == nameBytes.count else { return false }
    for index in nameBytes.indices
    where unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) != nameBytes[index] {
      return false
    }
    return true
  }

  func partition(_ index: Int32) -> Partition? {
    partitions.indices.contains(Int(index)) ? partitions[Int(index)] : nil
  }
}

/// One broker, as it registered.
struct BrokerImage: Sendable, Equatable {
  var id: Int32
  var epoch: Int64
  /// One for each listener that it advertises.
  var endpoints: [BrokerListener]
  var rack: String?
}

/// One broker as the clients of one listener reach it.
struct NodeAddress: Equatable {
  var id: Int32
  var host: String
  var port: Int32
  var rack: String?
}

extension RequestProcessor {
  /// The brokers that advertise the listener by which the client came.
  func nodes(for context: RequestContext) -> [NodeAddress] {
    let name = node.config.listeners[context.listener].name
    return image.brokers.compactMap { broker in
      guard let endpoint = broker.endpoints.first(where: { $0.name == name }) else { return nil }
      return NodeAddress(
        id: broker.id, host: endpoint.host, port: Int32(endpoint.port), rack: broker.rack)
    }
  }

  /// Whether clients of that listener can reach this broker.
  func isReachable(for context: RequestContext) -> Bool {
    let name = node.config.listeners[context.listener].name
    return image.brokers.contains { broker in
      broker.id == node.config.nodeId && broker.endpoints.contains { $0.name == name }
    }
  }
}
