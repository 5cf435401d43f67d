import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite("Groups that are listed, deleted and loaded")
struct GroupLifeTests {
  // MARK: Listing and describing

  @Test("groups are listed with state, protocol type and type")
  func listing() throws {
    let groups = TestGroups()
    _ = try groups.stableGroup(1)
    _ = groups.shard.groupOrNew("offsets-only", now: groups.now)
    let all = groups.shard.list(states: [])
    #expect(all.map(\.groupId) == ["g", "offsets-only"])
    #expect(all.map(\.groupState) == ["Stable", "Empty"])
    #expect(all.map(\.protocolType) == ["consumer", ""])
    #expect(all.map(\.groupType) == ["classic", "classic"])
    #expect(groups.shard.list(states: ["empty"]).map(\.groupId) == ["offsets-only"])
    #expect(groups.shard.list(states: ["nonsense"]).isEmpty)
  }

  @Test("a stable group is described with its protocol's metadata, others without")
  func describing() throws {
    let groups = TestGroups()
    let (ids, _) = try groups.stableGroup(2)
    let stable = groups.shard.describe("g", version: 6)
    #expect(stable.errorCode == .none)
    #expect(stable.groupState == "Stable")
    #expect(stable.protocolType == "consumer" && stable.protocolData == "range")
    #expect(stable.members.map(\.memberId) == ids)
    #expect(stable.members.map(\.memberMetadata) == [[1], [1]])
    #expect(stable.members.map(\.memberAssignment) == [[0], [1]])
    #expect(stable.members[0].clientId == "client")
    #expect(stable.members[0].clientHost == "/127.0.0.1")

    _ = groups.join(ids[0])
    let preparing = groups.shard.describe("g", version: 6)
    #expect(preparing.groupState == "PreparingRebalance")
    #expect(preparing.protocolData == "")
    #expect(preparing.members.map(\.memberMetadata) == [[], []])
    #expect(preparing.members.map(\.memberAssignment) == [[0], [1]])
  }

  @Test("a group that is not there is dead, and from version 6 on an error")
  func describingNothing() {
    let groups = TestGroups()
    let before = groups.shard.describe("x", version: 5)
    #expect(before.errorCode == .none && before.groupState == "Dead")
    let since = groups.shard.describe("x", version: 6)
    #expect(since.errorCode == .groupIdNotFound && since.groupState == "Dead")
    #expect(since.errorMessage == "Group x not found.")
    #expect(groups.shard.describe("", version: 6).errorCode == .groupIdNotFound)
  }

  // MARK: Deleting

  @Test("only a group without members may be deleted")
  func deleting() throws {
    let groups = TestGroups()
    #expect(throws: ErrorCode.groupIdNotFound) { try groups.shard.groupToDelete("g") }
    #expect(throws: ErrorCode.groupIdNotFound) { try groups.shard.groupToDelete("") }
    let (ids, generation) = try groups.stableGroup(1)
    #expect(throws: ErrorCode.nonEmptyGroup) { try groups.shard.groupToDelete("g") }
    _ = try groups.leave([(ids[0], nil)])
    let group = try groups.shard.groupToDelete("g")
    group.offsets["t", 3] = CommittedOffset(offset: 1, commitTimestampMs: 0)
    #expect(group.tombstones.count == 2)
    #expect(group.tombstones.allSatisfy { $0.value == nil })
    groups.shard.remove(group, now: groups.now)
    #expect(group.state == .dead)
    #expect(groups.heartbeat(ids[0], generation: generation) == .unknownMemberId)
    #expect(groups.joined(groups.join(ids[0]))?.errorCode == .unknownMemberId)
  }

  @Test("a deleted group's timers do not ring for a later one of its name")
  func deletedTimers() throws {
    let groups = TestGroups()
    let pending = try #require(groups.joined(groups.join()))
    groups.shard.remove(try groups.group(), now: groups.now)
    let (ids, generation) = try groups.stableGroup(1)
    groups.advance(ms: 9_000)
    #expect(groups.heartbeat(ids[0], generation: generation) == .none)
    groups.advance(ms: 1_000)
    #expect(groups.state == .stable)
    #expect(groups.joined(groups.join(pending.memberId))?.errorCode == .unknownMemberId)
  }

  @Test("offsets may be deleted of topics that no consumer of the group reads")
  func offsetDeletion() throws {
    let groups = TestGroups()
    let subscription = ConsumerProtocolSubscription(topics: ["read"])
    let metadata = [0, 1] + subscription.bytes(version: 1)
    let member = try #require(groups.joined(groups.join(metadata: metadata, version: 3)))
    _ = groups.sync(member.memberId, generation: 1)
    let group = try groups.group()
    #expect(group.offsetDeleteError == nil)
    #expect(group.isSubscribed(to: "read") && !group.isSubscribed(to: "other"))

    let connect = groups.join(type: "connect", version: 3, group: "connect")
    #expect(groups.joined(connect)?.errorCode == ErrorCode.none)
    #expect(try groups.group("connect").offsetDeleteError == .nonEmptyGroup)
  }

  @Test(
    "metadata that cannot be read are kept as they are; their topics count as read",
    arguments: [[], [0], [0xFF, 0xFF], [0, 3, 0x7F, 0xFF, 0xFF, 0xFF, 1]] as [[UInt8]])
  func malformedSubscription(metadata: [UInt8]) throws {
    let groups = TestGroups()
    let member = try #require(groups.joined(groups.join(metadata: metadata, version: 3)))
    #expect(member.members[0].metadata == metadata)
    #expect(try groups.group().subscribedTopics == nil)
    #expect(try groups.group().isSubscribed(to: "anything"))
  }

  // MARK: Loading

  @Test("a stable group goes on after it was loaded, with its sessions begun anew")
  func loadedStable() throws {
    let before = TestGroups()
    let (ids, generation) = try before.stableGroup(2, instances: [nil, "b"])
    guard case .group(_, let value?)? = before.written.last else {
      Issue.record("no metadata were written")
      return
    }
    let groups = TestGroups(status: .loading)
    groups.shard.groupForLoading("g").offsets["t", 0] = CommittedOffset(
      offset: 5, commitTimestampMs: 1)
    groups.shard.load(groupId: "g", metadata: value)
    groups.finishLoading()
    #expect(groups.state == .stable)
    let group = try groups.group()
    #expect(group.offsets["t", 0]?.offset == 5)
    #expect(group.protocolName == "range" && group.leaderId == ids[0])
    #expect(group.metadataValue() == value)
    #expect(groups.heartbeat(ids[0], generation: generation) == .none)
    #expect(groups.heartbeat(ids[1], generation: generation, instance: "b") == .none)
    let sync = groups.sync(ids[1], generation: generation, instance: "b")
    #expect(groups.synced(sync)?.assignment == [1])
    groups.advance(ms: 10_000)
    #expect(groups.state == .empty)
    #expect(groups.written.count == 1)
  }

  @Test("an emptied group is loaded empty, one without anything not at all")
  func loadedEmpty() throws {
    let groups = TestGroups(status: .loading)
    groups.shard.load(
      groupId: "g",
      metadata: GroupMetadataValue(
        protocolType: "consumer", generation: 4, protocol: nil, leader: nil,
        currentStateTimestamp: 77))
    _ = groups.shard.groupForLoading("nothing")
    groups.finishLoading()
    let group = try groups.group()
    #expect(group.state == .empty && group.generationId == 4 && group.stateChangedMs == 77)
    #expect(group.protocolType == "consumer")
    #expect(groups.shard.group("nothing") == nil)
    // A new member goes on from that generation.
    #expect(groups.joined(groups.join(version: 3))?.generationId == 5)
  }

  @Test("records of an older form, and strange ones, make a group that works")
  func loadedOld() throws {
    let groups = TestGroups(status: .loading)
    typealias Member = GroupMetadataValue.MemberMetadata
    groups.shard.load(
      groupId: "g",
      metadata: GroupMetadataValue(
        protocolType: "consumer", generation: .max, protocol: "range", leader: "gone",
        members: [
          Member(memberId: "a", sessionTimeout: 7_000), Member(memberId: "a"),
          Member(memberId: "b", groupInstanceId: "i", sessionTimeout: -5),
        ]))
    groups.finishLoading()
    let group = try groups.group()
    #expect(group.members.count == 2 && group.leaderId == "a")
    #expect(group.members["a"]?.rebalanceTimeoutMs == 7_000)
    groups.advance(ms: 0)
    #expect(group.members["b"] == nil)
    let leader = groups.join("a", metadata: [])
    // A generation after the last number there is begins again.
    #expect(groups.joined(leader)?.generationId == 1)
  }

  @Test("a loaded group that is larger than group.max.size now rebalances")
  func loadedTooLarge() throws {
    let before = TestGroups()
    let (ids, _) = try before.stableGroup(3)
    guard case .group(_, let value?)? = before.written.last else {
      Issue.record("no group was written: \(before.written)")
      return
    }
    let groups = TestGroups(maxSize: 2, status: .loading)
    groups.shard.load(groupId: "g", metadata: value)
    groups.finishLoading()
    #expect(groups.state == .preparingRebalance)
    _ = groups.join(ids[0])
    _ = groups.join(ids[1])
    #expect(groups.joined(groups.join(ids[2]))?.errorCode == .groupMaxSizeReached)
    #expect(groups.state == .completingRebalance)
  }

  // MARK: Timers

  @Test("timers ring in order, once, and not before a later time that they were put off to")
  func timers() {
    var timers = GroupTimers()
    let all = (0..<600).map { GroupTimer(groupId: "\($0)", kind: .join) }
    for (index, timer) in all.enumerated() { timers.set(timer, at: Int64(1_000 - index)) }
    for timer in all.prefix(500) { timers.cancel(timer) }
    #expect(timers.count < 600)
    timers.set(all[599], at: 5_000)
    timers.set(all[598], at: 1)
    var rung: [String] = []
    while let timer = timers.popDue(2_000) { rung.append(timer.groupId) }
    #expect(rung == ["598"] + (500..<598).reversed().map { "\($0)" })
    #expect(timers.popDue(4_999) == nil)
    #expect(timers.popDue(5_000)?.groupId == "599")
    #expect(timers.next == .max)
  }

  @Test("a heartbeat leaves nothing behind in the queue of timers")
  func heartbeatsLeaveNothing() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(1)
    let before = groups.shard.timers.count
    for _ in 0..<1_000 {
      groups.advance(ms: 100)
      #expect(groups.heartbeat(ids[0], generation: generation) == .none)
    }
    #expect(groups.shard.timers.count <= before + 1)
  }
}
