import KafkaFormat
import KafkaMessages

/// The groups of one partition of `__consumer_offsets`: a state machine without clock or socket.
///
/// The caller's contract, all under the shard's lock:
/// 1. Call one function, with the time.
/// 2. `takeEffect()` until there is none. Write the records of an `.append` and call `appended`
///    at once, before anything else. Replies may be sent after the lock is released.
/// 3. Call `tick` at `nextDeadlineNanos`, or sooner.
///
/// Loading: while `status` is `.loading`, give the newest metadata of each group to
/// `load(groupId:metadata:)` and its offsets to `groupForLoading(_:).offsets`, then call
/// `finishLoading`.
struct GroupShard {
  enum Status: Equatable {
    /// COORDINATOR_LOAD_IN_PROGRESS
    case loading
    case active
    /// What is stored cannot be read, or the disk failed: NOT_COORDINATOR.
    case failed
  }

  let config: GroupConfig
  var status: Status
  private(set) var groups: [String: Group] = [:]
  var timers = GroupTimers()
  private var effects: [GroupEffect] = []
  private var firstEffect = 0
  var continuations: [UInt64: GroupContinuation] = [:]
  private var lastToken: UInt64 = 0
  var restatement = Restatement()

  init(config: GroupConfig, status: Status = .loading) {
    self.config = config
    self.status = status
  }

  // MARK: Groups

  /// Why no member of a group can be answered now. Its id must not be empty, other than where
  /// offsets are committed or groups administrated.
  func availabilityError(_ groupId: String) -> ErrorCode? {
    groupId.isEmpty ? .invalidGroupId : statusError
  }

  var statusError: ErrorCode? {
    switch status {
    case .loading: .coordinatorLoadInProgress
    case .failed: .notCoordinator
    case .active: nil
    }
  }

  func group(_ id: String) -> Group? { groups[id] }

  /// The group, made where it is not there.
  mutating func groupOrNew(_ id: String, now: GroupInstant) -> Group {
    if let group = groups[id] { return group }
    let group = Group(id: id, stateChangedMs: now.wallMs)
    groups[id] = group
    return group
  }

  /// Takes a group away, after its tombstones were written: it is dead for whoever still holds it.
  mutating func remove(_ group: Group, now: GroupInstant) {
    for member in group.members.values { timers.cancel(member.timer) }
    for timer in group.pendingJoinMembers.values { timers.cancel(timer) }
    timers.cancel(group.joinTimer)
    timers.cancel(group.syncTimer)
    group.transition(to: .dead, now: now)
    if groups[group.id] === group { groups[group.id] = nil }
  }

  /// Forgets a group that nobody joined after all, and that is in no log.
  mutating func forgetIfUnused(_ group: Group) {
    if group.canBeForgotten, group.generationId == 0, groups[group.id] === group {
      groups[group.id] = nil
    }
  }

  // MARK: Offsets

  /// The group to whose `offsets` a commit may be applied (after its records were appended), or why
  /// not. A commit of a member counts as its heartbeat.
  ///
  /// - Parameter generationId: −1 outside a membership; then the group is made if need be.
  mutating func groupForCommit(
    _ groupId: String, memberId: String, groupInstanceId: String?, generationId: Int32,
    now: GroupInstant
  ) throws(ErrorCode) -> Group {
    // Offsets may be kept under an empty id, which older clients have.
    if let error = statusError { throw error }
    guard let group = groups[groupId] else {
      // A generation of a group that is not known, or is no more.
      if generationId >= 0 { throw .illegalGeneration }
      return groupOrNew(groupId, now: now)
    }
    let error = group.commitError(
      memberId: memberId, groupInstanceId: groupInstanceId, generationId: generationId)
    if let error { throw error }
    if generationId >= 0, let member = group.members[memberId] { extendSession(of: member, now) }
    return group
  }

  // MARK: Loading

  /// The newest metadata of a group that `__consumer_offsets` holds. Offsets that were given to
  /// the group before are kept.
  mutating func load(groupId: String, metadata: GroupMetadataValue) {
    let group = Group(id: groupId, loaded: metadata)
    group.written = metadata
    if let offsets = groups[groupId]?.offsets { group.offsets = offsets }
    groups[groupId] = group
  }

  /// The group that offsets which are being loaded belong to.
  mutating func groupForLoading(_ id: String) -> Group {
    if let group = groups[id] { return group }
    let group = Group(id: id)
    groups[id] = group
    return group
  }

  /// All is loaded: sessions begin anew, and groups without anything are forgotten.
  mutating func finishLoading(now: GroupInstant) {
    status = .active
    for group in groups.values.sorted(by: { $0.id < $1.id }) {
      forgetIfUnused(group)
      for member in group.membersInOrder { extendSession(of: member, now) }
      if group.members.count > Int(config.maxSize) { prepareRebalance(group, now) }
    }
  }

  // MARK: Effects

  mutating func takeEffect() -> GroupEffect? {
    guard firstEffect < effects.count else {
      effects.removeAll(keepingCapacity: effects.count < 1_024)
      firstEffect = 0
      return nil
    }
    firstEffect += 1
    return effects[firstEffect - 1]
  }

  mutating func reply(_ ticket: GroupTicket, _ reply: GroupReply) {
    effects.append(.reply(ticket, reply))
  }

  mutating func append(_ records: [GroupRecord], then continuation: GroupContinuation) {
    lastToken += 1
    continuations[lastToken] = continuation
    effects.append(.append(records, then: lastToken))
  }

  // MARK: Time

  /// When `tick` is wanted; `Int64.max`: not at all.
  var nextDeadlineNanos: Int64 { timers.next }

  /// Starts a member's session anew.
  mutating func extendSession(of member: GroupMember, _ now: GroupInstant) {
    timers.set(member.timer, at: now.after(ms: member.sessionTimeoutMs))
  }
}
