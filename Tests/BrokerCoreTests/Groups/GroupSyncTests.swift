import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite("Synchronising a group")
struct GroupSyncTests {
  @Test("followers wait for the leader's assignments, which are stored first")
  func assignments() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    _ = groups.join(ids[0])
    _ = groups.join(ids[1])
    let follower = groups.sync(ids[1], generation: generation + 1)
    #expect(groups.synced(follower) == nil)
    #expect(groups.commitError(ids[1], generation: generation + 1) == .rebalanceInProgress)
    // A member that the leader says nothing of gets nothing; one that is not there is passed over.
    let leader = groups.sync(
      ids[0], generation: generation + 1, assignments: [ids[0]: [7], "nobody": [9]])
    #expect(groups.synced(leader)?.assignment == [7])
    #expect(groups.synced(leader)?.protocolName == "range")
    #expect(groups.synced(leader)?.protocolType == "consumer")
    #expect(groups.synced(follower)?.assignment == [])
    guard case .group(let key, let value?)? = groups.written.last else {
      Issue.record("no metadata were written")
      return
    }
    #expect(key.group == "g")
    #expect(value.generation == generation + 1)
    #expect(value.protocol == "range" && value.protocolType == "consumer")
    #expect(value.leader == ids[0])
    #expect(value.members.map(\.assignment) == [[7], []])
    #expect(value.members.map(\.subscription) == [[1], [1]])
    #expect(value.members.map(\.clientHost) == ["/127.0.0.1", "/127.0.0.1"])
    #expect(value.members.map(\.sessionTimeout) == [10_000, 10_000])
    #expect(value.members.map(\.rebalanceTimeout) == [60_000, 60_000])
  }

  @Test("a stable group tells a member its assignment again")
  func repeated() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    let before = groups.written.count
    #expect(groups.synced(groups.sync(ids[1], generation: generation))?.assignment == [1])
    let leader = groups.sync(ids[0], generation: generation, assignments: [ids[0]: [9]])
    #expect(groups.synced(leader)?.assignment == [0])
    #expect(groups.written.count == before)
  }

  @Test("what a request says wrong is refused")
  func refusals() throws {
    let groups = TestGroups()
    func code(_ ticket: UInt64) -> ErrorCode? { groups.synced(ticket)?.errorCode }
    #expect(code(groups.sync("m", generation: 1)) == .unknownMemberId)
    let (ids, generation) = try groups.stableGroup(1)
    #expect(code(groups.sync("m", generation: generation)) == .unknownMemberId)
    #expect(code(groups.sync(ids[0], generation: generation - 1)) == .illegalGeneration)
    #expect(code(groups.sync(ids[0], generation: generation + 1)) == .illegalGeneration)
    #expect(
      code(groups.sync(ids[0], generation: generation, type: "connect"))
        == .inconsistentGroupProtocol)
    #expect(
      code(groups.sync(ids[0], generation: generation, name: "sticky"))
        == .inconsistentGroupProtocol)
    #expect(
      code(groups.sync(ids[0], generation: generation, name: nil)) == .inconsistentGroupProtocol)
    #expect(
      code(groups.sync(ids[0], generation: generation, type: nil, name: nil, version: 4))
        == ErrorCode.none)
    _ = groups.join(version: 3)
    #expect(code(groups.sync(ids[0], generation: generation)) == .rebalanceInProgress)
  }

  @Test("assignments that cannot be stored are told to nobody; all join again")
  func notStored() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    _ = groups.join(ids[0])
    _ = groups.join(ids[1])
    let follower = groups.sync(ids[1], generation: generation + 1)
    groups.writeError = .kafkaStorageError
    let leader = groups.sync(ids[0], generation: generation + 1, assignments: [ids[0]: [7]])
    #expect(groups.synced(leader)?.errorCode == .notCoordinator)
    #expect(groups.synced(follower)?.errorCode == .notCoordinator)
    #expect(groups.state == .preparingRebalance)
    groups.writeError = nil
    let again = groups.join(ids[0])
    _ = groups.join(ids[1])
    #expect(groups.joined(again)?.generationId == generation + 2)
  }

  @Test("a new rebalance releases those who wait for assignments")
  func interrupted() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    _ = groups.join(ids[0])
    _ = groups.join(ids[1])
    let follower = groups.sync(ids[1], generation: generation + 1)
    let new = groups.join(version: 3)
    #expect(groups.synced(follower)?.errorCode == .rebalanceInProgress)
    #expect(groups.joined(new) == nil)
  }

  @Test("heartbeats before the assignment is there are answered with nothing bad")
  func heartbeatsWhileCompleting() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(1)
    _ = groups.join(ids[0])
    #expect(groups.heartbeat(ids[0], generation: generation + 1) == .none)
    #expect(groups.heartbeat(ids[0], generation: generation) == .illegalGeneration)
  }

  @Test("commits are checked against member and generation")
  func commits() throws {
    let groups = TestGroups()
    // Outside a membership: a group that only stores offsets.
    #expect(groups.commitError("", generation: -1) == .none)
    #expect(groups.state == .empty)
    #expect(groups.commitError("m", generation: 3) == .unknownMemberId)
    let (ids, generation) = try groups.stableGroup(1)
    #expect(groups.commitError(ids[0], generation: generation) == .none)
    #expect(groups.commitError(ids[0], generation: generation - 1) == .illegalGeneration)
    #expect(groups.commitError("m", generation: generation) == .unknownMemberId)
    #expect(groups.commitError("", generation: -1) == .unknownMemberId)
    #expect(groups.commitError(ids[0], generation: -1) == .illegalGeneration)
    // During a rebalance its members may still commit what they have read.
    _ = groups.join(version: 3)
    #expect(groups.state == .preparingRebalance)
    #expect(groups.commitError(ids[0], generation: generation) == .none)
  }

  @Test("a commit with a generation of a group that is not there")
  func commitToNothing() {
    let groups = TestGroups()
    #expect(groups.commitError("m", generation: 3) == .illegalGeneration)
    #expect(groups.shard.groups.isEmpty)
  }
}
