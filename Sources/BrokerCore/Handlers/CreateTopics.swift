import KafkaFormat
import KafkaMessages

// CreateTopics (19), versions 2–7. Done by the controller.
//
// Each topic is accepted or refused by itself; those accepted are one change of the metadata log,
// durable before it is answered, with the logs opened.
//   INVALID_TOPIC_EXCEPTION    the name, or it collides with another in '.' and '_'
//   TOPIC_ALREADY_EXISTS
//   INVALID_PARTITIONS         a count below 1 (−1: `num.partitions`, v4)
//   INVALID_REPLICATION_FACTOR other than 1 (−1: the default): there is one broker
//   INVALID_REPLICA_ASSIGNMENT not all partitions from 0 on, or another broker than this one
//   INVALID_CONFIG             a key that is not known, or a value that cannot be
//   INVALID_REQUEST            the topic stands twice in the request
// v5 partitions and settings in the answer; v7 topic ids

/// A topic that may be created.
struct TopicCreation {
  var name: String
  var id: KafkaUUID
  var partitionCount: Int32
  var configs: [String: String]
}

/// Why something was refused.
struct Refusal: Error {
  var code: ErrorCode
  var message: String?

  init(_ code: ErrorCode, _ message: String? = nil) {
    self.code = code
    self.message = message
  }
}

/// The answer for one of the things that an admin request names.
protocol AdminItemResult {
  var errorCode: ErrorCode { get set }
  var errorMessage: String? { get set }
}

extension AlterConfigsResponse.AlterConfigsResourceResponse: AdminItemResult {}
extension CreatePartitionsResponse.CreatePartitionsTopicResult: AdminItemResult {}
extension DeleteTopicsResponse.DeletableTopicResult: AdminItemResult {}
extension IncrementalAlterConfigsResponse.AlterConfigsResourceResponse: AdminItemResult {}

extension Array where Element: AdminItemResult {
  /// None of what was accepted could be made.
  mutating func refuseRest(_ refusal: Refusal) {
    for index in indices where self[index].errorCode == .none {
      self[index].errorCode = refusal.code
      self[index].errorMessage = refusal.message
    }
  }
}

extension RequestProcessor {
  /// The most partitions that one request may ask for.
  static let maximumPartitions: Int32 = 10_000

  func planCreateTopics(_ frame: RawSpan, _ context: RequestContext) throws(FormatError)
    -> ChangePlan
  {
    let request = try context.decode(CreateTopicsRequest.self, frame)
    var results: [(name: String, outcome: Result<TopicCreation, Refusal>)] = []
    var names = TopicNames(image.topicNames)
    var occurrences: [String: Int] = [:]
    for topic in request.topics { occurrences[topic.name, default: 0] += 1 }
    var partitionsLeft = Self.maximumPartitions
    for topic in request.topics {
      guard let count = occurrences[topic.name] else { continue }
      if count > 1 {
        // Told once.
        occurrences[topic.name] = nil
        results.append((topic.name, .failure(Refusal(.invalidRequest, "Duplicate topic name."))))
        continue
      }
      do throws(Refusal) {
        let creation = try creation(of: topic, existing: names, partitionsLeft: partitionsLeft)
        results.append((topic.name, .success(creation)))
        partitionsLeft -= creation.partitionCount
        names.insert(topic.name)
      } catch { results.append((topic.name, .failure(error))) }
    }
    let version = context.head.version
    var plan = ChangePlan { processor, error in
      context.encoded(
        CreateTopicsResponse(
          topics: results.map { name, outcome in
            processor.result(of: name, outcome, error, version: version)
          }))
    }
    if !request.validateOnly {
      plan.records = records(
        creating: results.compactMap {
          if case .success(let topic) = $0.outcome { topic } else { nil }
        })
    }
    return plan
  }

  // MARK: Checks

  private func creation(
    of topic: CreateTopicsRequest.CreatableTopic, existing: TopicNames, partitionsLeft: Int32
  ) throws(Refusal) -> TopicCreation {
    try checkName(topic.name, existing: existing)
    var creation = TopicCreation(
      name: topic.name, id: node.random.uuid(), partitionCount: topic.numPartitions, configs: [:])
    if topic.assignments.isEmpty {
      if topic.replicationFactor != -1 || node.config.defaultReplicationFactor != 1 {
        try checkReplicationFactor(
          topic.replicationFactor == -1
            ? node.config.defaultReplicationFactor : topic.replicationFactor)
      }
      if topic.numPartitions == -1 { creation.partitionCount = node.config.numPartitions }
      if creation.partitionCount < 1 {
        throw Refusal(
          .invalidPartitions, "Number of partitions was set to an invalid non-positive value.")
      }
    } else {
      creation.partitionCount = try checkAssignments(topic)
    }
    if creation.partitionCount > partitionsLeft {
      throw Refusal(
        .policyViolation, "At most \(Self.maximumPartitions) partitions may be made at once.")
    }
    for config in topic.configs {
      creation.configs[config.name] = try checkedTopicConfig(config.name, config.value)
    }
    return creation
  }

  func checkName(_ name: String, existing: TopicNames) throws(Refusal) {
    if let problem = TopicName.problem(with: name) {
      throw Refusal(.invalidTopicException, problem)
    }
    if existing.contains(name) {
      throw Refusal(.topicAlreadyExists, "Topic '\(name)' already exists.")
    }
    if name == MetadataLog.topic {
      throw Refusal(.invalidTopicException, "The name \(name) is used by the broker itself.")
    }
    if let other = existing.colliding(with: name) {
      throw Refusal(
        .invalidTopicException, "Topic '\(name)' collides with existing topic: \(other)")
    }
  }

  private func checkReplicationFactor(_ factor: Int16) throws(Refusal) {
    if factor == 1 { return }
    throw Refusal(
      .invalidReplicationFactor,
      factor < 1
        ? "Replication factor must be larger than 0, or -1 to use the default value."
        : "Unable to replicate the partition \(factor) time(s): there is one broker.")
  }

  private func checkAssignments(_ topic: CreateTopicsRequest.CreatableTopic) throws(Refusal)
    -> Int32
  {
    if topic.replicationFactor != -1 {
      throw Refusal(
        .invalidRequest,
        "A manual partition assignment was specified, but replication factor was not set to -1.")
    }
    if topic.numPartitions != -1 {
      throw Refusal(
        .invalidRequest,
        "A manual partition assignment was specified, but numPartitions was not set to -1.")
    }
    let indexes = topic.assignments.map(\.partitionIndex).sorted()
    guard indexes == Array(0..<Int32(topic.assignments.count)) else {
      throw Refusal(
        .invalidReplicaAssignment, "partitions should be a consecutive 0-based integer sequence")
    }
    for assignment in topic.assignments where assignment.brokerIds != [node.config.nodeId] {
      throw Refusal(
        .invalidReplicaAssignment,
        "The manual partition assignment names brokers other than \(node.config.nodeId).")
    }
    return Int32(topic.assignments.count)
  }

  // MARK: Records

  func records(creating topics: [TopicCreation]) -> [MetadataRecord] {
    var counts = directoryCounts(image.topicsByName)
    var records: [MetadataRecord] = []
    for topic in topics {
      records.append(.topic(TopicRecord(name: topic.name, topicId: topic.id)))
      for (name, value) in topic.configs.sorted(by: { $0.key < $1.key }) {
        records.append(
          .config(
            ConfigRecord(
              resourceType: MetadataState.ResourceType.topic, resourceName: topic.name, name: name,
              value: value)))
      }
      records += partitionRecords(topic.id, 0..<topic.partitionCount, counts: &counts)
    }
    return records
  }

  /// New partitions, each in the directory that works and has the fewest.
  func partitionRecords(_ topicId: KafkaUUID, _ indexes: Range<Int32>, counts: inout [Int])
    -> [MetadataRecord]
  {
    let nodeId = node.config.nodeId
    return indexes.map { index in
      let place =
        counts.indices.filter { !node.isOffline($0) }.min { counts[$0] < counts[$1] } ?? 0
      counts[place] += 1
      return .partition(
        PartitionRecord(
          partitionId: index, topicId: topicId, replicas: [nodeId], isr: [nodeId], leader: nodeId,
          leaderEpoch: 0, partitionEpoch: 0,
          directories: [node.directories.directories[place].properties.directoryId]))
    }
  }

  // MARK: The answer

  private func result(
    of name: String, _ outcome: Result<TopicCreation, Refusal>, _ error: Refusal?,
    version: Int16
  ) -> CreateTopicsResponse.CreatableTopicResult {
    var result = CreateTopicsResponse.CreatableTopicResult(name: name, errorMessage: nil)
    switch outcome {
    case .failure(let refusal):
      result.errorCode = refusal.code
      result.errorMessage = refusal.message
      result.configs = version >= 5 ? [] : nil
    case .success(let topic):
      if let error {
        result.errorCode = error.code
        result.errorMessage = error.message
        return result
      }
      result.topicId = topic.id
      result.numPartitions = topic.partitionCount
      result.replicationFactor = 1
      result.configs = describedTopicConfigs(topic.configs).map { config in
        CreateTopicsResponse.CreatableTopicConfigs(
          name: config.name, value: config.value, readOnly: false,
          configSource: config.configSource, isSensitive: false)
      }
    }
    return result
  }

  // MARK: Automatic creation

  func planMetadata(_ frame: RawSpan, _ context: RequestContext) throws(FormatError) -> ChangePlan {
    let request = try context.decode(MetadataRequest.self, frame)
    let version = context.head.version
    var refused: [String: ErrorCode] = [:]
    var creations: [TopicCreation] = []
    var names = TopicNames(image.topicNames)
    var partitionsLeft = Self.maximumPartitions
    for name in topicsToCreate(request, version) {
      do throws(Refusal) {
        try checkName(name, existing: names)
        try checkReplicationFactor(node.config.defaultReplicationFactor)
        let creation =
          name == OffsetsTopic.name
          ? offsetsTopicCreation()
          : TopicCreation(
            name: name, id: node.random.uuid(), partitionCount: node.config.numPartitions,
            configs: [:])
        if creation.partitionCount > partitionsLeft { throw Refusal(.policyViolation) }
        partitionsLeft -= creation.partitionCount
        creations.append(creation)
        names.insert(name)
      } catch { refused[name] = error.code }
    }
    let created = creations.map(\.name)
    return ChangePlan(records: records(creating: creations)) { processor, error in
      var refused = refused
      if error != nil { for name in created { refused[name] = .leaderNotAvailable } }
      return context.encoded(processor.metadataResponse(request, context, refused: refused))
    }
  }
}
