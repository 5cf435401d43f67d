import KafkaFormat
import Transport

/// The configuration of `GroupConsumer`; names and defaults are Kafka's.
public struct GroupConsumerConfig: Sendable {
  /// How records are fetched, and where from when the group has committed no offset.
  public var consumer: ConsumerConfig
  /// `group.id`
  public var groupId: String
  /// `group.instance.id`: makes a static member, which keeps its partitions when it comes back
  /// within the session timeout (KIP-345).
  public var groupInstanceId: String?
  /// `session.timeout.ms`: the group's coordinator gives the partitions away when it has not heard
  /// from the member for so long.
  public var sessionTimeoutMs: Int64 = 45_000
  /// `heartbeat.interval.ms`
  public var heartbeatIntervalMs: Int64 = 3_000
  /// `max.poll.interval.ms`: the longest that one call of the delegate may take, and how long
  /// the coordinator waits in a rebalance for members to join again.
  public var maxPollIntervalMs: Int64 = 300_000
  /// `partition.assignment.strategy`, the preferred one first.
  public var assignors: [any PartitionAssignor] = [RangeAssignor(), CooperativeStickyAssignor()]
  /// `enable.auto.commit`
  public var enableAutoCommit = true
  /// `auto.commit.interval.ms`
  public var autoCommitIntervalMs: Int64 = 5_000
  /// `exclude.internal.topics`: a pattern does not match them.
  public var excludeInternalTopics = true
  /// `client.rack`, told to the assignor of the group's leader.
  public var clientRack: String?

  public init(groupId: String, bootstrapServers: [NetworkAddress]) {
    self.groupId = groupId
    consumer = ConsumerConfig(bootstrapServers: bootstrapServers)
  }

  /// - Parameter properties: Kafka's property names, as in a `consumer.properties`.
  public init(
    properties: [String: String], bootstrapServers: [NetworkAddress] = []
  ) throws(ConfigurationError) {
    var reader = PropertyReader(properties)
    consumer = try ConsumerConfig(reading: &reader, bootstrapServers: bootstrapServers)
    groupId = reader.string("group.id") ?? ""
    groupInstanceId = reader.string("group.instance.id")
    let anyTime: ClosedRange<Int64> = 1...Int64(Int32.max)
    try reader.integer("session.timeout.ms", &sessionTimeoutMs, in: anyTime)
    try reader.integer("heartbeat.interval.ms", &heartbeatIntervalMs, in: anyTime)
    try reader.integer("max.poll.interval.ms", &maxPollIntervalMs, in: anyTime)
    try reader.boolean("enable.auto.commit", &enableAutoCommit)
    try reader.integer(
      "auto.commit.interval.ms", &autoCommitIntervalMs, in: 0...Int64(Int32.max))
    try reader.boolean("exclude.internal.topics", &excludeInternalTopics)
    clientRack = reader.string("client.rack").flatMap { $0.isEmpty ? nil : $0 }
    if let text = reader.string("partition.assignment.strategy") {
      assignors = try Self.assignors(text)
    }
    try reader.refuse(
      "group.protocol", unless: ["classic", "CLASSIC"],
      reason: "only the classic protocol is supported yet")
    try check()
    try consumer.client.finish(reader)
  }

  /// What holds between the values; `GroupConsumer` counts on it.
  private func check() throws(ConfigurationError) {
    if groupId.isEmpty {
      throw .invalidValue(key: "group.id", value: groupId, allowed: "the name of a group")
    }
    if let instance = groupInstanceId, instance.isEmpty {
      throw .invalidValue(key: "group.instance.id", value: instance, allowed: "a name")
    }
    if heartbeatIntervalMs >= sessionTimeoutMs {
      throw .conflict(
        "heartbeat.interval.ms=\(heartbeatIntervalMs) must be lower than "
          + "session.timeout.ms=\(sessionTimeoutMs)")
    }
    if commonProtocols.isEmpty {
      throw .conflict("the assignors of partition.assignment.strategy share no protocol")
    }
  }

  private static func assignors(
    _ text: String
  ) throws(ConfigurationError) -> [any PartitionAssignor] {
    var found: [any PartitionAssignor] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let name = String(part.filter { $0 != " " })
      guard let assignor = Assignors.named(name) else {
        throw .invalidValue(
          key: "partition.assignment.strategy", value: text,
          allowed: "a list of " + Assignors.all.map(\.name).joined(separator: ", "))
      }
      if found.contains(where: { $0.name == assignor.name }) {
        throw .conflict("partition.assignment.strategy names \(assignor.name) twice")
      }
      found.append(assignor)
    }
    return found
  }

  /// What all assignors can do.
  private var commonProtocols: [RebalanceProtocol] {
    [.cooperative, .eager].filter { wanted in
      assignors.allSatisfy { $0.supportedProtocols.contains(wanted) }
    }
  }

  /// How partitions are given up: cooperatively where every assignor can (KIP-429).
  var rebalanceProtocol: RebalanceProtocol { commonProtocols.first ?? .eager }
}
