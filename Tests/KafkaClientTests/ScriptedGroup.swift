import KafkaFormat
import KafkaMessages
import Transport

@testable import KafkaClient

/// One consumer group as its coordinator keeps it, as far as members can tell; it fails where the
/// test says so.
final class ScriptedGroup {
  final class Member {
    let id: String
    let instance: String?
    let sessionTimeoutMs: Int64
    var protocols: [JoinGroupRequest.JoinGroupRequestProtocol]
    var joinReply: ((JoinGroupResponse) -> Void)?
    var syncReply: ((SyncGroupResponse) -> Void)?
    var assignment: [UInt8] = []
    var lastHeardNanos: Int64 = 0

    init(id: String, _ request: JoinGroupRequest) {
      self.id = id
      instance = request.groupInstanceId
      sessionTimeoutMs = Int64(request.sessionTimeoutMs)
      protocols = request.protocols
    }
  }

  enum State { case empty, preparing, completing, stable }

  unowned let cluster: ScriptedCluster
  /// The broker that coordinates the group.
  var node: Int32 = 0
  var members: [Member] = []
  var state = State.empty
  var generation: Int32 = 0
  var protocolName = ""
  var committed: [TopicPartition: OffsetAndMetadata] = [:]
  /// How long a rebalance waits for members.
  var rebalanceTimeoutMs: Int64 = 3_000
  /// An error in place of the answer to a request.
  var fate: (ApiKey) -> ErrorCode? = { _ in nil }
  /// An error in place of a commit's answer for one partition.
  var partitionFate: (TopicPartition) -> ErrorCode? = { _ in nil }
  /// No answer at all.
  var isSilent: (ApiKey) -> Bool = { _ in false }
  /// Bends what a member is assigned, or what one has subscribed to.
  var bendAssignment: ([UInt8]) -> [UInt8] = { $0 }
  var bendSubscription: (String, [UInt8]) -> [UInt8] = { $1 }
  private(set) var requests: [ApiKey: Int] = [:]
  private(set) var commitRequests: [OffsetCommitRequest] = []
  private(set) var leaveReasons: [String] = []
  private var ids = 0
  private var rebalance = 0
  private var isWatching = false

  init(cluster: ScriptedCluster) { self.cluster = cluster }

  private var transport: FakeTransport { cluster.transport }

  func count(_ key: ApiKey) -> Int { requests[key] ?? 0 }

  /// - Returns: What is said in place of the request's own answer.
  func greet(_ key: ApiKey, at broker: Int32) -> ErrorCode? {
    requests[key, default: 0] += 1
    if let code = fate(key) { return code }
    return broker == node || key == .findCoordinator ? nil : .notCoordinator
  }

  private func find(_ id: String) -> Member? { members.first { $0.id == id } }

  // MARK: Joining

  func join(_ request: JoinGroupRequest, _ reply: @escaping (JoinGroupResponse) -> Void) {
    if request.memberId.isEmpty, request.groupInstanceId == nil {
      ids += 1
      let id = "member-\(ids)"
      members.append(Member(id: id, request))
      members.last?.protocols = []
      find(id)?.lastHeardNanos = transport.nowNanos
      return reply(JoinGroupResponse(errorCode: .memberIdRequired, memberId: id))
    }
    var member = find(request.memberId)
    if let instance = request.groupInstanceId {
      let known = members.first { $0.instance == instance }
      if let known, !request.memberId.isEmpty, known.id != request.memberId {
        return reply(JoinGroupResponse(errorCode: .fencedInstanceId))
      }
      if request.memberId.isEmpty {
        ids += 1
        members.removeAll { $0.instance == instance }
        member = Member(id: "\(instance)-\(ids)", request)
        if let member { members.append(member) }
      }
    }
    guard let member else { return reply(JoinGroupResponse(errorCode: .unknownMemberId)) }
    member.protocols = request.protocols
    member.lastHeardNanos = transport.nowNanos
    member.joinReply = reply
    prepare()
  }

  private func prepare() {
    if state != .preparing {
      state = .preparing
      rebalance += 1
      for member in members {
        member.syncReply?(SyncGroupResponse(errorCode: .rebalanceInProgress))
        member.syncReply = nil
      }
      let started = rebalance
      transport.after(rebalanceTimeoutMs * 1_000_000) { [weak self] in
        guard let self, self.rebalance == started, self.state == .preparing else { return }
        self.complete()
      }
    }
    watch()
    let started = rebalance
    transport.after(1_000_000) { [weak self] in
      guard let self, self.rebalance == started, self.state == .preparing else { return }
      if self.members.allSatisfy({ $0.joinReply != nil || $0.protocols.isEmpty }) {
        self.complete()
      }
    }
  }

  private func complete() {
    members.removeAll { $0.joinReply == nil && !$0.protocols.isEmpty }
    let joined = members.filter { $0.joinReply != nil }
    guard let leader = joined.first else {
      state = .empty
      return
    }
    generation += 1
    state = .completing
    protocolName = leader.protocols.first?.name ?? ""
    for member in joined {
      var response = JoinGroupResponse()
      response.generationId = generation
      response.protocolType = "consumer"
      response.protocolName = protocolName
      response.leader = leader.id
      response.memberId = member.id
      member.lastHeardNanos = transport.nowNanos
      if member === leader {
        response.members = joined.map { each in
          let metadata = each.protocols.first { $0.name == protocolName }?.metadata ?? []
          return .init(
            memberId: each.id, groupInstanceId: each.instance,
            metadata: bendSubscription(each.id, metadata))
        }
      }
      let reply = member.joinReply
      member.joinReply = nil
      reply?(response)
    }
  }

  func sync(_ request: SyncGroupRequest, _ reply: @escaping (SyncGroupResponse) -> Void) {
    guard let member = find(request.memberId) else {
      return reply(SyncGroupResponse(errorCode: .unknownMemberId))
    }
    guard request.generationId == generation else {
      return reply(SyncGroupResponse(errorCode: .illegalGeneration))
    }
    guard state != .preparing else {
      return reply(SyncGroupResponse(errorCode: .rebalanceInProgress))
    }
    member.syncReply = reply
    for entry in request.assignments { find(entry.memberId)?.assignment = entry.assignment }
    if !request.assignments.isEmpty { state = .stable }
    guard state == .stable else { return }
    for member in members {
      let heard = member.syncReply
      member.syncReply = nil
      heard?(SyncGroupResponse(assignment: bendAssignment(member.assignment)))
    }
  }

  // MARK: Living

  func heartbeat(_ request: HeartbeatRequest) -> ErrorCode {
    let code = check(request.memberId, request.generationId)
    find(request.memberId)?.lastHeardNanos = transport.nowNanos
    return code == .none && state == .preparing ? .rebalanceInProgress : code
  }

  private func check(_ id: String, _ generation: Int32) -> ErrorCode {
    guard find(id) != nil else { return .unknownMemberId }
    return generation == self.generation ? .none : .illegalGeneration
  }

  func leave(_ request: LeaveGroupRequest) -> ErrorCode {
    let ids = request.members.map(\.memberId) + [request.memberId]
    leaveReasons += request.members.compactMap(\.reason)
    remove { ids.contains($0.id) }
    return .none
  }

  /// Members vanish, as by their session timeouts.
  func remove(_ isGone: (Member) -> Bool) {
    let before = members.count
    members.removeAll(where: isGone)
    guard members.count < before, state != .empty else { return }
    prepare()
  }

  private func watch() {
    guard !isWatching else { return }
    isWatching = true
    transport.after(100_000_000) { [weak self] in
      guard let self else { return }
      self.isWatching = false
      let now = self.transport.nowNanos
      self.remove { member in
        member.joinReply == nil && member.syncReply == nil
          && now - member.lastHeardNanos > member.sessionTimeoutMs * 1_000_000
      }
      if !self.members.isEmpty { self.watch() }
    }
  }

  // MARK: Offsets

  func commit(_ request: OffsetCommitRequest) -> OffsetCommitResponse {
    commitRequests.append(request)
    var code = check(request.memberId, request.generationIdOrMemberEpoch)
    if request.memberId.isEmpty, request.generationIdOrMemberEpoch < 0 { code = .none }
    if code == .none, state == .completing { code = .rebalanceInProgress }
    return answer(request, code)
  }

  func answer(_ request: OffsetCommitRequest, _ code: ErrorCode) -> OffsetCommitResponse {
    var response = OffsetCommitResponse()
    for topic in request.topics {
      var entry = OffsetCommitResponse.OffsetCommitResponseTopic(name: topic.name)
      let known = Int32(cluster.topics[topic.name]?.partitions.count ?? 0)
      for item in topic.partitions {
        let name = TopicPartition(topic: topic.name, partition: item.partitionIndex)
        var code = code
        if code == .none, name.partition >= known { code = .unknownTopicOrPartition }
        if code == .none, let fate = partitionFate(name) { code = fate }
        entry.partitions.append(.init(partitionIndex: item.partitionIndex, errorCode: code))
        guard code == .none else { continue }
        committed[name] = OffsetAndMetadata(
          offset: item.committedOffset, leaderEpoch: item.committedLeaderEpoch,
          metadata: item.committedMetadata ?? "")
      }
      response.topics.append(entry)
    }
    return response
  }

  func fetch(_ request: OffsetFetchRequest) -> OffsetFetchResponse {
    var response = OffsetFetchResponse()
    for group in request.groups {
      var entry = OffsetFetchResponse.OffsetFetchResponseGroup(groupId: group.groupId)
      for topic in group.topics ?? [] {
        var found = OffsetFetchResponse.OffsetFetchResponseTopics(name: topic.name)
        for index in topic.partitionIndexes {
          let value = committed[TopicPartition(topic: topic.name, partition: index)]
          found.partitions.append(
            .init(
              partitionIndex: index, committedOffset: value?.offset ?? -1,
              metadata: value?.metadata ?? ""))
        }
        entry.topics.append(found)
      }
      response.groups.append(entry)
    }
    return response
  }
}

extension ScriptedBroker {
  /// Answers the requests of a group.
  ///
  /// - Returns: false where it is none.
  func coordinate(
    _ key: ApiKey, _ body: [UInt8], _ version: Int16,
    _ answer: @escaping (any KafkaResponse) -> Void
  ) -> Bool {
    let group = cluster.group
    let keys: [ApiKey] = [
      .findCoordinator, .joinGroup, .syncGroup, .heartbeat, .leaveGroup, .offsetCommit,
      .offsetFetch,
    ]
    guard keys.contains(key) else { return false }
    if group.isSilent(key) { return true }
    let code = group.greet(key, at: id)
    switch key {
    case .findCoordinator:
      let place = cluster.nodes[group.node]?.address
      let request: FindCoordinatorRequest = decode(body, version)
      var response = FindCoordinatorResponse()
      response.coordinators = request.coordinatorKeys.map {
        .init(
          key: $0, nodeId: group.node, host: place?.host ?? "",
          port: Int32(place?.port ?? 0), errorCode: code ?? .none)
      }
      answer(response)
    case .joinGroup:
      if let code {
        answer(JoinGroupResponse(errorCode: code))
      } else {
        group.join(decode(body, version)) { answer($0) }
      }
    case .syncGroup:
      if let code {
        answer(SyncGroupResponse(errorCode: code))
      } else {
        group.sync(decode(body, version)) { answer($0) }
      }
    case .heartbeat:
      answer(HeartbeatResponse(errorCode: code ?? group.heartbeat(decode(body, version))))
    case .leaveGroup:
      answer(LeaveGroupResponse(errorCode: code ?? group.leave(decode(body, version))))
    case .offsetCommit:
      let request: OffsetCommitRequest = decode(body, version)
      answer(code.map { group.answer(request, $0) } ?? group.commit(request))
    default:
      var response = group.fetch(decode(body, version))
      // Older versions, which bent answers make a client take, have no list of groups.
      if let code {
        response.errorCode = code
        for index in response.groups.indices { response.groups[index].errorCode = code }
      }
      answer(response)
    }
    return true
  }
}
