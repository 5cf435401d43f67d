import KafkaMessages

/// Where a classic group stands.
enum GroupState: String, Sendable, CaseIterable {
  /// No members; committed offsets may be there.
  case empty = "Empty"
  /// Members are to join (again).
  case preparingRebalance = "PreparingRebalance"
  /// All have joined; the leader's assignment is waited for.
  case completingRebalance = "CompletingRebalance"
  case stable = "Stable"
  /// Gone: whoever still holds it must look again.
  case dead = "Dead"
}

/// A classic consumer group: members, generation, protocol, and what it has committed.
///
/// Invariant: `awaitingJoinCount` members have `awaitingJoin`; `supportCounts[name]` members follow
/// the protocol `name`; every static member is in `staticMembers`.
/// - Isolation: belongs to its `GroupShard`, under whose lock alone it is used.
/// - Source: KIP-62, KIP-345, KIP-394; Apache Kafka `ClassicGroup`.
final class Group {
  let id: String
  private(set) var state: GroupState
  /// What the group was before this state.
  private(set) var previousState: GroupState
  /// When the state changed, in milliseconds since the Unix epoch; nil where it is not known.
  private(set) var stateChangedMs: Int64?
  /// Goes up by one with each rebalance.
  var generationId: Int32 = 0
  /// nil until a member has joined: a group that only stores offsets.
  var protocolType: String?
  /// The protocol that was chosen for this generation.
  var protocolName: String?
  var leaderId: String?

  private(set) var members: [String: GroupMember] = [:]
  /// Member ids by instance id.
  private(set) var staticMembers: [String: String] = [:]
  /// Ids that were given out in the first step of a join (KIP-394), with when they lapse.
  private(set) var pendingJoinMembers: [String: GroupTimer] = [:]
  /// Members of this generation whose SyncGroup has not come yet.
  var pendingSyncMembers: Set<String> = []
  private(set) var awaitingJoinCount = 0
  private(set) var supportCounts: [String: Int] = [:]
  private var lastSequence: UInt64 = 0

  /// Somebody joined during the initial delay, which is a reason to wait longer.
  var newMemberAdded = false
  /// What is left of the initial delay after the part that runs now, in milliseconds.
  var initialDelayLeftMs: Int32?
  /// The length of the part of the initial delay that runs now, in milliseconds.
  var initialDelayMs: Int32 = 0
  let joinTimer: GroupTimer
  let syncTimer: GroupTimer

  /// Topics that members subscribe to; nil where that cannot be known (no members that wait for
  /// an assignment of consumers, or metadata that cannot be read).
  var subscribedTopics: Set<String>?
  var offsets = CommittedOffsets()
  /// Its metadata as `__consumer_offsets` has them, which in a rebalance are those of before; nil:
  /// none were written.
  var written: GroupMetadataValue?

  init(id: String, state: GroupState = .empty, stateChangedMs: Int64? = nil) {
    self.id = id
    self.state = state
    previousState = state
    self.stateChangedMs = stateChangedMs
    joinTimer = GroupTimer(groupId: id, kind: .join)
    syncTimer = GroupTimer(groupId: id, kind: .sync)
  }

  func transition(to next: GroupState, now: GroupInstant) {
    previousState = state
    state = next
    stateChangedMs = now.wallMs
  }

  /// Members in the order of their joining.
  var membersInOrder: [GroupMember] { members.values.sorted { $0.sequence < $1.sequence } }

  func isLeader(_ memberId: String) -> Bool { leaderId == memberId }

  /// A group of consumers, whose metadata and assignments have a form that is known.
  var usesConsumerProtocol: Bool { protocolType == "consumer" }

  /// Nothing would be lost without it.
  var canBeForgotten: Bool { state == .empty && offsets.isEmpty && pendingJoinMembers.isEmpty }

  // MARK: Members

  /// A number for a new member.
  func nextSequence() -> UInt64 {
    lastSequence += 1
    return lastSequence
  }

  /// Takes in a member that is not there yet. The first one decides the type of protocols.
  func add(_ member: GroupMember, protocolType: String) {
    if members.isEmpty { self.protocolType = protocolType }
    if let instance = member.groupInstanceId { staticMembers[instance] = member.id }
    if leaderId == nil { leaderId = member.id }
    members[member.id] = member
    count(member.protocols, by: 1)
    if member.awaitingJoin != nil { awaitingJoinCount += 1 }
    pendingJoinMembers[member.id] = nil
  }

  /// Takes a member out, or an id without a member. Whoever waits must have been answered.
  func remove(_ memberId: String) {
    if let member = members.removeValue(forKey: memberId) {
      count(member.protocols, by: -1)
      if member.awaitingJoin != nil { awaitingJoinCount -= 1 }
      if let instance = member.groupInstanceId, staticMembers[instance] == memberId {
        staticMembers[instance] = nil
      }
    }
    if leaderId == memberId {
      leaderId = members.values.min { $0.sequence < $1.sequence }?.id
    }
    pendingJoinMembers[memberId] = nil
    pendingSyncMembers.remove(memberId)
  }

  /// Puts a static member's new id in the place of its old one.
  func replace(_ old: GroupMember, by new: GroupMember) {
    members[old.id] = nil
    count(old.protocols, by: -1)
    if old.awaitingJoin != nil { awaitingJoinCount -= 1 }
    members[new.id] = new
    count(new.protocols, by: 1)
    if new.awaitingJoin != nil { awaitingJoinCount += 1 }
    if let instance = new.groupInstanceId { staticMembers[instance] = new.id }
    if leaderId == old.id { leaderId = new.id }
    if pendingSyncMembers.remove(old.id) != nil { pendingSyncMembers.insert(new.id) }
  }

  func setProtocols(_ protocols: [GroupProtocol], of member: GroupMember) {
    count(member.protocols, by: -1)
    member.protocols = protocols
    count(protocols, by: 1)
  }

  /// Sets or takes away the JoinGroup that a member waits with.
  ///
  /// - Returns: The one that it had.
  func setAwaitingJoin(_ ticket: GroupTicket?, of member: GroupMember) -> GroupTicket? {
    let before = member.awaitingJoin
    if before != nil { awaitingJoinCount -= 1 }
    if ticket != nil { awaitingJoinCount += 1 }
    member.awaitingJoin = ticket
    return before
  }

  func addPendingJoin(_ memberId: String, timer: GroupTimer) {
    pendingJoinMembers[memberId] = timer
  }

  /// Everybody who is known is waiting in JoinGroup.
  var hasAllMembersJoined: Bool {
    members.count == awaitingJoinCount && pendingJoinMembers.isEmpty
  }

  /// The longest that a member may take to join again.
  var rebalanceTimeoutMs: Int32 { members.values.reduce(0) { max($0, $1.rebalanceTimeoutMs) } }

  private func count(_ protocols: [GroupProtocol], by step: Int) {
    for entry in protocols {
      let count = (supportCounts[entry.name] ?? 0) + step
      supportCounts[entry.name] = count == 0 ? nil : count
    }
  }
}
