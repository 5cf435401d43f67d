import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite("Rebalancing a group")
struct GroupRebalanceTests {
  // MARK: The initial delay

  @Test("an empty group waits for more members, and no longer without new ones")
  func initialDelay() throws {
    let groups = TestGroups(initialDelayMs: 3_000)
    let first = groups.join(version: 3)
    groups.advance(ms: 2_999)
    #expect(groups.joined(first) == nil)
    groups.advance(ms: 1)
    #expect(groups.joined(first)?.generationId == 1)
  }

  @Test("new members put the first rebalance off, up to the rebalance timeout")
  func initialDelayExtends() throws {
    let groups = TestGroups(initialDelayMs: 3_000)
    let first = groups.join(rebalanceMs: 8_000, version: 3)
    var others: [UInt64] = []
    // Parts of 3, 3 and 2 seconds: then the 8 are over, whoever else may come.
    for _ in 0..<7 {
      groups.advance(ms: 1_000)
      others.append(groups.join(rebalanceMs: 8_000, version: 3))
    }
    #expect(groups.joined(first) == nil)
    groups.advance(ms: 1_000)
    #expect(groups.joined(first)?.members.count == 8)
    #expect(others.allSatisfy { groups.joined($0)?.generationId == 1 })
  }

  @Test("a group whose members all leave during the initial delay is empty again")
  func initialDelayAbandoned() throws {
    let groups = TestGroups(initialDelayMs: 3_000)
    let (id, ticket) = try groups.joinInTwoSteps()
    #expect(try groups.leave([(id, nil)]) == [.none])
    #expect(groups.joined(ticket)?.errorCode == .unknownMemberId)
    groups.advance(ms: 3_000)
    #expect(groups.state == .empty)
    #expect(try groups.group().generationId == 1)
  }

  // MARK: Timeouts

  @Test("a member without heartbeats is out when its session ends, and the others rebalance")
  func sessionTimeout() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    groups.advance(ms: 6_000)
    #expect(groups.heartbeat(ids[0], generation: generation) == .none)
    groups.advance(ms: 4_000)
    #expect(groups.state == .preparingRebalance)
    #expect(groups.heartbeat(ids[0], generation: generation) == .rebalanceInProgress)
    #expect(groups.heartbeat(ids[1], generation: generation) == .unknownMemberId)
    let leader = groups.join(ids[0])
    #expect(groups.joined(leader)?.members.map(\.memberId) == [ids[0]])
    #expect(groups.joined(leader)?.generationId == generation + 1)
  }

  @Test("sessions follow the monotonic clock, whatever the wall clock does")
  func clockJumps() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(1)
    groups.setClock(back: 86_400_000)
    groups.advance(ms: 9_000)
    #expect(groups.heartbeat(ids[0], generation: generation) == .none)
    groups.setClock(back: -2 * 86_400_000)
    groups.advance(ms: 9_000)
    #expect(groups.heartbeat(ids[0], generation: generation) == .none)
  }

  @Test("a commit is as good as a heartbeat")
  func commitExtendsSession() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(1)
    groups.advance(ms: 9_000)
    #expect(groups.commitError(ids[0], generation: generation) == .none)
    groups.advance(ms: 9_000)
    #expect(groups.heartbeat(ids[0], generation: generation) == .none)
  }

  @Test("who does not join again within the rebalance timeout is out")
  func rebalanceTimeout() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(3)
    let first = groups.join(ids[0])
    let second = groups.join(ids[1])
    for _ in 0..<10 {
      groups.advance(ms: 5_900)
      // It lives, but does not join.
      #expect(groups.heartbeat(ids[2], generation: generation) == .rebalanceInProgress)
    }
    #expect(groups.joined(first) == nil)
    groups.advance(ms: 1_000)
    #expect(groups.joined(first)?.members.map(\.memberId) == [ids[0], ids[1]])
    #expect(groups.joined(second)?.errorCode == ErrorCode.none)
    #expect(groups.heartbeat(ids[2], generation: generation) == .unknownMemberId)
  }

  @Test("a leader that does not join again is followed by one that did")
  func leaderGone() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    let follower = groups.join(ids[1], metadata: [2])
    groups.advance(ms: 10_000)
    #expect(groups.joined(follower)?.leader == ids[1])
    #expect(groups.joined(follower)?.members.map(\.memberId) == [ids[1]])
    #expect(groups.joined(follower)?.generationId == generation + 1)
    #expect(groups.heartbeat(ids[0], generation: generation) == .unknownMemberId)
  }

  @Test("members that wait in a rebalance need no heartbeats")
  func excusedWhileWaiting() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    let leader = groups.join(ids[0])
    for _ in 0..<5 {
      groups.advance(ms: 9_000)
      #expect(groups.heartbeat(ids[1], generation: generation) == .rebalanceInProgress)
    }
    #expect(groups.joined(leader) == nil)
    _ = groups.join(ids[1])
    #expect(groups.joined(leader)?.errorCode == ErrorCode.none)
  }

  @Test("a new member whose join waits for five minutes is given up")
  func newMemberTimeout() throws {
    let groups = TestGroups()
    let first = try #require(groups.joined(groups.join(rebalanceMs: 900_000, version: 3)))
    _ = groups.sync(first.memberId, generation: 1)
    let new = groups.join(rebalanceMs: 900_000, version: 3)
    for _ in 0..<60 {
      #expect(groups.joined(new) == nil)
      groups.advance(ms: 5_000)
      _ = groups.heartbeat(first.memberId, generation: 1)
    }
    #expect(groups.joined(new)?.errorCode == .unknownMemberId)
  }

  @Test("who does not ask for its assignment within the rebalance timeout is out")
  func syncTimeout() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    _ = groups.join(ids[0])
    _ = groups.join(ids[1])
    let leader = groups.sync(ids[0], generation: generation + 1)
    #expect(groups.synced(leader)?.errorCode == ErrorCode.none)
    for _ in 0..<12 {
      groups.advance(ms: 5_000)
      _ = groups.heartbeat(ids[0], generation: generation + 1)
      _ = groups.heartbeat(ids[1], generation: generation + 1)
    }
    #expect(groups.state == .preparingRebalance)
    #expect(groups.heartbeat(ids[1], generation: generation + 1) == .unknownMemberId)
    #expect(groups.joined(groups.join(ids[0]))?.members.count == 1)
  }

  @Test("a leader that never hands in assignments is out; those who wait join again")
  func leaderNeverSyncs() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    _ = groups.join(ids[0])
    _ = groups.join(ids[1])
    let follower = groups.sync(ids[1], generation: generation + 1)
    groups.advance(ms: 10_000)
    #expect(groups.synced(follower)?.errorCode == .rebalanceInProgress)
    let again = groups.join(ids[1])
    #expect(groups.joined(again)?.leader == ids[1])
  }

  // MARK: Leaving

  @Test("a member that leaves makes the others rebalance at once")
  func leaving() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(2)
    #expect(try groups.leave([(ids[1], nil), ("nobody", nil)]) == [.none, .unknownMemberId])
    #expect(groups.heartbeat(ids[0], generation: generation) == .rebalanceInProgress)
    #expect(groups.joined(groups.join(ids[0]))?.generationId == generation + 1)
  }

  @Test("the last member leaves an empty group behind, which is stored so")
  func lastLeaves() throws {
    let groups = TestGroups()
    let (ids, generation) = try groups.stableGroup(1)
    #expect(try groups.leave([(ids[0], nil)]) == [.none])
    #expect(groups.state == .empty)
    let group = try groups.group()
    #expect(group.generationId == generation + 1)
    #expect(group.protocolName == nil && group.leaderId == nil)
    guard case .group(let key, let value?)? = groups.written.last else {
      Issue.record("no metadata were written")
      return
    }
    #expect(key.group == "g")
    #expect(value.members.isEmpty && value.protocolType == "consumer" && value.protocol == nil)
    #expect(try groups.leave([(ids[0], nil)]) == [.unknownMemberId])
  }

  @Test("who leaves while it waits is answered")
  func leavingWhileWaiting() throws {
    let groups = TestGroups()
    let (ids, _) = try groups.stableGroup(2)
    let leader = groups.join(ids[0])
    #expect(try groups.leave([(ids[0], nil)]) == [.none])
    #expect(groups.joined(leader)?.errorCode == .unknownMemberId)
    #expect(groups.joined(groups.join(ids[1]))?.leader == ids[1])
  }

  @Test("leaving a group that is not there")
  func leavingNothing() throws {
    let groups = TestGroups()
    #expect(try groups.leave([("m", nil)]) == [.unknownMemberId])
  }
}
