import EventLoop
import LoadModel
import Testing

@testable import LoadRunner

extension Running {
  @Suite("consumer groups in the load")
  struct GroupLoadTests {
    private let quick = "group.initial.rebalance.delay.ms=100"

    private func expectSound(_ result: RepetitionResult, groups: Int) throws {
      let found = try #require(result.verification)
      #expect(found.isSound, "\(found)")
      #expect(found.unverified == 0)
      #expect(found.acked > 0)
      #expect(result.failure == nil)
      #expect(!result.isPartial)
      let each = try #require(result.groups)
      #expect(each.map(\.group) == Array(0..<groups))
      for group in each {
        let verification = try #require(group.verification)
        #expect(verification.lost == 0)
        #expect(verification.acked == found.acked)
        #expect(verification.received == found.acked, "every group gets every record, once")
        #expect(group.memberRecords.reduce(0, +) == group.consumed.records)
        let (most, least) = (group.busiestShare ?? 0, group.leastBusyShare ?? 1)
        #expect(most >= least && most <= 1)
      }
      #expect(found.received == found.acked * Int64(groups))
      #expect(result.consumed?.records == each.map(\.consumed.records).reduce(0, +))
    }

    @Test("two groups of two members: each gets every record, shared out evenly")
    func twoGroups() throws {
      let result = try measured([
        "records": "20000", "partitions": "4", "consumers": "2", "consumer-groups": "2",
        "assignor": "range", "broker-property": quick, "interval": "100ms",
      ])
      try expectSound(result, groups: 2)
      for group in try #require(result.groups) {
        #expect(group.memberRecords.count == 2)
        #expect(group.memberRecords.allSatisfy { $0 > 0 })
        #expect(group.redelivered == 0)
        #expect(group.rebalances == 0)
      }
      #expect(result.consumed?.records == 40_000)
    }

    @Test("every assignor works, also with more members than partitions")
    func assignors() throws {
      for assignor in GroupAssignor.allCases {
        let result = try measured([
          "records": "3000", "partitions": "2", "consumers": "3", "consumer-groups": "1",
          "assignor": assignor.rawValue, "broker-property": quick,
        ])
        try expectSound(result, groups: 1)
        #expect(result.groups?.first?.memberRecords.count == 3)
      }
    }

    @Test("a timed run tells each group's lag; short records are verified too")
    func timed() throws {
      let result = try measured([
        "duration": "2s", "rate": "5000", "partitions": "2", "consumers": "2",
        "consumer-groups": "2", "assignor": "cooperative-sticky", "record-size": "20",
        "broker-property": quick, "interval": "100ms",
      ])
      try expectSound(result, groups: 2)
      let told = result.intervals.compactMap(\.groupLagRecords)
      #expect(!told.isEmpty)
      #expect(told.allSatisfy { $0.count == 2 })
      for group in try #require(result.groups) {
        #expect(group.peakLagRecords ?? -1 >= group.lastLagRecords ?? 0)
      }
    }

    @Test("reading only: a topic filled before is read by each group")
    func readingOnly() throws {
      let result = try measured([
        "records": "5000", "producers": "0", "partitions": "3", "consumers": "2",
        "consumer-groups": "2", "broker-property": quick,
      ])
      try expectSound(result, groups: 2)
      #expect(result.groups?.first?.consumed.records == 5000)
    }

    @Test(
      "members join, leave and crash while the load runs: nothing is lost, and it is told",
      arguments: [GroupAssignor.range, .cooperativeSticky])
    func events(_ assignor: GroupAssignor) throws {
      let folder = try Folder()
      var scenario = try scenario(
        [
          "duration": "16s", "rate": "2000", "partitions": "6", "consumers": "2",
          "consumer-groups": "1", "assignor": assignor.rawValue, "interval": "100ms",
        ], in: folder)
      scenario.run.brokerProperties = [
        "group.initial.rebalance.delay.ms": "100", "group.min.session.timeout.ms": "100",
      ]
      // Longer than any pause of the machine: nobody else is to be missed.
      scenario.run.consumerProperties = [
        "session.timeout.ms": "4000", "heartbeat.interval.ms": "100",
      ]
      let target = try BenchTarget.start(
        scenario.run, executable: weirBinary, dataDirectory: folder.path)
      defer { target.stop() }
      let admin = try AdminSession(bootstrap: target.bootstrap)
      var plan = try MeasurementPlan(
        try #require(scenario.cases().first).workload, settings: scenario.run,
        bootstrap: target.bootstrap, topic: "changing", seed: 1, runTag: 7,
        nowNanos: EventLoop.currentTime.nanoseconds)
      plan.groupEvents = [
        GroupEvent(.join, atMs: 2000), GroupEvent(.leave, atMs: 5000),
        GroupEvent(.crash, atMs: 8000),
      ]
      var result = RepetitionResult(repetition: 1, turn: 0, startedUtc: "", durationS: 0)
      var measurement = Measurement(plan: plan, target: target, admin: admin, isFollowed: true)
      var progress = Progress()
      try measurement.run(into: &result, progress: &progress, title: "")
      #expect(result.failure == nil)
      let verification = try #require(result.verification)
      #expect(verification.isSound, "\(verification)")
      #expect(verification.received == verification.acked)
      #expect(verification.unverified == 0)
      let group = try #require(result.groups?.first)
      #expect(group.memberRecords.count == 3)
      #expect(group.rebalances >= 3)
      let events = try #require(group.events)
      #expect(events.map(\.kind) == [.quiet, .join, .leave, .crash])
      // Everything was taken over in time; a pause of the machine may cut the end off of one.
      #expect(events.allSatisfy { $0.isOpen != nil })
      #expect(events.count { $0.isOpen == true } <= 1)
      #expect(events.allSatisfy { $0.partitionGapMs ?? 0 < ($0.untilS - $0.fromS) * 950 })
      #expect(events[0].rebalances == 0 && events[0].redelivered == 0)
      #expect(events.allSatisfy { $0.memberGapsMs?.last == $0.memberGapMs })
      #expect(events.allSatisfy { $0.untilS > $0.fromS && $0.partitionGapMs != nil })
      let crash = try #require(events.last)
      #expect(crash.partitionGapMs ?? 0 > 2000, "until the session is over")
      #expect(crash.redelivered <= group.redelivered)
      #expect(group.peakLagRecords ?? 0 > 100, "what the crashed member's partitions took in")
    }

    @Test("without groups nothing is told of them")
    func withoutGroups() throws {
      let result = try measured(["records": "1000"])
      #expect(result.groups == nil)
      #expect(result.intervals.allSatisfy { $0.groupLagRecords == nil })
    }

    @Test("settings that do not fit are refused")
    func refusals() throws {
      let folder = try Folder()
      #expect(throws: ScenarioError.self) { try scenario(["assignor": "range"], in: folder) }
      #expect(throws: ScenarioError.self) {
        try scenario(["consumer-groups": "2", "consumers": "0"], in: folder)
      }
      #expect(throws: ScenarioError.self) {
        try scenario(["consumer-groups": "1000", "consumers": "10"], in: folder)
      }
      #expect(throws: ScenarioError.self) {
        try scenario(["consumer-groups": "1", "assignor": "random"], in: folder)
      }
      let none = try scenario(["consumer-groups": "0"], in: folder)
      #expect(none.cases().first?.workload == Workload.withoutDuration(none))
    }
  }
}

extension Workload {
  /// The workload of no setting but those that every test gives.
  fileprivate static func withoutDuration(_ scenario: Scenario) -> Workload {
    var workload = Workload()
    workload.warmup = .fixed(ms: 0)
    return workload
  }
}

@Suite("how far a group has read")
struct GroupProgressTests {
  @Test("who reads first has it fresh; what is read again is redelivered")
  func claims() {
    let group = GroupProgress(index: 0)
    group.begin(at: [100, 0])
    let (a, b) = (group.addMember(), group.addMember())
    #expect(group.claim(partition: 0, member: a, from: 100, end: 150, nowNanos: 1) == 100)
    #expect(group.lag(logEnds: [160, 0]) == 10)
    #expect(group.lag(logEnds: [120]) == 0, "others have read further than was heard of")
    #expect(group.claim(partition: 0, member: b, from: 120, end: 170, nowNanos: 2) == 150)
    #expect(group.claim(partition: 0, member: a, from: 150, end: 160, nowNanos: 3) == 160)
    #expect(group.redelivered == 30 + 10)
    #expect(group.claim(partition: 1, member: a, from: 0, end: 5, nowNanos: 4) == 0)
    group.finish(at: [170, 6])
    #expect(group.lag(logEnds: []) == 1)
    #expect(!group.isComplete)
    #expect(group.claim(partition: 1, member: b, from: 5, end: 6, nowNanos: 5) == 5)
    #expect(group.isComplete)
  }

  @Test("a group is settled when all are of one generation and every partition has its member")
  func settling() {
    let group = GroupProgress(index: 0)
    group.begin(at: [0, 0])
    let (a, b) = (group.addMember(), group.addMember())
    group.joined(member: a, generation: 1)
    group.owns(member: a, more: 2)
    #expect(!group.isSettled(partitions: 2))
    group.joined(member: b, generation: 2)
    #expect(!group.isSettled(partitions: 2))
    group.owns(member: a, more: -2)
    group.joined(member: a, generation: 2)
    group.owns(member: a, more: 1)
    group.owns(member: b, more: 1)
    #expect(group.isSettled(partitions: 2))
    group.loadBegins()
    #expect(group.rebalances == 0)
    group.joined(member: a, generation: 4)
    #expect(group.rebalances == 2)
    group.loadEnds()
    group.joined(member: a, generation: 5)
    #expect(group.rebalances == 2, "leaving at the end is none")
  }

  @Test("a stretch tells the longest gaps of the group, its staying members and its partitions")
  func gaps() throws {
    let group = GroupProgress(index: 0)
    group.begin(at: [0, 0])
    let (a, b) = (group.addMember(), group.addMember())
    let ms: Int64 = 1_000_000
    group.beginStretch(nowNanos: 0, without: b)
    _ = group.claim(partition: 0, member: a, from: 0, end: 1, nowNanos: 10 * ms)
    _ = group.claim(partition: 0, member: a, from: 1, end: 2, nowNanos: 30 * ms)
    _ = group.claim(partition: 1, member: a, from: 0, end: 1, nowNanos: 80 * ms)
    let found = group.endStretch(
      .leave, from: 0, nowNanos: 90 * ms,
      window: MeasureWindow(startNanos: 0, fromNanos: 0, untilNanos: 100 * ms))
    #expect(found.groupGapMs == 50)
    #expect(found.memberGapMs == 50)
    #expect(found.partitionGapMs == 80)
    #expect(found.untilS == 0.09)
    #expect(found.redelivered == 0)
  }
}
