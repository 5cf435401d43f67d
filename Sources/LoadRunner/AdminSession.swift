import EventLoop
import KafkaClient
import Transport

/// The admin client on a loop of its own, as calls that wait: for the time before and after a
/// measurement.
final class AdminSession {
  private let thread: EventLoopThread
  private let admin = LoopBound<Admin<EventLoop>>()
  /// How long one call is waited for, whatever it does.
  var patienceSeconds = 90.0
  private let bootstrap: [NetworkAddress]
  /// Where the names of what is made are kept; nil where the cluster is the run's own.
  private let traces: RunTraces?

  /// - Parameter requestTimeoutMs: Nil: Kafka's default.
  init(
    bootstrap: [NetworkAddress], traces: RunTraces? = nil, requestTimeoutMs: Int64? = nil
  ) throws(RunError) {
    self.bootstrap = bootstrap
    self.traces = traces
    do {
      thread = try EventLoopThread(name: "weir-admin")
    } catch { throw .load("cannot start a thread: \(error)") }
    let admin = admin
    thread.post { loop in
      var config = AdminConfig(bootstrapServers: bootstrap)
      // Nobody waits long to hear that an address is wrong; a broker that is there answers sooner.
      config.client.connectionSetupTimeoutMs = 6000
      if let requestTimeoutMs { config.client.requestTimeoutMs = requestTimeoutMs }
      admin.value = Admin(transport: loop, config: config)
    }
  }

  deinit {
    let admin = admin
    thread.post { _ in
      admin.value?.close()
      admin.value = nil
    }
    thread.stop()
    thread.join()
  }

  /// A call whose answer is looked at later.
  struct Asked<Value: Sendable> {
    fileprivate let reply = Reply<Result<Value, ClientError>>()
    /// Nil until it has arrived.
    var answer: Result<Value, ClientError>? { reply.wait(seconds: 0) }
  }

  /// Begins one call.
  func ask<Value: Sendable>(
    _ body:
      @escaping @Sendable (
        Admin<EventLoop>, @escaping @Sendable (Result<Value, ClientError>) -> Void
      ) -> Void
  ) -> Asked<Value> {
    let asked = Asked<Value>()
    let (admin, reply) = (admin, asked.reply)
    thread.post { _ in
      guard let admin = admin.value else { return reply.set(.failure(.closed)) }
      body(admin) { reply.set($0) }
    }
    return asked
  }

  /// Runs one call and waits for its answer.
  ///
  /// - Throws: `.target`, with what was wanted and what went wrong.
  func call<Value: Sendable>(
    _ what: String,
    _ body:
      @escaping @Sendable (
        Admin<EventLoop>, @escaping @Sendable (Result<Value, ClientError>) -> Void
      ) -> Void
  ) throws(RunError) -> Value {
    guard let result = ask(body).reply.wait(seconds: patienceSeconds) else {
      throw .target("\(what): \(Interrupt.requested ? "interrupted" : "no answer in time")")
    }
    switch result {
    case .success(let value): return value
    case .failure(let error): throw .target("\(what): \(error)")
    }
  }

  /// - Throws: `.target` where it is refused.
  func createTopic(_ topic: NewTopic) throws(RunError) {
    let what = "creating the topic \(topic.name)"
    traces?.willMake(topic: topic.name, at: bootstrap)
    let outcomes: [AdminOutcome<Void>] = try call(what) { $0.createTopics([topic], completion: $1) }
    for outcome in outcomes {
      guard case .failure(let error) = outcome.result else { continue }
      // Names have a random part: an earlier try of this call made it, and its answer was lost.
      if error.code == .topicAlreadyExists { continue }
      throw .target("\(what): \(error)")
    }
  }

  func deleteTopic(_ name: String) throws(RunError) {
    let what = "deleting the topic \(name)"
    let outcomes: [AdminOutcome<Void>] = try call(what) { $0.deleteTopics([name], completion: $1) }
    for outcome in outcomes {
      guard case .failure(let error) = outcome.result else { continue }
      if error.code == .unknownTopicOrPartition { traces?.removed(topic: name) }
      throw .target("\(what): \(error)")
    }
    traces?.removed(topic: name)
  }

  func describeTopic(_ name: String) throws(RunError) -> TopicDescription {
    let what = "describing the topic \(name)"
    let outcomes: [AdminOutcome<TopicDescription>] = try call(what) {
      $0.describeTopics([name], completion: $1)
    }
    switch outcomes.first?.result {
    case .success(let topic): return topic
    case .failure(let error): throw .target("\(what): \(error)")
    case nil: throw .target("\(what): the cluster did not tell")
    }
  }

  /// The settings of a topic or a broker, by Kafka's names; empty where the cluster does not tell
  /// them.
  func configs(of resource: ConfigResource) -> [String: String] {
    let what = "reading the settings of \(resource.name)"
    let outcomes: [AdminOutcome<[ConfigEntry]>]? = try? call(what) {
      $0.describeConfigs([resource], completion: $1)
    }
    guard case .success(let entries)? = outcomes?.first?.result else { return [:] }
    return Dictionary(
      entries.compactMap { entry in entry.value.map { (entry.name, $0) } },
      uniquingKeysWith: { $1 })
  }

  func describeCluster() throws(RunError) -> ClusterDescription {
    try call("reaching the cluster") { $0.describeCluster(completion: $1) }
  }

  /// `min.insync.replicas` of the topics of a run; nil where the cluster does not answer.
  ///
  /// - Parameters:
  ///   - topic: An existing topic that the run uses; nil where it makes its own, which inherit what
  ///     `topicConfig` does not set.
  ///   - node: Any broker.
  func minInsyncReplicas(topic: String?, topicConfig: [String: String], node: Int32?) -> Int? {
    let name = "min.insync.replicas"
    if topic == nil, let set = topicConfig[name] { return Int(set) }
    guard let resource = topic.map(ConfigResource.topic) ?? node.map(ConfigResource.broker) else {
      return nil
    }
    return configs(of: resource)[name].flatMap { Int($0) }
  }

  /// The software of a cluster that is not ours, as far as it tells; nil where it does not.
  func clusterVersion() -> String? {
    let features: [String: Int16]? = try? call("asking for features") {
      $0.describeFeatures(completion: $1)
    }
    return (features?["metadata.version"]).map(ClusterVersion.text)
  }

  /// Sets where a group that has no members yet begins to read.
  func commit(_ offsets: [TopicPartition: Int64], for group: String) throws(RunError) {
    let what = "setting the offsets of the group \(group)"
    traces?.willMake(group: group, at: bootstrap)
    let committed = offsets.mapValues { OffsetAndMetadata(offset: $0) }
    let answers: [TopicPartition: Result<Void, ClientError>] = try call(what) {
      $0.alterConsumerGroupOffsets(group, committed, completion: $1)
    }
    for (_, answer) in answers {
      if case .failure(let error) = answer { throw .target("\(what): \(error)") }
    }
  }

  func deleteGroups(_ groups: [String]) throws(RunError) {
    let what = "deleting the groups of the load"
    let outcomes: [AdminOutcome<Void>] = try call(what) { $0.deleteGroups(groups, completion: $1) }
    var problem: ClientError?
    for outcome in outcomes {
      switch outcome.result {
      case .success: traces?.removed(group: outcome.name)
      case .failure(let error):
        if error.code == .groupIdNotFound { traces?.removed(group: outcome.name) }
        problem = problem ?? error
      }
    }
    if let problem { throw .target("\(what): \(problem)") }
  }

  /// One offset a partition.
  func offsets(_ query: OffsetQuery, of topic: String, partitions: Int32) throws(RunError)
    -> [TopicPartition: Int64]
  {
    let what = "asking for the offsets of \(topic)"
    let names = (0..<partitions).map { TopicPartition(topic: topic, partition: $0) }
    let queries = Dictionary(uniqueKeysWithValues: names.map { ($0, query) })
    let answers: [TopicPartition: Result<ListedOffset, ClientError>] = try call(what) {
      $0.listOffsets(queries, completion: $1)
    }
    var offsets: [TopicPartition: Int64] = [:]
    for (partition, answer) in answers {
      switch answer {
      case .success(let found): offsets[partition] = found.offset
      case .failure(let error): throw .target("\(what): \(error)")
      }
    }
    return offsets
  }
}
