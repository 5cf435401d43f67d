import KafkaFormat
import KafkaMessages

// Metadata (3), versions 0–13.
//
// No topics in version 0, null in later ones: all topics. A topic that is asked for by name and is
// not there is created where the client and `auto.create.topics.enable` allow it (v4; always
// before), and the answer waits for that; else UNKNOWN_TOPIC_OR_PARTITION.
// v1 controller, rack, is internal; v2 cluster id; v5 offline replicas; v7 leader epoch;
// v8–10 authorised operations (not asked for: the least number; there is no authoriser);
// Brokers and leaders are named by the endpoint of the listener that was asked. A broker that does
// not advertise it is not in the list, and leads nothing for this client: LISTENER_NOT_FOUND (v6),
// before LEADER_NOT_AVAILABLE.
// v10 topic ids, v12 topics by id alone: UNKNOWN_TOPIC_ID; v13 error code

extension RequestProcessor {
  func handleMetadata(_ frame: RawSpan, _ context: RequestContext) throws(FormatError) -> Outcome {
    let request = try context.decode(MetadataRequest.self, frame)
    if !topicsToCreate(request, context.head.version).isEmpty {
      return try forward(MetadataRequest.self, frame, context)
    }
    return context.response(metadataResponse(request, context, refused: [:]))
  }

  /// Names that are asked for, are not there, and may be created.
  func topicsToCreate(_ request: MetadataRequest, _ version: Int16) -> [String] {
    guard node.config.autoCreateTopics, version < 4 || request.allowAutoTopicCreation,
      let topics = request.topics
    else { return [] }
    var names: [String] = []
    var seen: Set<String> = []
    for topic in topics where topic.topicId == .zero {
      guard let name = topic.name, image.topicsByName[name] == nil,
        TopicName.problem(with: name) == nil, seen.insert(name).inserted
      else { continue }
      names.append(name)
    }
    return names
  }

  /// - Parameter refused: Why a topic could not be created, by name.
  func metadataResponse(
    _ request: MetadataRequest, _ context: RequestContext, refused: [String: ErrorCode]
  ) -> MetadataResponse {
    let version = context.head.version
    var response = MetadataResponse()
    response.brokers = nodes(for: context).map {
      MetadataResponse.MetadataResponseBroker(
        nodeId: $0.id, host: $0.host, port: $0.port, rack: $0.rack)
    }
    response.clusterId = node.clusterId
    response.controllerId = node.config.nodeId
    let wantsAll = request.topics == nil || (version == 0 && request.topics?.isEmpty == true)
    if wantsAll {
      response.topics = image.topicNames.compactMap { image.topicsByName[$0] }
        .map { describe($0, context) }
    } else {
      // A topic that is named twice is described once.
      var names: Set<String> = []
      var ids: Set<KafkaUUID> = []
      for requested in request.topics ?? [] {
        let isFirst =
          requested.topicId == .zero
          ? names.insert(requested.name ?? "").inserted : ids.insert(requested.topicId).inserted
        if isFirst { response.topics.append(describe(requested, refused, context)) }
      }
    }
    if request.includeTopicAuthorizedOperations {
      for index in response.topics.indices where response.topics[index].errorCode == .none {
        response.topics[index].topicAuthorizedOperations = Self.topicOperations
      }
    }
    if request.includeClusterAuthorizedOperations {
      response.clusterAuthorizedOperations = Self.clusterOperations
    }
    return response
  }

  /// All that may be done with a topic, as bits: read, write, create, delete, alter, describe,
  /// describe configs, alter configs.
  static let topicOperations: Int32 =
    1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 10 | 1 << 11
  /// Create, alter, describe, cluster action, describe configs, alter configs, idempotent write.
  static let clusterOperations: Int32 =
    1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12

  private func describe(
    _ requested: MetadataRequest.MetadataRequestTopic, _ refused: [String: ErrorCode],
    _ context: RequestContext
  ) -> MetadataResponse.MetadataResponseTopic {
    if requested.topicId != .zero {
      if let topic = image.topicsById[requested.topicId] { return describe(topic, context) }
      return MetadataResponse.MetadataResponseTopic(
        errorCode: .unknownTopicId, name: nil, topicId: requested.topicId)
    }
    let name = requested.name ?? ""
    if let topic = image.topicsByName[name] { return describe(topic, context) }
    let code =
      refused[name]
      ?? (TopicName.problem(with: name) == nil ? .unknownTopicOrPartition : .invalidTopicException)
    return MetadataResponse.MetadataResponseTopic(errorCode: code, name: name)
  }

  private func describe(_ topic: TopicImage, _ context: RequestContext)
    -> MetadataResponse.MetadataResponseTopic
  {
    let nodeId = node.config.nodeId
    let isReachable = isReachable(for: context)
    let unreachable: ErrorCode =
      context.head.version >= 6 ? .listenerNotFound : .leaderNotAvailable
    return MetadataResponse.MetadataResponseTopic(
      name: topic.name, topicId: topic.id, isInternal: topic.isInternal,
      partitions: topic.partitions.map { partition in
        let isOffline = node.isOffline(partition.directory)
        let isUsable = !isOffline && isReachable
        return MetadataResponse.MetadataResponsePartition(
          errorCode: isUsable ? .none : isOffline ? .leaderNotAvailable : unreachable,
          partitionIndex: partition.index, leaderId: isUsable ? nodeId : -1,
          leaderEpoch: partition.leaderEpoch, replicaNodes: [nodeId], isrNodes: [nodeId],
          offlineReplicas: isUsable ? [] : [nodeId])
      })
  }
}

/// Which names a topic may have.
enum TopicName {
  static let maximumLength = 249

  /// Why a name is refused, in words; nil where it is allowed.
  static func problem(with name: String) -> String? {
    if name.isEmpty { return "Topic name is invalid: the empty string is not allowed" }
    if name == "." || name == ".." { return "Topic name is invalid: '\(name)' is not allowed" }
    if name.utf8.count > maximumLength {
      return "Topic name is invalid: it is longer than \(maximumLength) characters"
    }
    let isAllowed = name.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || byte == 45 || byte == 46 || byte == 95
    }
    if !isAllowed {
      return
        "Topic name is invalid: '\(name)' has characters other than letters, digits, '.', '_', '-'"
    }
    return nil
  }

  /// What names that differ in `.` and `_` alone have in common: they would share the names of
  /// their metrics. nil for a name without either, which collides with none.
  static func collisionKey(_ name: String) -> String? {
    guard name.utf8.contains(where: { $0 == 46 || $0 == 95 }) else { return nil }
    return String(decoding: name.utf8.map { $0 == 46 ? 95 : $0 }, as: UTF8.self)
  }
}

/// The names that are taken; a look-up costs the same however many there are.
struct TopicNames {
  private var names: Set<String>
  private var byCollisionKey: [String: String] = [:]

  init(_ names: [String]) {
    self.names = Set(names)
    for name in names { noteCollisionKey(name) }
  }

  mutating func insert(_ name: String) {
    names.insert(name)
    noteCollisionKey(name)
  }

  private mutating func noteCollisionKey(_ name: String) {
    if let key = TopicName.collisionKey(name) { byCollisionKey[key] = name }
  }

  func contains(_ name: String) -> Bool { names.contains(name) }

  func colliding(with name: String) -> String? {
    TopicName.collisionKey(name).flatMap { byCollisionKey[$0] }
  }
}
