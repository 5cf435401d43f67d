import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite("Static members (KIP-345)")
struct GroupStaticMemberTests {
  @Test("one that comes back takes over its assignment, without a rebalance", arguments: [0, 1])
  func replacement(index: Int) throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2, instances: ["a", "b"])
    let instance = ["a", "b"][index]
    let writtenBefore = groups.written.count
    let back = try #require(groups.joined(groups.join(instance: instance)))
    #expect(back.errorCode == .none)
    #expect(back.memberId != ids[index])
    #expect(back.memberId.hasPrefix("\(instance)-"))
    #expect(back.generationId == generation)
    #expect(groups.state == .stable)
    // A leader is told that it leads, and to leave the assignment as it is (KIP-814).
    #expect(back.leader == (index == 0 ? back.memberId : ids[0]))
    #expect(back.skipAssignment == (index == 0))
    #expect(back.members.count == (index == 0 ? 2 : 0))
    // The new id is stored, so that it is known after a restart.
    guard case .group(_, let value?)? = groups.written.dropFirst(writtenBefore).last else {
      Issue.record("no metadata were written")
      return
    }
    #expect(value.members.map(\.memberId).contains(back.memberId))
    #expect(value.members[index].assignment == [UInt8(index)])

    let sync = groups.sync(back.memberId, generation: generation, instance: instance)
    #expect(groups.synced(sync)?.assignment == [UInt8(index)])
    #expect(
      groups.heartbeat(ids[index], generation: generation, instance: instance)
        == .fencedInstanceId)
    #expect(
      groups.commitError(ids[index], generation: generation, instance: instance)
        == .fencedInstanceId)
    #expect(groups.heartbeat(ids[index], generation: generation) == .unknownMemberId)
    #expect(
      groups.heartbeat(back.memberId, generation: generation, instance: instance) == .none)
  }

  @Test("before version 9, a leader that comes back is kept from taking itself for one")
  func replacedLeaderBefore9() throws {
    let groups = TestGroups()
    let (ids, _) = try groups.stableGroup(1, instances: ["a"])
    let back = try #require(groups.joined(groups.join(instance: "a", version: 8)))
    #expect(back.leader == ids[0])
    #expect(back.members.isEmpty)
    #expect(!back.skipAssignment)
  }

  @Test("one that comes back with other protocols makes a rebalance if another would be chosen")
  func replacementChangesProtocol() throws {
    let groups = TestGroups()
    let (_, generation) = try groups.stableGroup(1, instances: ["a"])
    let refused = groups.join(instance: "a", protocols: ["sticky"])
    #expect(groups.joined(refused)?.errorCode == .inconsistentGroupProtocol)
    let back = groups.join(instance: "a", protocols: ["sticky", "range"])
    #expect(groups.joined(back)?.generationId == generation + 1)
    #expect(groups.joined(back)?.protocolName == "sticky")
  }

  @Test("two with one instance id: the later fences the earlier, whatever it waits for")
  func fencedWhileWaiting() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2, instances: ["a", "b"])
    let leader = groups.join(ids[0], instance: "a")
    let back = groups.join(instance: "a")
    #expect(groups.joined(leader)?.errorCode == .fencedInstanceId)
    #expect(groups.joined(leader)?.memberId == ids[0])
    _ = groups.join(ids[1], instance: "b")
    let id = try #require(groups.joined(back)).memberId
    #expect(groups.joined(back)?.generationId == generation + 1)

    let waiting = groups.sync(ids[1], generation: generation + 1, instance: "b")
    let again = groups.join(instance: "b")
    #expect(groups.synced(waiting)?.errorCode == .fencedInstanceId)
    // The old id may be on its way to the leader: all join again.
    #expect(groups.state == .preparingRebalance)
    _ = groups.join(id, instance: "a")
    #expect(groups.joined(again)?.generationId == generation + 2)
  }

  @Test("the old id is fenced, an instance that nobody has is not known")
  func wrongIds() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(1, instances: ["a"])
    func join(_ id: String, _ instance: String) -> ErrorCode? {
      groups.joined(groups.join(id, instance: instance))?.errorCode
    }
    #expect(join("wrong", "a") == .fencedInstanceId)
    #expect(join(ids[0], "z") == .unknownMemberId)
    let sync = groups.sync("wrong", generation: generation, instance: "a")
    #expect(groups.synced(sync)?.errorCode == .fencedInstanceId)
    #expect(groups.commitError("wrong", generation: generation, instance: "a") == .fencedInstanceId)
    #expect(groups.commitError(ids[0], generation: generation, instance: "z") == .unknownMemberId)
  }

  @Test("one that is away stays a member until its session ends")
  func awayWithinSession() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2, instances: ["a", "b"])
    let leader = groups.join(ids[0], instance: "a", rebalanceMs: 5_000)
    // The other's rebalance timeout is the longer one.
    groups.advance(ms: 9_999)
    #expect(groups.joined(leader) == nil)
    groups.advance(ms: 1)
    #expect(groups.joined(leader)?.members.map(\.memberId) == [ids[0]])
    #expect(groups.joined(leader)?.generationId == generation + 1)
  }

  @Test("one that does not join in time is kept, but may not lead")
  func awayAtRebalanceTimeout() throws {
    let groups = TestGroups()
    let first = try #require(
      groups.joined(groups.join(instance: "a", sessionMs: 60_000, rebalanceMs: 5_000)))
    _ = groups.sync(first.memberId, generation: 1, instance: "a")
    let second = groups.join(instance: "b", sessionMs: 60_000, rebalanceMs: 5_000)
    groups.advance(ms: 5_000)
    let joined = try #require(groups.joined(second))
    #expect(joined.leader == joined.memberId)
    #expect(joined.members.map(\.groupInstanceId) == ["a", "b"])
  }

  @Test("while none joins, those without a rebalance timeout do not keep the clock busy")
  func nobodyJoins() throws {
    let groups = TestGroups()
    let first = try #require(groups.joined(groups.join(instance: "a", rebalanceMs: 0)))
    _ = groups.sync(first.memberId, generation: 1, instance: "a")
    let second = groups.join(instance: "b", rebalanceMs: 0)
    #expect(try groups.leave([("", "b")]) == [.none])
    #expect(groups.joined(second)?.errorCode == .unknownMemberId)
    groups.advance(ms: 0)
    #expect(groups.state == .preparingRebalance)
    #expect(groups.shard.nextDeadlineNanos > groups.now.nanos)
    groups.advance(ms: 10_000)
    groups.advance(ms: 1_000)
    #expect(groups.state == .empty)
  }

  @Test("instances are removed by their names alone")
  func leaveByInstance() throws {
    let groups = TestGroups()
    let (ids, _) = try groups.stableGroup(3, instances: ["a", "b", "c"])
    let codes = try groups.leave([
      ("", "b"), ("", "z"), ("", nil), ("wrong", "c"), (ids[2], "c"),
    ])
    #expect(
      codes == [.none, .unknownMemberId, .unknownMemberId, .fencedInstanceId, .none])
    #expect(try groups.group().staticMembers == ["a": ids[0]])
    #expect(groups.state == .preparingRebalance)
  }

  @Test("a new id that cannot be stored leaves the old one in force")
  func replacementNotStored() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(1, instances: ["a"])
    groups.writeError = .kafkaStorageError
    let back = groups.join(instance: "a")
    #expect(groups.joined(back)?.errorCode == .notCoordinator)
    groups.writeError = nil
    #expect(groups.heartbeat(ids[0], generation: generation, instance: "a") == .none)
    #expect(try groups.group().supportCounts == ["range": 1])
    groups.advance(ms: 10_000)
    #expect(groups.state == .empty)
  }
}
