import EventLoop
import Glibc
import KafkaClient
import LoadModel
import Transport

/// All members of all groups of one measurement.
final class GroupFleet: ReadingFleet {
  private struct Member {
    var group: Int
    var number: Int
    let driver = LoopBound<GroupMemberDriver<EventLoop>>()
    let outcome = Reply<ConsumerOutcome>()
    /// It has left, or crashed.
    var isGone = false
  }

  let threads: LoadThreads
  private let plan: MeasurementPlan
  private let shared: SharedLoad
  private var window: MeasureWindow
  private var members: [Member] = []

  /// Sets where the groups begin to read, makes their members and waits until every partition has
  /// one.
  ///
  /// - Throws: `.target` where the groups do not settle within 90 s, or a member fails.
  init(
    _ plan: MeasurementPlan, window: MeasureWindow, shared: SharedLoad, admin: AdminSession
  ) throws(RunError) {
    self.plan = plan
    self.shared = shared
    self.window = window
    let count = shared.groups.count * plan.workload.consumers
    // Of a topic that was there before, the records of this run alone are read beside producing.
    let query: OffsetQuery =
      plan.isExistingTopic && plan.workload.mode == .both ? .latest : .earliest
    let starts = try admin.offsets(query, of: plan.topic, partitions: Int32(plan.partitions))
    for group in shared.groups {
      try admin.commit(starts, for: plan.groupName(group.index))
      group.begin(at: plan.byPartition(starts))
    }
    threads = try LoadThreads(role: "g", count: count, cores: plan.cores)
    for group in shared.groups {
      for _ in 0..<plan.workload.consumers { try add(to: group) }
    }
    do throws(RunError) { try waitUntilSettled() } catch {
      stopThreads()
      throw error
    }
    for group in shared.groups { group.loadBegins() }
  }

  /// - Throws: `.usage`: there is no configuration of groups.
  private func add(to group: GroupProgress) throws(RunError) {
    guard var config = plan.groupConfig else { throw .usage("there are no groups") }
    config.groupId = plan.groupName(group.index)
    let wanted = config
    let member = Member(group: group.index, number: group.addMember())
    members.append(member)
    let (number, driver, outcome) = (member.number, member.driver, member.outcome)
    let (plan, shared, window) = (plan, shared, window)
    threads[members.count - 1].post { loop in
      let checker = RecordChecker(
        producers: max(1, plan.workload.producers), partitions: plan.partitions,
        codec: plan.codec)
      let made = GroupMemberDriver(
        transport: loop, config: wanted, checker: checker, window: window, shared: shared,
        group: group, member: number, keepsLatencies: !plan.groupEvents.isEmpty)
      driver.value = made
      made.start(topic: plan.topic) { outcome.set($0) }
    }
  }

  private func waitUntilSettled() throws(RunError) {
    let deadline = EventLoop.currentTime.nanoseconds + 90_000_000_000
    while !shared.groups.allSatisfy({ $0.isSettled(partitions: plan.partitions) }) {
      if let failure { throw .target("a member cannot join its group: \(failure)") }
      if EventLoop.currentTime.nanoseconds > deadline {
        throw .target("the consumer groups did not settle within 90 s")
      }
      if Interrupt.requested { throw .target("interrupted while the consumer groups formed") }
      usleep(1000)
    }
  }

  func measure(_ window: MeasureWindow) -> [Reply<Bool>] {
    self.window = window
    return threads.ask(members.map(\.driver), whereGone: true) { $0.measure(window) }
  }

  func finish(at ends: [TopicPartition: Int64]) {
    for group in shared.groups { group.finish(at: plan.byPartition(ends)) }
    each { $0.finish() }
  }

  func stop() {
    for group in shared.groups { group.loadEnds() }
    each { $0.stop() }
  }

  private func each(_ body: @escaping @Sendable (GroupMemberDriver<EventLoop>) -> Void) {
    for (index, member) in members.enumerated() {
      let driver = member.driver
      threads[index].post { _ in
        if let value = driver.value { body(value) }
      }
    }
  }

  var isFinished: Bool { members.allSatisfy { $0.outcome.isSet } }

  var failure: ClientError? {
    for member in members where member.outcome.isSet {
      if let error = member.outcome.wait(seconds: 0)?.failure { return error }
    }
    return nil
  }

  func results() -> [ConsumerOutcome] { members.compactMap { $0.outcome.wait(seconds: 0) } }

  func stopThreads() {
    for (index, member) in members.enumerated() {
      let driver = member.driver
      threads[index].post { _ in driver.value = nil }
    }
    threads.stop()
  }

  // MARK: Events

  /// Does to every group what the event says.
  ///
  /// - Throws: `.load` where no member is left that could go.
  func perform(_ event: GroupEvent, nowNanos now: Int64) throws(RunError) {
    let kind = event.kind
    for group in shared.groups {
      if kind == .join {
        group.beginStretch(nowNanos: now, without: nil)
        try add(to: group)
        continue
      }
      let present = members.indices.filter {
        members[$0].group == group.index && !members[$0].isGone
      }
      guard present.count > 1 else { throw .load("the last member of a group cannot go") }
      let choice = Int(event.choice * Double(present.count))
      let place = present[min(max(0, choice), present.count - 1)]
      members[place].isGone = true
      group.beginStretch(nowNanos: now, without: members[place].number)
      let driver = members[place].driver
      threads[place].post { _ in
        if kind == .crash { driver.value?.crash() } else { driver.value?.leave() }
      }
    }
  }
}
