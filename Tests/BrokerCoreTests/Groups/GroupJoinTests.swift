import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite("Joining a group")
struct GroupJoinTests {
  @Test("from version 4 on, an id is given first and used then (KIP-394)")
  func twoSteps() throws {
    let groups = TestGroups()
    let first = try #require(groups.joined(groups.join(version: 4)))
    #expect(first.errorCode == .memberIdRequired)
    #expect(first.memberId == "client-1")
    #expect(try groups.group().members.isEmpty)

    let second = try #require(groups.joined(groups.join(first.memberId, version: 4)))
    #expect(second.errorCode == .none)
    #expect(second.memberId == first.memberId)
    #expect(second.leader == first.memberId)
    #expect(second.generationId == 1)
    #expect(second.protocolName == "range")
    #expect(second.protocolType == "consumer")
    #expect(second.members.map(\.memberId) == [first.memberId])
    #expect(second.members.map(\.metadata) == [[1]])
    #expect(groups.state == .completingRebalance)
  }

  @Test("before version 4, a member is taken in at once", arguments: Int16(0)...3)
  func oneStep(version: Int16) throws {
    let groups = TestGroups()
    let response = try #require(groups.joined(groups.join(version: version)))
    #expect(response.errorCode == .none)
    #expect(!response.memberId.isEmpty)
  }

  @Test("version 0 has the session's timeout for rebalances too")
  func versionZero() throws {
    let groups = TestGroups()
    let response = try #require(groups.joined(groups.join(sessionMs: 7_000, version: 0)))
    #expect(try groups.group().members[response.memberId]?.rebalanceTimeoutMs == 7_000)
  }

  @Test("an id that is not used lapses with the session's timeout")
  func pendingLapses() throws {
    let groups = TestGroups()
    let first = try #require(groups.joined(groups.join(sessionMs: 10_000)))
    groups.advance(ms: 10_000)
    let second = try #require(groups.joined(groups.join(first.memberId)))
    #expect(second.errorCode == .unknownMemberId)
    #expect(groups.shard.groups.isEmpty)
  }

  @Test("a rebalance waits for ids that were given out")
  func pendingHoldsRebalance() throws {
    let groups = TestGroups()
    let (ids, _) = try groups.stableGroup(1)
    let pending = try #require(groups.joined(groups.join()))
    let leader = groups.join(ids[0])
    #expect(groups.joined(leader) == nil)
    let joining = groups.join(pending.memberId)
    #expect(groups.joined(leader)?.members.count == 2)
    #expect(groups.joined(joining)?.members.count == 0)
  }

  @Test("an id that lapses, or leaves, lets the rebalance end", arguments: [true, false])
  func pendingGoes(leaves: Bool) throws {
    let groups = TestGroups()
    let (ids, _) = try groups.stableGroup(1)
    let pending = try #require(groups.joined(groups.join()))
    let leader = groups.join(ids[0])
    #expect(groups.joined(leader) == nil)
    if leaves {
      #expect(try groups.leave([(pending.memberId, nil)]) == [.none])
    } else {
      groups.advance(ms: 10_000)
    }
    #expect(groups.joined(leader)?.errorCode == ErrorCode.none)
  }

  @Test("what a request says wrong is refused")
  func refusals() throws {
    let groups = TestGroups()
    func code(_ ticket: UInt64) -> ErrorCode? { groups.joined(ticket)?.errorCode }
    let refused = try #require(groups.joined(groups.join(group: "")))
    #expect(refused == JoinGroupResponse(errorCode: .invalidGroupId, protocolName: nil))
    #expect(code(groups.join(sessionMs: 5_999)) == .invalidSessionTimeout)
    #expect(code(groups.join(sessionMs: 1_800_001)) == .invalidSessionTimeout)
    #expect(code(groups.join(sessionMs: -1)) == .invalidSessionTimeout)
    #expect(code(groups.join("nobody")) == .unknownMemberId)
    #expect(code(groups.join(protocols: [])) == .inconsistentGroupProtocol)
    #expect(code(groups.join(type: "")) == .inconsistentGroupProtocol)
    // Nothing is kept of those who were refused.
    #expect(groups.shard.groups.isEmpty)
    _ = try groups.stableGroup(1)
    #expect(code(groups.join("nobody")) == .unknownMemberId)
    #expect(code(groups.join("client-1", instance: "i")) == .unknownMemberId)
    #expect(code(groups.join(protocols: ["sticky"])) == .inconsistentGroupProtocol)
    #expect(code(groups.join(type: "connect")) == .inconsistentGroupProtocol)
  }

  @Test("while groups are loaded, joins are refused and heartbeats are not")
  func loading() throws {
    let groups = TestGroups(status: .loading)
    #expect(groups.joined(groups.join())?.errorCode == .coordinatorLoadInProgress)
    #expect(groups.heartbeat("m", generation: 1) == .none)
    groups.shard.status = .failed
    #expect(groups.joined(groups.join())?.errorCode == .notCoordinator)
    #expect(groups.heartbeat("m", generation: 1) == .notCoordinator)
  }

  @Test("the protocol that all follow and most prefer is chosen")
  func votes() throws {
    let groups = TestGroups(initialDelayMs: 3_000)
    let a = groups.join(protocols: ["a", "b", "c"], version: 3)
    let b = groups.join(protocols: ["c", "b"], version: 3)
    let c = groups.join(protocols: ["b", "c", "d"], version: 3)
    let refused = groups.join(protocols: ["a", "d"], version: 3)
    #expect(groups.joined(refused)?.errorCode == .inconsistentGroupProtocol)
    groups.advance(ms: 3_000)
    groups.advance(ms: 3_000)
    for ticket in [a, b, c] { #expect(groups.joined(ticket)?.protocolName == "b") }
  }

  @Test("a name that a member lists twice counts once")
  func duplicateProtocols() throws {
    let groups = TestGroups()
    let first = try #require(groups.joined(groups.join(protocols: ["a", "a"], version: 3)))
    #expect(try groups.group().supportCounts == ["a": 1])
    _ = try groups.leave([(first.memberId, nil)])
    #expect(try groups.group().supportCounts.isEmpty)
  }

  @Test("group.max.size holds new members off, and lets those stay who joined first")
  func maxSize() throws {
    let groups = TestGroups(maxSize: 2)
    let (ids, generation) = try groups.stableGroup(2)
    #expect(groups.joined(groups.join(version: 3))?.errorCode == .groupMaxSizeReached)
    #expect(groups.joined(groups.join())?.errorCode == .groupMaxSizeReached)
    #expect(groups.heartbeat(ids[0], generation: generation) == .none)

    // A rebalance in which somebody new is faster than a member.
    let leader = groups.join(ids[0])
    let new = groups.join(version: 3)
    let late = groups.join(ids[1])
    #expect(groups.joined(late)?.errorCode == .groupMaxSizeReached)
    #expect(groups.joined(leader)?.members.count == 2)
    #expect(groups.joined(new)?.errorCode == ErrorCode.none)
  }

  @Test("a follower that has nothing new is answered at once; a leader begins a rebalance")
  func rejoinWhenStable() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    let follower = try #require(groups.joined(groups.join(ids[1])))
    #expect(follower.generationId == generation)
    #expect(follower.leader == ids[0])
    #expect(follower.members.isEmpty)
    #expect(groups.state == .stable)

    let leader = groups.join(ids[0])
    #expect(groups.joined(leader) == nil)
    #expect(groups.state == .preparingRebalance)
    #expect(groups.heartbeat(ids[1], generation: generation) == .rebalanceInProgress)
  }

  @Test("a follower whose metadata changed begins a rebalance")
  func changedMetadata() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    let follower = groups.join(ids[1], metadata: [2])
    #expect(groups.joined(follower) == nil)
    let leader = groups.join(ids[0])
    #expect(groups.joined(leader)?.generationId == generation + 1)
    #expect(groups.joined(leader)?.members.map(\.metadata) == [[1], [2]])
  }

  @Test("who asks again before the assignment is there hears the same again")
  func rejoinWhenCompleting() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    let leader = groups.join(ids[0])
    _ = groups.join(ids[1])
    let again = try #require(groups.joined(groups.join(ids[0])))
    #expect(again == groups.joined(leader))
    #expect(again.generationId == generation + 1)
    #expect(groups.joined(groups.join(ids[1]))?.members.isEmpty == true)
    #expect(groups.joined(groups.join(ids[1], metadata: [9])) == nil)
    #expect(groups.state == .preparingRebalance)
  }

  @Test("a join that is repeated on another connection releases the first")
  func supersededJoin() throws {
    let groups = TestGroups()
    let (ids, _) = try groups.stableGroup(2)
    let first = groups.join(ids[0])
    let second = groups.join(ids[0])
    #expect(groups.joined(first)?.errorCode == .rebalanceInProgress)
    #expect(groups.joined(second) == nil)
    _ = groups.join(ids[1])
    #expect(groups.joined(second)?.errorCode == ErrorCode.none)
  }

  @Test("a member of an emptied group must come as a new one")
  func rejoinWhenEmpty() throws {
    let groups = TestGroups()
    let (ids, _) = try groups.stableGroup(1)
    #expect(try groups.leave([(ids[0], nil)]) == [.none])
    #expect(groups.state == .empty)
    #expect(groups.joined(groups.join(ids[0]))?.errorCode == .unknownMemberId)
  }

  @Test("a thousand joins cost no more each than the first ones did")
  func thousandMembers() throws {
    let groups = TestGroups(initialDelayMs: 3_000)
    var ids: [String] = []
    var tickets: [UInt64] = []
    for _ in 0..<1_000 {
      let (id, ticket) = try groups.joinInTwoSteps()
      ids.append(id)
      tickets.append(ticket)
      #expect(groups.joined(ticket) == nil)
    }
    // One timer a member, one a lapsed id, and the group's: nothing that grows with their product.
    #expect(groups.shard.timers.count < 3_000)
    groups.advance(ms: 3_000)
    groups.advance(ms: 3_000)
    let answers = tickets.compactMap { groups.joined($0) }
    #expect(answers.count == 1_000)
    #expect(answers.reduce(0) { $0 + $1.members.count } == 1_000)
    #expect(Set(answers.map(\.generationId)) == [1])

    let leader = answers[0].leader
    let followers = ids.filter { $0 != leader }.map { groups.sync($0, generation: 1) }
    let assignments = Dictionary(uniqueKeysWithValues: ids.map { ($0, [UInt8(1)]) })
    _ = groups.sync(leader, generation: 1, assignments: assignments)
    #expect(followers.allSatisfy { groups.synced($0)?.assignment == [1] })
    #expect(groups.written.count == 1)
  }

  @Test("a member can join while the rebalance of those who have all gone still waits")
  func joinsAfterAllWent() throws {
    let groups = TestGroups(initialDelayMs: 3_000)
    let first = try groups.joinInTwoSteps()
    #expect(try groups.leave([(first.id, nil)]) == [.none])
    let second = try groups.joinInTwoSteps(protocols: ["roundrobin"])
    // The initial delay starts again for whoever comes within it.
    for _ in 0..<3 { groups.advance(ms: 3_000) }
    let response = try #require(groups.joined(second.ticket))
    #expect(response.errorCode == .none)
    #expect(response.protocolName == "roundrobin")
    #expect(response.leader == second.id)
  }

  @Test("a group of which only an id was given out goes with that id")
  func pendingLeaves() throws {
    let groups = TestGroups()
    let first = try #require(groups.joined(groups.join()))
    #expect(first.errorCode == .memberIdRequired)
    #expect(try groups.leave([(first.memberId, nil)]) == [.none])
    #expect(groups.shard.groups.isEmpty)
  }
}
