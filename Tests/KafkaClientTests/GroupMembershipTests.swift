import KafkaFormat
import KafkaMessages
import Testing
import Transport

@testable import KafkaClient

@Suite struct GroupMembershipTests {
  @Test("joins in two steps, reads all, commits by itself, and leaves with its offsets kept")
  func alone() throws {
    let setup = GroupSetup()
    try setup.fill(3)
    let member = try setup.member()
    let recorder = try setup.recorder(member)
    setup.settle([member])
    #expect(setup.group.count(.joinGroup) == 2)
    setup.transport.run(seconds: 1) { recorder.values.count == 120 }
    #expect(recorder.values.count == 120)
    #expect(setup.group.committed.isEmpty)
    setup.transport.run(seconds: 6)
    #expect(setup.group.committed.values.allSatisfy { $0.offset == 30 })
    #expect(setup.group.commitRequests.count == 1)
    // What has not moved is not committed again.
    setup.transport.run(seconds: 12)
    #expect(setup.group.commitRequests.count == 1)
    try setup.fill(1)
    setup.transport.run(seconds: 1) { recorder.values.count == 160 }
    setup.close(member)
    #expect(setup.group.committed.values.allSatisfy { $0.offset == 40 })
    #expect(setup.group.members.isEmpty && setup.group.leaveReasons.count == 1)
    #expect(
      recorder.events == [
        "joined 1", "assigned t-0 t-1 t-2 t-3", "revoked t-0 t-1 t-2 t-3",
      ])
  }

  @Test("eager: everything is given up before the group is joined again")
  func eager() throws {
    let setup = GroupSetup()
    let first = try setup.member()
    setup.settle([first])
    let second = try setup.member()
    setup.settle([first, second])
    #expect(
      try setup.recorder(first).events == [
        "joined 1", "assigned t-0 t-1 t-2 t-3", "revoked t-0 t-1 t-2 t-3", "joined 2",
        "assigned t-0 t-1",
      ])
    #expect(try setup.recorder(second).events == ["joined 2", "assigned t-2 t-3"])
    setup.close(second)
    setup.settle([first])
    #expect(try setup.recorder(first).events.last == "assigned t-0 t-1 t-2 t-3")
  }

  @Test("cooperative: only what moves is given up, and its new owner has it in a second round")
  func cooperative() throws {
    let setup = GroupSetup()
    try setup.fill(1)
    let properties = ["partition.assignment.strategy": "cooperative-sticky"]
    let first = try setup.member(properties)
    setup.settle([first])
    let second = try setup.member(properties)
    setup.settle([first, second])
    let events = try setup.recorder(first).events
    #expect(events.count == 7, "\(events)")
    #expect(events[2] == "joined 2" && events[3].hasPrefix("revoked t-"))
    #expect(events[3].split(separator: " ").count == 3)
    #expect(events[4...] == ["assigned", "joined 3", "assigned"])
    let other = try setup.recorder(second).events
    #expect(other[0] == "joined 2" && other[1] == "assigned" && other[2] == "joined 3")
    // The kept ones went on without a pause; each record was read once.
    let read = try setup.recorder(first).values.count + setup.recorder(second).values.count
    #expect(read == 40)
  }

  @Test("what was handed out before a revocation is committed before it")
  func commitBeforeRevocation() throws {
    let setup = GroupSetup()
    try setup.fill(2)
    let first = try setup.member()
    let recorder = try setup.recorder(first)
    setup.settle([first])
    setup.transport.run(seconds: 1) { recorder.values.count == 80 }
    recorder.onRevoked = { [unowned setup] _ in
      #expect(setup.group.committed.values.allSatisfy { $0.offset == 20 })
      #expect(setup.group.committed.count == 4)
    }
    let second = try setup.member()
    setup.settle([first, second])
    setup.transport.run(seconds: 2)
    #expect(try setup.recorder(second).values.isEmpty)
  }

  @Test("commits that a revocation starts are waited for before the group is joined")
  func commitInRevocation() throws {
    let setup = GroupSetup()
    try setup.fill(1)
    let first = try setup.member(["enable.auto.commit": "false"])
    let recorder = try setup.recorder(first)
    setup.settle([first])
    setup.transport.run(seconds: 1) { recorder.values.count == 40 }
    var joinsBefore = 0
    recorder.onRevoked = { [unowned setup] _ in
      first.commit { result in
        #expect(result.isSuccess)
        joinsBefore = setup.group.count(.joinGroup)
      }
    }
    let second = try setup.member(["enable.auto.commit": "false"])
    setup.settle([first, second])
    #expect(joinsBefore > 0 && setup.group.committed.values.allSatisfy { $0.offset == 10 })
    #expect(setup.group.count(.joinGroup) > joinsBefore)
  }

  @Test("a member that dies is missed after its session timeout")
  func death() throws {
    let setup = GroupSetup()
    let first = try setup.member()
    let second = try setup.member()
    setup.settle([first, second])
    second.cancelTimers()
    second.coordinator.close()
    second.consumer.close()
    setup.transport.run(seconds: 9)
    #expect(first.assignment.count == 2)
    setup.settle([first])
  }

  @Test("a coordinator that moved or is loading is found again; nothing is lost")
  func coordinatorMoves() throws {
    let setup = GroupSetup(nodes: 2)
    try setup.fill(1)
    var loading = 3
    setup.group.fate = { key in
      guard key == .joinGroup || key == .offsetFetch, loading > 0 else { return nil }
      loading -= 1
      return .coordinatorLoadInProgress
    }
    let member = try setup.member()
    let recorder = try setup.recorder(member)
    setup.settle([member])
    setup.transport.run(seconds: 2) { recorder.values.count == 40 }
    #expect(recorder.values.count == 40)
    setup.group.node = 1
    setup.transport.run(seconds: 5)
    #expect(try setup.commit(member).isSuccess)
    #expect(setup.group.count(.findCoordinator) >= 2)
    #expect(recorder.events == ["joined 1", "assigned t-0 t-1 t-2 t-3"])
    #expect(recorder.failure == nil)
  }

  @Test(
    "an error of the group at a heartbeat loses the partitions, and the group is joined again",
    arguments: [ErrorCode.unknownMemberId, .illegalGeneration])
  func lost(code: ErrorCode) throws {
    let setup = GroupSetup()
    let member = try setup.member()
    setup.settle([member])
    var isOnce = true
    setup.group.fate = { key in
      guard key == .heartbeat, isOnce else { return nil }
      isOnce = false
      return code
    }
    setup.transport.run(seconds: 3)
    // An unknown member comes back as another.
    setup.settle([member], seconds: 30)
    let events = try setup.recorder(member).events
    #expect(events[2] == "lost t-0 t-1 t-2 t-3" && events.last == "assigned t-0 t-1 t-2 t-3")
    #expect(member.memberId == (code == .unknownMemberId ? "member-2" : "member-1"))
  }

  @Test(
    "errors that do not pass end the member",
    arguments: [ApiKey.findCoordinator, .joinGroup, .syncGroup, .heartbeat])
  func fatal(key: ApiKey) throws {
    let setup = GroupSetup()
    let code = key == .heartbeat ? ErrorCode.fencedInstanceId : .groupAuthorizationFailed
    setup.group.fate = { $0 == key ? code : nil }
    let member = try setup.member()
    let recorder = try setup.recorder(member)
    setup.transport.run(seconds: 5)
    #expect(recorder.failure?.code == code)
    #expect(recorder.events.last == (key == .heartbeat ? "lost t-0 t-1 t-2 t-3" : nil))
    #expect(try setup.commit(member).errorCode == code)
    setup.close(member)
  }

  @Test("errors of every kind, at random: the group comes to rest, and reads on", arguments: 1...20)
  func faults(seed: UInt64) throws {
    let setup = GroupSetup(nodes: 2)
    try setup.fill(2)
    var random = SplitMix64(seed: seed)
    let codes: [ErrorCode] = [
      .notCoordinator, .coordinatorNotAvailable, .coordinatorLoadInProgress, .unknownMemberId,
      .illegalGeneration, .rebalanceInProgress, .requestTimedOut,
    ]
    let harmless: [ErrorCode] = [.coordinatorNotAvailable, .requestTimedOut]
    var isOver = false
    setup.group.fate = { key in
      guard !isOver, random.next() % 4 == 0 else { return nil }
      let isStranger = key == .findCoordinator || key == .offsetFetch
      let list = isStranger ? harmless : codes
      return list[Int(random.next() % UInt64(list.count))]
    }
    let strategy = seed % 2 == 0 ? "cooperative-sticky" : "range"
    let members = try (0..<3).map { _ in
      try setup.member(["partition.assignment.strategy": strategy])
    }
    setup.transport.run(seconds: 60)
    isOver = true
    setup.settle(members)
    try setup.fill(1)
    setup.transport.run(seconds: 10)
    #expect(setup.group.committed.values.allSatisfy { $0.offset == 30 })
    #expect(setup.group.committed.count == 4)
    for member in members {
      #expect(try setup.recorder(member).failure == nil)
      setup.close(member)
    }
  }

  @Test("bent answers never trap; the group comes to rest when they stop", arguments: 1...30)
  func hostile(seed: UInt64) throws {
    let setup = GroupSetup()
    try setup.fill(2)
    var random = SplitMix64(seed: seed)
    var isOver = false
    setup.cluster.bend = { _, frame in
      !isOver && random.next() % 3 == 0 ? HostileBrokerTests.mutate(frame, &random) : frame
    }
    let members = try (0..<2).map { _ in try setup.member() }
    setup.transport.run(seconds: 30)
    isOver = true
    // A leader that does not know that it is one is noticed when the answer to a sync is late.
    setup.transport.run(seconds: 700)
    for member in members {
      // A bent error code may have ended it for good.
      let recorder = try setup.recorder(member)
      #expect(recorder.failure != nil || member.isStable, "\(member.state)")
      setup.close(member)
    }
  }
}
