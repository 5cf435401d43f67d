import LoadModel
import Testing

@testable import LoadRunner

@Suite("what a stretch between two events held")
struct GroupStretchTests {
  private let ms: Int64 = 1_000_000
  private let window = MeasureWindow(
    startNanos: 0, fromNanos: 0, untilNanos: 100_000_000_000)

  /// Two partitions, each read by a member of its own, in a stretch that has begun.
  private func group(without going: Int?) -> GroupProgress {
    let group = GroupProgress(index: 0)
    group.begin(at: [0, 0])
    for member in 0..<2 {
      _ = group.addMember()
      group.owns(member: member, more: 1)
      read(group, Int32(member), by: member, 0, at: -1)
    }
    group.beginStretch(nowNanos: 0, without: going)
    return group
  }

  private func read(
    _ group: GroupProgress, _ partition: Int32, by member: Int, _ offset: Int64, at time: Int64,
    took latency: Int64 = 1
  ) {
    _ = group.claim(
      partition: partition, member: member, from: offset, end: offset + 1, nowNanos: time * ms)
    group.saw(partition: partition, member: member, [latency * ms])
  }

  @Test("a pause that the end cuts off is open: it lasts at least so long")
  func cutOff() throws {
    let group = group(without: 1)
    for step in 1...70 { read(group, 0, by: 0, Int64(step), at: Int64(step) * 100) }
    let found = group.endStretch(.crash, from: 0, nowNanos: 7000 * ms, window: window)
    #expect(found.isOpen == true)
    #expect(found.partitionGapMs == 7000)
    #expect(found.groupGapMs == 100)
    #expect(
      try found.othersLatency?.histogram().totalCount == 70, "of the partition that its member kept"
    )
    #expect(found.othersBatches == 70)
  }

  @Test("a member that joined is one of those that stay in the next stretch, one that went in none")
  func joined() {
    let group = group(without: nil)
    #expect(group.addMember() == 2)
    read(group, 0, by: 0, 1, at: 10)
    read(group, 1, by: 2, 1, at: 20)
    let join = group.endStretch(.join, from: 0, nowNanos: 50 * ms, window: window)
    #expect(join.memberGapsMs == [40, 50], "the new one is not among them")
    group.beginStretch(nowNanos: 50 * ms, without: 0)
    read(group, 1, by: 2, 2, at: 60)
    let leave = group.endStretch(.leave, from: 50 * ms, nowNanos: 150 * ms, window: window)
    #expect(leave.memberGapsMs == [90, 100])
    group.beginStretch(nowNanos: 150 * ms, without: nil)
    read(group, 1, by: 2, 3, at: 170)
    let last = group.endStretch(.join, from: 150 * ms, nowNanos: 200 * ms, window: window)
    #expect(last.memberGapsMs == [30, 50], "the one that went stays away")
  }

  @Test("one that was taken over is whole, and what moved is no other's latency")
  func takenOver() throws {
    let group = group(without: 1)
    for step in 1...70 { read(group, 0, by: 0, Int64(step), at: Int64(step) * 100) }
    read(group, 1, by: 0, 1, at: 6500, took: 6500)
    read(group, 1, by: 0, 2, at: 6990)
    let found = group.endStretch(.crash, from: 0, nowNanos: 7000 * ms, window: window)
    #expect(found.isOpen == false)
    #expect(found.partitionGapMs == 6500)
    let latency = try #require(found.othersLatency)
    #expect(try latency.histogram().totalCount == 70)
    #expect(latency.maxNs ?? 0 < 100 * ms)
  }

  @Test("a member that has a partition and is given nothing is the worst case, not left out")
  func starving() {
    let group = group(without: nil)
    for step in 1...10 { read(group, 0, by: 0, Int64(step), at: Int64(step) * 10) }
    let found = group.endStretch(.join, from: 0, nowNanos: 100 * ms, window: window)
    #expect(found.memberGapsMs == [10, 100])
    #expect(found.memberGapMs == 100)
  }

  @Test("ends of logs are those heard of last, by acknowledgement or fetch")
  func logEnds() {
    let ends = LogEnds()
    ends.note(partition: 2, end: 7)
    ends.note(partition: 0, end: 5)
    ends.note(partition: 2, end: 6)
    ends.note(partition: -1, end: 9)
    #expect(ends.known == [5, 0, 7])
  }
}

extension Running {
  @Suite("the suite of groups that change")
  struct GroupChangesTests {
    private static let cut = "partition pause, at least"

    @Test("run small: every event has its row, with pauses, others' latency and a quiet time")
    func small() throws {
      let folder = try Folder()
      var scenario = Scenario()
      for (name, text) in [
        ("suite", "groups"), ("assignor", "cooperative-sticky"), ("consumers", "2"),
        ("partitions", "4"), ("rate", "1000"), ("record-size", "200"), ("duration", "6s"),
        ("repetitions", "1"), ("output", folder.path), ("broker-loops", "1"),
      ] {
        try ScenarioSchema.set(flag: name, to: [text], in: &scenario)
      }
      scenario.run.brokerProperties = [
        "group.initial.rebalance.delay.ms": "100", "group.min.session.timeout.ms": "100",
      ]
      // Longer than any pause of the machine: nobody else is to be missed.
      scenario.run.consumerProperties = [
        "session.timeout.ms": "4000", "heartbeat.interval.ms": "100",
      ]
      scenario.name = "groups"
      try scenario.validate()
      var run = BenchmarkRun(scenario, host: testHost)
      let outcome = run.run()
      #expect(outcome.error == nil)
      #expect(!outcome.result.isPartial)
      let study = try #require(outcome.result.study)
      try #require(study.points.map { $0.label("event") } == ["none", "join", "leave", "crash"])
      var pauses: [Double] = []
      for point in study.points {
        let event = point.label("event") ?? ""
        let whole = ["partition pause", "member pause", "redelivered"]
        let planned = ["none": 1, "join": 4, "leave": 2, "crash": 2][event] ?? 0
        // A pause of the machine may cut the end off of one; all was taken over before that.
        let cut = point.figure(Self.cut)?.samples.count ?? 0
        #expect(cut <= 1)
        for figure in whole {
          #expect(point.figure(figure)?.samples.count == planned - cut, "\(event): \(figure)")
        }
        #expect(point.pairing?.count == planned - cut)
        #expect(point.pairing?.allSatisfy { (1e6..<2e6).contains($0) } == true)
        pauses.append(try #require(point.figure(whole[0])?.summary?.max))
      }
      #expect(pauses[3] > 2000, "a crash is noticed after the session timeout: \(pauses)")
      #expect(study.notes.isEmpty, "\(study.notes)")
      #expect(study.disturbances == nil)
      let conditions = try #require(study.conditions)
      #expect(conditions.contains(.init("heartbeat.interval.ms", "100")))
      #expect(conditions.contains(.init("auto.commit.interval.ms", "5000")))
    }
  }
}
