/// How members of a group give up partitions when the group changes.
public enum RebalanceProtocol: Int8, Sendable, Equatable {
  /// Everything is given up before the group is joined again.
  case eager = 0
  /// Only what moves is given up, and in a second round its new owner gets it (KIP-429).
  case cooperative = 1
}

/// What a member of a group tells its leader; the contents of the bytes that it joins with.
public struct ConsumerSubscription: Sendable, Equatable {
  public var topics: [String]
  /// Written and read by the assignor alone.
  public var userData: [UInt8]?
  /// What the member holds while it joins; empty from eager members.
  public var ownedPartitions: [TopicPartition]
  /// The generation in which it got them; −1: not known.
  public var generation: Int32
  public var rackId: String?

  public init(
    topics: [String], userData: [UInt8]? = nil, ownedPartitions: [TopicPartition] = [],
    generation: Int32 = -1, rackId: String? = nil
  ) {
    self.topics = topics
    self.userData = userData
    self.ownedPartitions = ownedPartitions
    self.generation = generation
    self.rackId = rackId
  }
}

/// What the leader tells a member; the contents of the bytes that it gets when it has joined.
public struct ConsumerAssignment: Sendable, Equatable {
  public var partitions: [TopicPartition]
  public var userData: [UInt8]?

  public init(partitions: [TopicPartition], userData: [UInt8]? = nil) {
    self.partitions = partitions
    self.userData = userData
  }
}

/// One member of the group whose partitions are to be shared out.
public struct GroupMemberSubscription: Sendable, Equatable {
  public var memberId: String
  /// `group.instance.id` of a static member.
  public var groupInstanceId: String?
  public var subscription: ConsumerSubscription

  public init(
    memberId: String, groupInstanceId: String? = nil, subscription: ConsumerSubscription
  ) {
    self.memberId = memberId
    self.groupInstanceId = groupInstanceId
    self.subscription = subscription
  }
}

/// Shares the partitions of a group's topics out among its members.
///
/// An assignor has no state: what a member held before comes to it in the subscriptions. The same
/// members and counts give the same assignment, whatever their order.
public protocol PartitionAssignor: Sendable {
  /// As members of a group agree on it: `range`, `cooperative-sticky`.
  var name: String { get }

  /// The best one first. All members of a group must have one in common.
  var supportedProtocols: [RebalanceProtocol] { get }

  /// What a member adds to its subscription.
  ///
  /// - Parameters:
  ///   - previousAssignment: What it was given last, held still or given up; nil before the first.
  ///   - generation: That in which it was given it; −1: none.
  func subscriptionUserData(
    previousAssignment: [TopicPartition]?, generation: Int32
  ) -> [UInt8]?

  /// - Parameters:
  ///   - members: Their ids differ.
  ///   - partitionCounts: By topic; topics that are missing have no partitions.
  /// - Returns: A list for every member, ordered by topic and partition.
  func assign(
    members: [GroupMemberSubscription], partitionCounts: [String: Int32]
  ) -> [String: [TopicPartition]]
}

extension PartitionAssignor {
  public var supportedProtocols: [RebalanceProtocol] { [.eager] }

  public func subscriptionUserData(
    previousAssignment: [TopicPartition]?, generation: Int32
  ) -> [UInt8]? { nil }
}

/// The assignors that `partition.assignment.strategy` may name.
public enum Assignors {
  public static let all: [any PartitionAssignor] = [
    RangeAssignor(), RoundRobinAssignor(), StickyAssignor(), CooperativeStickyAssignor(),
  ]

  /// - Parameter name: Kafka's own, `cooperative-sticky`, or Java's class,
  ///   `org.apache.kafka.clients.consumer.CooperativeStickyAssignor`, with or without its package.
  public static func named(_ name: String) -> (any PartitionAssignor)? {
    let short = name.split(separator: ".").last.map(String.init) ?? name
    return all.first { $0.name == name || "\(type(of: $0))" == short }
  }
}

extension TopicPartition {
  /// Java's order: by topic, then by partition.
  static func isOrdered(_ left: TopicPartition, _ right: TopicPartition) -> Bool {
    left.topic == right.topic
      ? left.partition < right.partition : left.topic.isBefore(right.topic)
  }
}

extension String {
  /// Java's order of strings, by UTF-16 units; Swift's own is another beyond ASCII.
  func isBefore(_ other: String) -> Bool { utf16.lexicographicallyPrecedes(other.utf16) }
}
