import Foundation
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite("Requests of groups")
struct GroupHandlerTests {
  private func broker(loops: Int = 1, delayMs: Int = 0, directory: String? = nil) throws
    -> TestBroker
  {
    let broker = try TestBroker(
      [
        "group.initial.rebalance.delay.ms": "\(delayMs)", "offsets.topic.num.partitions": "5",
      ], loops: loops, directory: directory)
    let found = try broker.send(FindCoordinatorRequest(key: "g"), version: 3)
    #expect(found.errorCode == .none)
    return broker
  }

  private func join(_ memberId: String = "", instance: String? = nil, version: Int16 = 9)
    -> JoinGroupRequest
  {
    JoinGroupRequest(
      groupId: "g", sessionTimeoutMs: 10_000, rebalanceTimeoutMs: 20_000, memberId: memberId,
      groupInstanceId: instance, protocolType: "consumer",
      protocols: [.init(name: "range", metadata: [1, 2])])
  }

  private func sync(_ memberId: String, _ generation: Int32, _ assignments: [String: [UInt8]] = [:])
    -> SyncGroupRequest
  {
    SyncGroupRequest(
      groupId: "g", generationId: generation, memberId: memberId, protocolType: "consumer",
      protocolName: "range",
      assignments: assignments.map { .init(memberId: $0.key, assignment: $0.value) })
  }

  @Test("a member joins, synchronises, lives and leaves, in every version", arguments: Int16(0)...9)
  func wholeLife(version: Int16) throws {
    let broker = try broker()
    var joined = try broker.send(join(), version: version)
    if version >= 4 {
      #expect(joined.errorCode == .memberIdRequired)
      joined = try broker.send(join(joined.memberId), version: version)
    }
    #expect(joined.errorCode == .none)
    #expect(joined.protocolName == "range")
    #expect(joined.protocolType == (version >= 7 ? "consumer" : nil))
    let id = joined.memberId
    // The client's name and a UUID.
    #expect(id.hasPrefix("test-") && id.utf8.count == 41)
    #expect(id.split(separator: "-").map(\.utf8.count) == [4, 8, 4, 4, 4, 12])
    let synced = try broker.send(sync(id, 1, [id: [3, 4]]), version: min(version, 5))
    #expect(synced.errorCode == .none && synced.assignment == [3, 4])
    let heartbeat = HeartbeatRequest(groupId: "g", generationId: 1, memberId: id)
    #expect(try broker.send(heartbeat, version: min(version, 4)).errorCode == .none)
    let described = try broker.send(
      DescribeGroupsRequest(groups: ["g", "x"]), version: min(version, 6)
    ).groups
    #expect(described.map(\.groupState) == ["Stable", "Dead"])
    #expect(described[1].errorCode == (version >= 6 ? .groupIdNotFound : .none))
    #expect(described[0].members.map(\.clientId) == ["test"])
    #expect(described[0].members.map(\.clientHost) == ["/127.0.0.1"])
    let listed = try broker.send(ListGroupsRequest(), version: min(version, 5)).groups
    #expect(listed.map(\.groupId) == ["g"])
    let delete = DeleteGroupsRequest(groupsNames: ["g", "x", "g"])
    let deleted = { try broker.send(delete, version: min(version, 2)).results }
    #expect(try deleted().map(\.errorCode) == [.nonEmptyGroup, .groupIdNotFound])

    let leaveVersion = min(version, 5)
    let leave =
      leaveVersion < 3
      ? LeaveGroupRequest(groupId: "g", memberId: id)
      : LeaveGroupRequest(groupId: "g", members: [.init(memberId: id), .init(memberId: "x")])
    let left = try broker.send(leave, version: leaveVersion)
    #expect(left.errorCode == .none)
    if leaveVersion >= 3 {
      #expect(left.members.map(\.errorCode) == [.none, .unknownMemberId])
      #expect(left.members.map(\.memberId) == [id, "x"])
    } else {
      #expect(try broker.send(leave, version: leaveVersion).errorCode == .unknownMemberId)
    }
    #expect(try deleted().map(\.errorCode) == [.none, .groupIdNotFound])
    #expect(try broker.send(ListGroupsRequest(), version: 0).groups.isEmpty)
  }

  @Test("without __consumer_offsets there is no coordinator")
  func noCoordinator() throws {
    let broker = try TestBroker()
    #expect(try broker.send(join(), version: 9).errorCode == .coordinatorNotAvailable)
    #expect(try broker.send(sync("m", 1), version: 5).errorCode == .coordinatorNotAvailable)
    let heartbeat = HeartbeatRequest(groupId: "g", generationId: 1, memberId: "m")
    #expect(try broker.send(heartbeat, version: 4).errorCode == .coordinatorNotAvailable)
    let leave = LeaveGroupRequest(groupId: "", members: [.init(memberId: "m")])
    #expect(try broker.send(leave, version: 5).errorCode == .invalidGroupId)
    #expect(try broker.send(ListGroupsRequest(), version: 5).errorCode == .none)
    let described = try broker.send(DescribeGroupsRequest(groups: ["g"]), version: 6)
    #expect(described.groups[0].errorCode == .coordinatorNotAvailable)
  }

  @Test("a coordinator that was found comes with the message that Kafka sends")
  func foundMessages() throws {
    let broker = try broker()
    for version in Int16(1)...3 {
      let found = try broker.send(FindCoordinatorRequest(key: "g"), version: version)
      #expect(found.errorMessage == "NONE")
    }
    for version in Int16(4)...6 {
      let found = try broker.send(FindCoordinatorRequest(coordinatorKeys: ["g"]), version: version)
      #expect(found.coordinators[0].errorMessage == "")
    }
  }

  @Test("an id that waits to be used can be given back, whatever instance id comes with it")
  func pendingLeaves() throws {
    let broker = try broker()
    let pending = try broker.send(join(), version: 9)
    #expect(pending.errorCode == .memberIdRequired)
    let leave = LeaveGroupRequest(
      groupId: "g", members: [.init(memberId: pending.memberId, groupInstanceId: "i")])
    #expect(try broker.send(leave, version: 3).members.map(\.errorCode) == [.none])
    #expect(try broker.send(join(pending.memberId), version: 9).errorCode == .unknownMemberId)
  }

  @Test("filters of ListGroups take states and types in any case")
  func filters() throws {
    let broker = try broker()
    _ = try broker.send(join(), version: 3)
    func list(_ states: [String], _ types: [String]) throws -> [String] {
      let request = ListGroupsRequest(statesFilter: states, typesFilter: types)
      return try broker.send(request, version: 5).groups.map(\.groupState)
    }
    #expect(try list([], []) == ["CompletingRebalance"])
    #expect(try list(["COMPLETINGREBALANCE", "x"], ["Classic"]) == ["CompletingRebalance"])
    #expect(try list(["Stable"], []) == [])
    #expect(try list([], ["consumer"]) == [])
  }

  @Test("members on several loops are answered where their connections are")
  func severalLoops() throws {
    let broker = try broker(loops: 3, delayMs: 1_000)
    let connections = (0..<6).map { _ in broker.connect() }
    for (index, connection) in connections.enumerated() {
      try broker.sendPending(
        join(), version: 3, loop: index % 3, connection: connection)
    }
    broker.advance(ms: 1_000)
    broker.advance(ms: 1_000)
    let answers = try connections.compactMap {
      try broker.takeAnswer(JoinGroupRequest.self, version: 3, connection: $0)
    }
    #expect(answers.count == 6)
    #expect(answers.allSatisfy { $0.generationId == 1 && $0.leader == answers[0].memberId })
    let ids = answers.map(\.memberId)
    for index in 1..<6 {
      try broker.sendPending(
        sync(ids[index], 1), version: 3, loop: index % 3, connection: connections[index])
    }
    let assignments = Dictionary(uniqueKeysWithValues: ids.map { ($0, Array($0.utf8)) })
    let leader = try broker.send(
      sync(ids[0], 1, assignments), version: 3, connection: connections[0])
    #expect(leader.assignment == assignments[ids[0]])
    for index in 1..<6 {
      let answer = try broker.takeAnswer(
        SyncGroupRequest.self, version: 3, connection: connections[index])
      #expect(answer?.assignment == assignments[ids[index]])
    }
    // Nobody lives: each session ends by itself, on the loop that ticks the group.
    broker.advance(ms: 10_000)
    #expect(try broker.send(ListGroupsRequest(), version: 5).groups.map(\.groupState) == ["Empty"])
  }

  @Test("who is gone while it waits is missed only when its session ends")
  func disconnected() throws {
    let broker = try broker()
    let first = try broker.send(join(), version: 3)
    _ = try broker.send(sync(first.memberId, 1, [:]), version: 3)
    let connection = broker.connect()
    try broker.sendPending(join(), version: 3, connection: connection)
    broker.closeConnection(connection)
    let second = try broker.send(join(first.memberId), version: 3)
    #expect(second.members.count == 2)
    #expect(broker.processors[0].parked.isEmpty)
    let heartbeat = HeartbeatRequest(groupId: "g", generationId: 2, memberId: first.memberId)
    _ = try broker.send(sync(first.memberId, 2, [:]), version: 3)
    broker.advance(ms: 9_000)
    #expect(try broker.send(heartbeat, version: 4).errorCode == .none)
    broker.advance(ms: 1_000)
    #expect(try broker.send(heartbeat, version: 4).errorCode == .rebalanceInProgress)
    #expect(try broker.send(join(first.memberId), version: 3).members.count == 1)
  }

  @Test("a group goes on after a restart", arguments: [true, false])
  func restart(isClean: Bool) throws {
    let before = try broker()
    let joined = try before.send(join(instance: "i"), version: 9)
    let id = joined.memberId
    _ = try before.send(sync(id, 1, [id: [8]]), version: 5)
    var directory = before.directory
    if isClean {
      try before.stop()
    } else {
      // What a broker that was killed leaves behind.
      directory += "-copy"
      try FileManager.default.copyItem(atPath: before.directory, toPath: directory)
    }
    defer { if !isClean { try? FileManager.default.removeItem(atPath: directory) } }

    let broker = try broker(directory: directory)
    let heartbeat = HeartbeatRequest(
      groupId: "g", generationId: 1, memberId: id, groupInstanceId: "i")
    #expect(try broker.send(heartbeat, version: 4).errorCode == .none)
    let described = try broker.send(DescribeGroupsRequest(groups: ["g"]), version: 6).groups[0]
    #expect(described.groupState == "Stable" && described.protocolData == "range")
    #expect(described.members.map(\.memberAssignment) == [[8]])
    #expect(described.members.map(\.memberMetadata) == [[1, 2]])
    #expect(described.members.map(\.groupInstanceId) == ["i"])
    broker.advance(ms: 10_000)
    #expect(try broker.send(heartbeat, version: 4).errorCode == .unknownMemberId)
    withExtendedLifetime(before) {}
  }

  @Test("a deleted group does not come back after a restart")
  func deletedForGood() throws {
    let before = try broker()
    let joined = try before.send(join(), version: 3)
    _ = try before.send(sync(joined.memberId, 1), version: 3)
    _ = try before.send(
      LeaveGroupRequest(groupId: "g", memberId: joined.memberId), version: 2)
    let deleted = try before.send(DeleteGroupsRequest(groupsNames: ["g"]), version: 2)
    #expect(deleted.results.map(\.errorCode) == [.none])
    try before.stop()
    let broker = try broker(directory: before.directory)
    #expect(try broker.send(ListGroupsRequest(), version: 5).groups.isEmpty)
    withExtendedLifetime(before) {}
  }
}
