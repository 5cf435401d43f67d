/// One protocol that a member can follow (for consumers: an assignor), with the member's metadata,
/// which are nothing but bytes here.
struct GroupProtocol: Sendable, Equatable {
  var name: String
  var metadata: [UInt8]
}

/// One member of a classic group.
///
/// - Isolation: belongs to its `GroupShard`, under whose lock alone it is used.
final class GroupMember {
  let id: String
  /// A static member's lasting name (KIP-345); nil for a dynamic member.
  let groupInstanceId: String?
  var clientId: String
  /// With a slash before the address, as Kafka writes it.
  var clientHost: String
  var rebalanceTimeoutMs: Int32
  var sessionTimeoutMs: Int32
  /// In the order of its preference, each name once.
  var protocols: [GroupProtocol]
  /// Empty until the leader has handed one in.
  var assignment: [UInt8] = []

  /// Members are listed in the order of their joining.
  let sequence: UInt64
  /// It has never been answered: its connection may be gone, and no heartbeat can be asked of it.
  var isNew = false
  /// Its JoinGroup, while that waits for the others.
  var awaitingJoin: GroupTicket?
  /// Its SyncGroup, while that waits for the leader.
  var awaitingSync: GroupTicket?
  /// Its session.
  let timer: GroupTimer

  init(
    id: String, groupInstanceId: String?, clientId: String, clientHost: String,
    rebalanceTimeoutMs: Int32, sessionTimeoutMs: Int32, protocols: [GroupProtocol],
    sequence: UInt64, timer: GroupTimer
  ) {
    self.id = id
    self.groupInstanceId = groupInstanceId
    self.clientId = clientId
    self.clientHost = clientHost
    self.rebalanceTimeoutMs = rebalanceTimeoutMs
    self.sessionTimeoutMs = sessionTimeoutMs
    self.protocols = protocols
    self.sequence = sequence
    self.timer = timer
  }

  /// What it sent for this protocol; empty where it does not follow it.
  func metadata(for name: String?) -> [UInt8] {
    protocols.first { $0.name == name }?.metadata ?? []
  }

  /// While it waits for a rebalance it need not send heartbeats; before its first answer it cannot.
  var isExcusedFromHeartbeats: Bool {
    !isNew && (awaitingJoin != nil || awaitingSync != nil)
  }
}
