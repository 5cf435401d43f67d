import KafkaFormat
import KafkaMessages
import Transport

/// As the leader: the members whose partitions are to be shared out.
struct Leading {
  let assignor: any PartitionAssignor
  let members: [GroupMemberSubscription]
  let topics: Set<String>
  /// A static leader that came back: the group's assignment stands (KIP-814).
  let skipsAssignment: Bool
}

/// From the answer to JoinGroup to the member's own partitions.
extension GroupConsumer {
  /// Shares the partitions out, as soon as all topics of the group are known.
  func lead(_ response: JoinGroupResponse, _ assignor: any PartitionAssignor) {
    var members: [GroupMemberSubscription] = []
    var topics: Set<String> = []
    for member in response.members {
      // What cannot be read subscribes to nothing: one member's fault stays its own.
      let subscription =
        (try? ConsumerProtocol.decodeSubscription(member.metadata))
        ?? ConsumerSubscription(topics: [])
      topics.formUnion(subscription.topics)
      members.append(
        GroupMemberSubscription(
          memberId: member.memberId, groupInstanceId: member.groupInstanceId,
          subscription: subscription))
    }
    leading = Leading(
      assignor: assignor, members: members, topics: topics,
      skipsAssignment: response.skipAssignment)
    state = .assigning
    updateTracking()
    assignIfKnown()
  }

  func assignIfKnown() {
    guard state == .assigning, let leading else { return }
    let known = consumer.client.metadata.topics
    if case .matching = subscription {
    } else if !leading.topics.allSatisfy({ known[$0] != nil }) {
      return
    }
    assignedCounts = partitionCounts(of: leading.topics)
    if leading.skipsAssignment { return sync([]) }
    let shares = leading.assignor.assign(
      members: leading.members, partitionCounts: assignedCounts)
    sync(
      leading.members.map { member in
        let share = ConsumerAssignment(partitions: shares[member.memberId] ?? [])
        return .init(memberId: member.memberId, assignment: ConsumerProtocol.encode(share))
      })
  }

  /// Sends SyncGroup; only the leader has assignments to hand in.
  func sync(_ assignments: [SyncGroupRequest.SyncGroupRequestAssignment]) {
    state = .syncing
    let request = SyncGroupRequest(
      groupId: config.groupId, generationId: generation, memberId: memberId,
      groupInstanceId: config.groupInstanceId, protocolType: ConsumerProtocol.protocolType,
      protocolName: protocolName, assignments: assignments)
    leading = nil
    let started = attempt
    coordinator.send(request, timeoutMs: joinTimeoutMs) { [weak self] result in
      guard let self, self.attempt == started, self.state == .syncing else { return }
      switch result {
      case .success(let response) where response.errorCode == .none:
        self.synced(response)
      case .success(let response):
        self.joinFailed(.broker(response.errorCode))
      case .failure(let error): self.joinFailed(error)
      }
    }
  }

  private func synced(_ response: SyncGroupResponse) {
    let share: ConsumerAssignment
    do {
      share = try ConsumerProtocol.decodeAssignment(response.assignment)
    } catch {
      return fail(.malformedResponse("the assignment of group \(config.groupId): \(error)"))
    }
    state = .stable
    joinFailures = 0
    lastHeard = transport.now
    lastAssignment = share.partitions
    lastAssignmentGeneration = generation
    armHeartbeat()
    armAutoCommit()
    let started = attempt
    delegate?.joined(generation: generation, memberId: memberId)
    guard attempt == started, state == .stable else { return }
    take(share.partitions)
  }

  /// Goes from the held partitions to the given ones.
  private func take(_ given: [TopicPartition]) {
    let wanted = Set(given)
    let started = attempt
    let moved = sorted(owned.keys.filter { !wanted.contains($0) })
    // What was given up between the join and now may be others': only a new round gives it.
    guard !moved.isEmpty else { return accept(wanted) }
    // Cooperative: others get them in the next round.
    revoke(moved) { [weak self] in
      guard let self, self.attempt == started, self.state == .stable else { return }
      self.rejoinReason = "partitions were given up for others"
      self.accept(wanted)
    }
  }

  private func accept(_ wanted: Set<TopicPartition>) {
    let added = sorted(wanted.filter { owned[$0] == nil })
    var new: [PartitionHandle] = []
    for name in added {
      let handle = consumer.adopt(name, known: handles[name])
      handles[name] = handle
      owned[name] = handle
      new.append(handle)
    }
    let started = attempt
    updateTracking()
    delegate?.partitionsAssigned(new)
    guard attempt == started, state == .stable else { return }
    startReading(new)
    if let reason = rejoinReason {
      rejoinReason = nil
      rejoin(reason)
    }
  }
}
