import EventLoop
import Glibc
import KafkaClient
import LoadModel

/// How far to read, so that what was acknowledged and cannot be read is no loss, and what is lost
/// is.
extension Measurement {
  private static let askEveryMicroseconds: UInt32 = 50_000
  /// For what a second's load left, after Ctrl-C.
  static let interruptedNanos: Int64 = 5_000_000_000

  /// Waits until the high watermarks have reached what was acknowledged, or will not; keeps what
  /// was found in `partitionEnds`.
  ///
  /// - Parameters:
  ///   - sent: What producers left behind.
  ///   - perform: Called between two questions.
  /// - Returns: The end of every partition that is known.
  mutating func settleEnds(
    _ sent: [ProducerFleet.Driver.Outcome], perform: (inout Self) -> Void
  ) -> [TopicPartition: Int64] {
    let targets = settleTargets(sent, perform: perform)
    var settled = SettledEnds(targets: targets, nowNanos: EventLoop.currentTime.nanoseconds)
    var interruptedAt: Int64?
    while true {
      settled.observe(
        admin.ends(of: plan.topic, targets: targets), nowNanos: EventLoop.currentTime.nanoseconds)
      let now = EventLoop.currentTime.nanoseconds
      perform(&self)
      if settled.isOver(nowNanos: now) || isGone { break }
      if Interrupt.requested {
        isInterrupted = true
        let since = interruptedAt ?? now
        interruptedAt = since
        if now - since > Self.interruptedNanos { break }
      }
      usleep(Self.askEveryMicroseconds)
    }
    partitionEnds = settled.ends(nowNanos: EventLoop.currentTime.nanoseconds)
    var ends: [TopicPartition: Int64] = [:]
    for (index, end) in partitionEnds.enumerated() {
      guard case .success(let end) = end else { continue }
      ends[TopicPartition(topic: plan.topic, partition: Int32(index))] = end.highWatermark
    }
    return ends
  }

  /// Up to where each partition should become readable.
  ///
  /// Where records were acknowledged without their offsets (acks=0, answers that were lost), that
  /// is the end of the leader's log. Without acknowledgements the last records may still be in the
  /// broker's sockets when all of them were sent: then the ends are asked for until they stay, for
  /// three seconds at most.
  private mutating func settleTargets(
    _ sent: [ProducerFleet.Driver.Outcome], perform: (inout Self) -> Void
  ) -> [Int64] {
    var targets = [Int64](repeating: 0, count: plan.partitions)
    for outcome in sent {
      for (index, end) in outcome.ledger.ackedEnds.enumerated() where index < targets.count {
        targets[index] = max(targets[index], end)
      }
    }
    let isAcked = plan.workload.acks != .none
    guard !isAcked || sent.contains(where: { $0.ledger.isAnyOffsetUnknown }),
      var ends = try? admin.logEnds(of: plan.topic, partitions: plan.partitions)
    else { return targets }
    if !isAcked {
      var unchanged = 0
      for _ in 0..<30 where unchanged < 5 {
        let sent = shared.counters.produced.load(ordering: .relaxed)
        if !plan.isExistingTopic, ends.clampedSum >= sent { break }
        usleep(100_000)
        perform(&self)
        guard let next = try? admin.logEnds(of: plan.topic, partitions: plan.partitions) else {
          break
        }
        unchanged = next == ends ? unchanged + 1 : 0
        ends = next
      }
    }
    return zip(targets, ends).map { max($0, $1) }
  }
}
