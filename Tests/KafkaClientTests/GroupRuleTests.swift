import KafkaFormat
import KafkaMessages
import Testing
import Transport

@testable import KafkaClient

@Suite struct GroupRuleTests {
  let zero = TopicPartition(topic: "t", partition: 0)

  @Test("a coordinator that is silent for the session timeout costs the partitions")
  func sessionExpiry() throws {
    let setup = GroupSetup()
    let member = try setup.member()
    setup.settle([member])
    setup.group.isSilent = { $0 == .heartbeat }
    setup.transport.run(seconds: 9)
    #expect(member.assignment.count == 4)
    setup.transport.run(seconds: 4)
    #expect(try setup.recorder(member).events[2] == "lost t-0 t-1 t-2 t-3")
    setup.group.isSilent = { _ in false }
    setup.settle([member])
  }

  @Test("a delegate that takes longer than max.poll.interval.ms leaves, and joins as a new member")
  func pollInterval() throws {
    let setup = GroupSetup()
    try setup.fill(1)
    let member = try setup.member(["max.poll.interval.ms": "5000"])
    let recorder = try setup.recorder(member)
    var isOnce = true
    recorder.onBatch = { [unowned setup] in
      if isOnce { setup.transport.block(seconds: 6) }
      isOnce = false
    }
    setup.transport.run(seconds: 10) { !isOnce }
    setup.settle([member])
    #expect(recorder.events[2] == "lost t-0 t-1 t-2 t-3")
    #expect(setup.group.leaveReasons.first?.contains("max.poll.interval.ms") == true)
    #expect(member.memberId == "member-2")
    // Nothing had been committed: all is read again.
    setup.transport.run(seconds: 2)
    #expect(recorder.values.count == 50, "\(recorder.byPartition) \(recorder.events)")
  }

  @Test("static members: a restart keeps the place, a double fences")
  func staticMembers() throws {
    let setup = GroupSetup()
    let properties = ["group.instance.id": "one"]
    let first = try setup.member(properties)
    setup.settle([first])
    setup.close(first)
    // It is expected back.
    #expect(setup.group.members.count == 1 && setup.group.leaveReasons.isEmpty)
    let again = try setup.member(properties)
    setup.settle([again])
    let double = try setup.member(properties)
    setup.transport.run(seconds: 20) { double.isStable }
    #expect(double.assignment.count == 4)
    setup.transport.run(seconds: 3)
    #expect(try setup.recorder(again).failure != nil || again.memberId != double.memberId)
  }

  @Test("a commit fails while the group rebalances, and where the generation is over")
  func commitErrors() throws {
    let setup = GroupSetup()
    let member = try setup.member(["enable.auto.commit": "false"], subscribe: false)
    #expect(try setup.commit(member, [zero: .init(offset: 1)]).errorCode == .unknownMemberId)
    member.subscribe(topics: ["t"])
    setup.settle([member])
    #expect(try setup.commit(member, [zero: .init(offset: 7, metadata: "m")]).isSuccess)
    #expect(setup.group.committed[zero] == .init(offset: 7, metadata: "m"))
    setup.group.generation += 1
    #expect(try setup.commit(member, [zero: .init(offset: 8)]).errorCode == .illegalGeneration)
    #expect(try setup.recorder(member).events.last == "lost t-0 t-1 t-2 t-3")
    setup.settle([member])
    let other = try setup.member(["enable.auto.commit": "false"])
    setup.transport.run(seconds: 10) { member.state == .joining }
    #expect(try setup.commit(member, [zero: .init(offset: 9)]).errorCode == .rebalanceInProgress)
    setup.settle([member, other])
  }

  @Test("commits are tried again, async ones once; an older one never overwrites a newer one")
  func commitRetries() throws {
    let setup = GroupSetup()
    let member = try setup.member(["enable.auto.commit": "false"])
    setup.settle([member])
    var failures = 1
    setup.group.fate = { key in
      guard key == .offsetCommit, failures > 0 else { return nil }
      failures -= 1
      return .requestTimedOut
    }
    var results: [Bool] = []
    member.commit([zero: .init(offset: 1)]) { results.append($0.isSuccess) }
    member.commitAsync([zero: .init(offset: 2)]) { results.append($0.isSuccess) }
    setup.transport.run(seconds: 10) { results.count == 2 }
    #expect(results == [true, true] && setup.group.committed[zero]?.offset == 2)
    #expect(setup.group.count(.offsetCommit) == 2)
    failures = 1
    member.commitAsync([zero: .init(offset: 3)]) { results.append($0.isSuccess) }
    setup.transport.run(seconds: 10) { results.count == 3 }
    #expect(results.last == false && setup.group.committed[zero]?.offset == 2)
    failures = 2
    #expect(try setup.commit(member, [zero: .init(offset: 4)]).isSuccess)
    #expect(setup.group.committed[zero]?.offset == 4)
  }

  @Test("starts at committed offsets, or where auto.offset.reset says, or says that it cannot")
  func starts() throws {
    for reset in ["earliest", "latest", "none"] {
      let setup = GroupSetup(partitions: 2)
      try setup.fill(1)
      setup.group.committed[zero] = OffsetAndMetadata(offset: 4)
      let member = try setup.member(["auto.offset.reset": reset])
      let recorder = try setup.recorder(member)
      setup.settle([member], partitions: 2)
      setup.transport.run(seconds: 1)
      #expect(recorder.byPartition[zero] == (4..<10).map(Int64.init))
      #expect(recorder.values.count == (reset == "earliest" ? 16 : 6))
      #expect(
        recorder.failures == (reset == "none" ? [.noOffset(topic: "t", partition: 1)] : []))
    }
  }

  @Test("a seek in partitionsAssigned stands; pause outlives a seek and ends with the partition")
  func seeks() throws {
    let setup = GroupSetup(partitions: 1)
    try setup.fill(1)
    let member = try setup.member()
    let recorder = try setup.recorder(member)
    recorder.onAssigned = { for handle in $0 { member.seek(handle, to: .offset(8)) } }
    setup.settle([member], partitions: 1)
    setup.transport.run(seconds: 1)
    #expect(recorder.byPartition[zero] == [8, 9])
    let handle = try #require(member.handle(of: zero))
    member.pause(handle)
    member.seek(handle, to: .earliest)
    setup.transport.run(seconds: 1)
    #expect(recorder.values.count == 2)
    member.resume(handle)
    setup.transport.run(seconds: 1)
    #expect(recorder.values.count == 12)
  }

  @Test("a pattern reads what matches, takes up what appears, and leaves internal topics alone")
  func patterns() throws {
    let setup = GroupSetup(partitions: 2)
    setup.cluster.addTopic("__t", partitions: 1)
    let member = try setup.member(["metadata.max.age.ms": "1000"], subscribe: false)
    try member.subscribe(pattern: ".*t[0-9]?")
    setup.settle([member], partitions: 2)
    setup.cluster.addTopic("t2", partitions: 3)
    setup.settle([member], partitions: 5)
    setup.cluster.topics["t"] = nil
    setup.settle([member], partitions: 3)
    #expect(throws: ConfigurationError.self) { try member.subscribe(pattern: "(") }
  }

  @Test("a broker that has only just started, and knows of none yet, is asked again")
  func early() throws {
    let setup = GroupSetup(partitions: 2)
    setup.cluster.blankMetadata = 2
    let member = try setup.member(subscribe: false)
    try member.subscribe(pattern: "t")
    setup.settle([member], partitions: 2, seconds: 5)
  }

  @Test("such an answer takes nothing from a group that is at work", arguments: [false, true])
  func restarted(byPattern: Bool) throws {
    let setup = GroupSetup(partitions: 2)
    let member = try setup.member(["metadata.max.age.ms": "1000"], subscribe: !byPattern)
    if byPattern { try member.subscribe(pattern: "t") }
    setup.settle([member], partitions: 2)
    let generation = setup.group.generation
    setup.cluster.blankMetadata = 3
    setup.transport.run(seconds: 10) { setup.cluster.blankMetadata == 0 }
    setup.transport.run(seconds: 5)
    #expect(setup.cluster.blankMetadata == 0)
    #expect(setup.group.generation == generation && member.assignment.count == 2)
  }

  @Test("the leader notices new partitions, and topics that come into being or go")
  func counts() throws {
    let setup = GroupSetup(partitions: 2)
    let first = try setup.member(["metadata.max.age.ms": "1000"])
    let second = try setup.member(["metadata.max.age.ms": "1000"], subscribe: false)
    second.subscribe(topics: ["t", "later"])
    setup.settle([first, second], partitions: 2)
    setup.cluster.topics["t"]?.partitions.append(.init(leader: 0))
    setup.settle([first, second], partitions: 3)
    setup.cluster.addTopic("later", partitions: 2)
    setup.settle([first, second], partitions: 5)
    setup.cluster.topics["t"] = nil
    setup.settle([first, second], partitions: 2)
    setup.cluster.addTopic("t", partitions: 1)
    setup.settle([first, second], partitions: 3)
  }

  @Test(
    "a subscription that cannot be read gets nothing; an assignment that cannot ends the member")
  func malformed() throws {
    let setup = GroupSetup()
    let first = try setup.member()
    setup.group.bendSubscription = { $0 == "member-2" ? [0, 1, 255, 255] : $1 }
    setup.settle([first])
    let second = try setup.member()
    setup.settle([first, second])
    #expect(first.assignment.count == 4)
    setup.group.bendAssignment = { _ in [0, 0, 0x7f, 0xff] }
    setup.close(second)
    let recorder = try setup.recorder(first)
    setup.transport.run(seconds: 10) { recorder.failure != nil }
    guard case .malformedResponse = recorder.failure else {
      return #expect(Bool(false), "\(String(describing: recorder.failure))")
    }
  }

  @Test("unsubscribe leaves and subscribe joins again; a close in mid-join does not hang")
  func leaving() throws {
    let setup = GroupSetup()
    let member = try setup.member()
    setup.settle([member])
    var isDone = false
    member.unsubscribe { isDone = true }
    setup.transport.run(seconds: 5) { isDone }
    #expect(isDone && setup.group.members.isEmpty && member.assignment.isEmpty)
    member.subscribe(topics: ["t"])
    setup.settle([member])
    // A second member makes the first one's next join wait.
    let second = try setup.member()
    setup.group.isSilent = { $0 == .heartbeat }
    setup.transport.run(seconds: 1) { second.state == .joining }
    setup.close(second)
    #expect(try setup.recorder(second).events.isEmpty)
    setup.group.isSilent = { _ in true }
    // Nobody answers: the connections end all the same.
    setup.close(member)
  }
}
