import KafkaFormat
import KafkaMessages

/// A group in a list of groups.
public struct ListedGroup: Sendable, Equatable {
  public var groupId: String
  /// `consumer`, `connect`, …; empty where members never joined.
  public var protocolType: String
  /// `Stable`, `Empty`, …; empty from brokers before Kafka 2.6.
  public var state: String
  /// `classic`, `consumer`, `share`, …; empty from brokers before Kafka 3.7.
  public var type: String

  init(_ group: ListGroupsResponse.ListedGroup) {
    groupId = group.groupId
    protocolType = group.protocolType
    state = group.groupState
    type = group.groupType
  }
}

public struct GroupDescription: Sendable, Equatable {
  public var groupId: String
  /// `Stable`, `PreparingRebalance`, `CompletingRebalance`, `Empty` or `Dead`.
  public var state: String
  public var protocolType: String
  /// The assignor that the members agreed on.
  public var assignor: String
  public var members: [GroupMemberDescription]
  /// `classic`; of groups of other protocols, `consumer` (KIP-848) or `share`, no members are told.
  public var type: String

  /// Whether `members` are all there are.
  public var tellsMembers: Bool { type == "classic" }

  /// A group that DescribeGroups does not describe.
  init(_ group: ListedGroup) {
    groupId = group.groupId
    state = group.state
    protocolType = group.protocolType
    assignor = ""
    members = []
    type = group.type
  }

  init(_ group: DescribeGroupsResponse.DescribedGroup) {
    groupId = group.groupId
    state = group.groupState
    protocolType = group.protocolType
    assignor = group.protocolData
    type = "classic"
    let isConsumers = group.protocolType == ConsumerProtocol.protocolType
    members = group.members.map { GroupMemberDescription($0, isConsumer: isConsumers) }
  }
}

public struct GroupMemberDescription: Sendable, Equatable {
  public var memberId: String
  public var groupInstanceId: String?
  public var clientId: String
  /// As the broker writes it: `/127.0.0.1`.
  public var host: String
  /// What it has subscribed to; empty where its bytes cannot be read.
  public var topics: [String]
  /// What it reads; empty where its bytes cannot be read.
  public var assignment: [TopicPartition]

  init(_ member: DescribeGroupsResponse.DescribedGroupMember, isConsumer: Bool) {
    memberId = member.memberId
    groupInstanceId = member.groupInstanceId
    clientId = member.clientId
    host = member.clientHost
    topics =
      isConsumer
      ? (try? ConsumerProtocol.decodeSubscription(member.memberMetadata))?.topics ?? [] : []
    assignment =
      isConsumer
      ? (try? ConsumerProtocol.decodeAssignment(member.memberAssignment))?.partitions ?? [] : []
  }
}
