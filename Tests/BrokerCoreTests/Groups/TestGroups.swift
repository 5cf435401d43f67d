import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// Groups with a clock that stands until it is moved, and a log that takes everything or nothing.
final class TestGroups {
  var shard: GroupShard
  private(set) var now = GroupInstant(wallMs: 1_700_000_000_000, nanos: 5_000_000_000)
  /// What was written, in order.
  private(set) var written: [GroupRecord] = []
  /// What the next writes fail with.
  var writeError: ErrorCode?
  private var replies: [UInt64: GroupReply] = [:]
  private var lastTicket: UInt64 = 0

  /// Without an initial delay unless told.
  init(initialDelayMs: Int32 = 0, maxSize: Int32 = .max, status: GroupShard.Status = .active) {
    var config = GroupConfig()
    config.initialRebalanceDelayMs = initialDelayMs
    config.maxSize = maxSize
    shard = GroupShard(config: config, status: status)
  }

  func group(_ id: String = "g") throws -> Group { try #require(shard.group(id)) }
  var state: GroupState? { shard.group("g")?.state }

  // MARK: Requests

  func requester(version: Int16 = 9) -> GroupRequester {
    lastTicket += 1
    return GroupRequester(
      ticket: GroupTicket(loop: 0, number: lastTicket), version: version, clientId: "client",
      clientAddress: "127.0.0.1", uniqueSuffix: "\(lastTicket)")
  }

  /// Sends a JoinGroup.
  ///
  /// - Returns: What its answer can be asked for with.
  func join(
    _ memberId: String = "", instance: String? = nil, protocols: [String] = ["range"],
    metadata: [UInt8] = [1], type: String = "consumer", sessionMs: Int32 = 10_000,
    rebalanceMs: Int32 = 60_000, version: Int16 = 9, group: String = "g"
  ) -> UInt64 {
    let request = JoinGroupRequest(
      groupId: group, sessionTimeoutMs: sessionMs, rebalanceTimeoutMs: rebalanceMs,
      memberId: memberId, groupInstanceId: instance, protocolType: type,
      protocols: protocols.map { .init(name: $0, metadata: metadata) })
    let requester = requester(version: version)
    shard.join(request, from: requester, now: now)
    carryOut()
    return requester.ticket.number
  }

  func sync(
    _ memberId: String, generation: Int32, instance: String? = nil,
    assignments: [String: [UInt8]] = [:], type: String? = "consumer", name: String? = "range",
    version: Int16 = 5
  ) -> UInt64 {
    let request = SyncGroupRequest(
      groupId: "g", generationId: generation, memberId: memberId, groupInstanceId: instance,
      protocolType: type, protocolName: name,
      assignments: assignments.sorted { $0.key < $1.key }.map {
        .init(memberId: $0.key, assignment: $0.value)
      })
    let requester = requester(version: version)
    shard.sync(request, from: requester, now: now)
    carryOut()
    return requester.ticket.number
  }

  func heartbeat(_ memberId: String, generation: Int32, instance: String? = nil) -> ErrorCode {
    let request = HeartbeatRequest(
      groupId: "g", generationId: generation, memberId: memberId, groupInstanceId: instance)
    let code = shard.heartbeat(request, now: now)
    carryOut()
    return code
  }

  func leave(_ leavers: [(id: String, instance: String?)]) throws -> [ErrorCode] {
    let result = shard.leave(
      "g", leavers.map { .init(memberId: $0.id, groupInstanceId: $0.instance) }, now: now)
    carryOut()
    return try result.get()
  }

  func commitError(_ memberId: String, generation: Int32, instance: String? = nil) -> ErrorCode {
    do throws(ErrorCode) {
      _ = try shard.groupForCommit(
        "g", memberId: memberId, groupInstanceId: instance, generationId: generation, now: now)
      return .none
    } catch { return error }
  }

  // MARK: Answers and time

  /// The answer to a JoinGroup; nil while it waits.
  func joined(_ ticket: UInt64) -> JoinGroupResponse? {
    if case .join(let response)? = replies[ticket] { response } else { nil }
  }

  func synced(_ ticket: UInt64) -> SyncGroupResponse? {
    if case .sync(let response)? = replies[ticket] { response } else { nil }
  }

  func advance(ms: Int64) {
    now.nanos += ms * 1_000_000
    now.wallMs += ms
    shard.tick(now: now)
    carryOut()
  }

  /// The wall clock alone jumps.
  func setClock(back ms: Int64) { now.wallMs -= ms }

  func finishLoading() {
    shard.finishLoading(now: now)
    carryOut()
  }

  private func carryOut() {
    while let effect = shard.takeEffect() {
      switch effect {
      case .reply(let ticket, let reply):
        #expect(replies[ticket.number] == nil, "ticket \(ticket.number) is answered twice")
        replies[ticket.number] = reply
      case .append(let records, let token):
        if writeError == nil { written += records }
        shard.appended(token, error: writeError, now: now)
      }
    }
  }

  // MARK: Whole groups

  /// Both steps of a join; the second still waits where others are missing.
  func joinInTwoSteps(protocols: [String] = ["range"], metadata: [UInt8] = [1]) throws
    -> (id: String, ticket: UInt64)
  {
    let first = try #require(joined(join(protocols: protocols, metadata: metadata)))
    #expect(first.errorCode == .memberIdRequired)
    let ticket = join(first.memberId, protocols: protocols, metadata: metadata)
    return (first.memberId, ticket)
  }

  /// A stable group of so many members.
  ///
  /// - Returns: Their ids, the leader's first, and the generation.
  func stableGroup(_ count: Int, instances: [String?] = []) throws -> (
    ids: [String], generation: Int32
  ) {
    func instance(_ index: Int) -> String? {
      instances.indices.contains(index) ? instances[index] : nil
    }
    var ids: [String] = []
    for index in 0..<count {
      // A version that gives ids in one step; the first member's join is answered at once.
      let ticket = join(instance: instance(index), version: instance(index) == nil ? 3 : 9)
      if index == 0 { ids.append(try #require(joined(ticket)).memberId) }
      if index > 0 {
        let leader = join(ids[0], instance: instance(0))
        for (place, id) in ids.enumerated().dropFirst() { _ = join(id, instance: instance(place)) }
        #expect(joined(leader)?.errorCode == ErrorCode.none)
        ids.append(try #require(joined(ticket)).memberId)
      }
    }
    let generation = try group().generationId
    let assignments = Dictionary(
      uniqueKeysWithValues: ids.enumerated().map { ($1, [UInt8($0)]) })
    var tickets: [UInt64] = []
    for (index, id) in ids.enumerated().reversed() {
      tickets.append(
        sync(
          id, generation: generation, instance: instance(index),
          assignments: index == 0 ? assignments : [:]))
    }
    for (ticket, index) in zip(tickets, (0..<count).reversed()) {
      #expect(synced(ticket)?.assignment == [UInt8(index)])
    }
    #expect(state == .stable)
    return (ids, generation)
  }
}
