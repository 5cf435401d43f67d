import KafkaFormat
import KafkaMessages
import Testing
import Transport

@testable import KafkaClient

/// Commits that cannot succeed, or are never answered, hold nobody up for long.
@Suite struct GroupCommitTests {
  let zero = TopicPartition(topic: "t", partition: 0)
  let gone = TopicPartition(topic: "u", partition: 0)

  @Test("a topic that is deleted under its group does not hold the others up")
  func deletedTopic() throws {
    let setup = GroupSetup()
    setup.cluster.addTopic("u", partitions: 4)
    try setup.fill(1)
    try setup.fill(1, topic: "u")
    let members = try (0..<2).map { _ in
      let member = try setup.member(["metadata.max.age.ms": "1000"], subscribe: false)
      try member.subscribe(pattern: "[tu]")
      return member
    }
    setup.settle(members, partitions: 8)
    setup.transport.run(seconds: 1)
    setup.cluster.topics["u"] = nil
    setup.settle(members, partitions: 4, seconds: 10)
    #expect((0..<4).allSatisfy { setup.group.committed[.init(topic: "t", partition: $0)] != nil })
  }

  @Test("a commit is decided by partition: what was refused for good is not tried again")
  func partialRefusal() throws {
    let setup = GroupSetup()
    let member = try setup.member(["enable.auto.commit": "false"])
    setup.settle([member])
    let result = try setup.commit(member, [zero: .init(offset: 3), gone: .init(offset: 4)])
    #expect(result.errorCode == .unknownTopicOrPartition)
    #expect(setup.group.committed[zero]?.offset == 3 && setup.group.count(.offsetCommit) == 1)
    // What may pass is tried again, alone; the refusal is told all the same.
    var isFirst = true
    setup.group.partitionFate = { name in
      defer { if name.topic == "t" { isFirst = false } }
      return isFirst && name.topic == "t" ? .requestTimedOut : nil
    }
    let again = try setup.commit(member, [zero: .init(offset: 5), gone: .init(offset: 6)])
    #expect(again.errorCode == .unknownTopicOrPartition)
    #expect(setup.group.committed[zero]?.offset == 5 && setup.group.count(.offsetCommit) == 3)
    #expect(setup.group.commitRequests.last?.topics.map(\.name) == ["t"])
  }

  @Test("a commit that is never answered does not keep a member from its next generation")
  func silentCommit() throws {
    let setup = GroupSetup()
    setup.group.rebalanceTimeoutMs = 60_000
    try setup.fill(1)
    let member = try setup.member()
    setup.settle([member])
    setup.transport.run(seconds: 1)
    setup.group.isSilent = { $0 == .offsetCommit }
    let other = try setup.member()
    setup.settle([member, other], seconds: 8)
    let recorder = try setup.recorder(member)
    #expect(
      recorder.commitFailures.count == 1 && !recorder.events.contains { $0.hasPrefix("lost") })
  }

  @Test("a close leaves the group though its commit is never answered, and tells of the commit")
  func closing() throws {
    let setup = GroupSetup()
    try setup.fill(1)
    let member = try setup.member()
    setup.settle([member])
    setup.transport.run(seconds: 1)
    setup.group.isSilent = { $0 == .offsetCommit }
    var isClosed = false
    member.close(timeoutMs: 4000) { isClosed = true }
    setup.transport.run(seconds: 3) { isClosed }
    #expect(isClosed && setup.group.leaveReasons == ["the consumer was closed"])
    #expect(setup.group.members.isEmpty)
    #expect(try setup.recorder(member).commitFailures.count == 1)
  }

  @Test("the commits that a revocation starts have their time in a close, and no more")
  func closingByHand() throws {
    let setup = GroupSetup()
    let member = try setup.member(["enable.auto.commit": "false"])
    setup.settle([member])
    setup.group.isSilent = { $0 == .offsetCommit }
    var result: Result<Void, ClientError>?
    try setup.recorder(member).onRevoked = { [unowned member, zero] _ in
      member.commit([zero: .init(offset: 1)]) { result = $0 }
    }
    var isClosed = false
    member.close(timeoutMs: 4000) { isClosed = true }
    setup.transport.run(seconds: 3) { isClosed }
    #expect(isClosed && setup.group.leaveReasons == ["the consumer was closed"])
    #expect(result?.isSuccess == false)
  }

  @Test("a commit is not tried again behind a join, whose connection its timeout would end")
  func retryDuringJoin() throws {
    let setup = GroupSetup()
    let member = try setup.member(["enable.auto.commit": "false"])
    setup.settle([member])
    var sentInJoin = 0
    setup.group.partitionFate = { [unowned member] _ in
      if member.state == .joining { sentInJoin += 1 }
      return .requestTimedOut
    }
    setup.group.isSilent = { $0 == .joinGroup }
    setup.group.fate = { $0 == .heartbeat ? .rebalanceInProgress : nil }
    var result: Result<Void, ClientError>?
    member.commit([zero: .init(offset: 1)]) { result = $0 }
    setup.transport.run(seconds: 30) { result != nil }
    #expect(member.state == .joining)
    #expect(result?.errorCode == .rebalanceInProgress && sentInJoin == 0)
  }

  @Test("a seek within a batch's call stands, before and after a pause", arguments: [true, false])
  func seekAndPause(pausesFirst: Bool) throws {
    let setup = GroupSetup(partitions: 1)
    try setup.fill(3)
    let member = try setup.member()
    let recorder = try setup.recorder(member)
    var isFirst = true
    recorder.onBatch = { [unowned member, zero] in
      guard isFirst, let handle = member.handle(of: zero) else { return }
      isFirst = false
      if pausesFirst { member.pause(handle) }
      member.seek(handle, to: .offset(0))
      if !pausesFirst { member.pause(handle) }
    }
    setup.settle([member], partitions: 1)
    setup.transport.run(seconds: 1)
    #expect(recorder.byPartition[zero] == (0..<10).map(Int64.init))
    member.resume(try #require(member.handle(of: zero)))
    setup.transport.run(seconds: 1)
    #expect(recorder.byPartition[zero] == (Array(0..<10) + Array(0..<30)).map(Int64.init))
  }
}
