import Statistics

/// How a consumer group shares out partitions; the raw value is Kafka's name.
public enum GroupAssignor: String, Codable, Sendable, CaseIterable {
  case range
  case roundrobin
  case sticky
  case cooperativeSticky = "cooperative-sticky"
}

/// What one consumer group did in one measurement.
public struct GroupResult: Codable, Sendable, Equatable {
  /// From 0.
  public var group: Int
  /// What the group received within the window, each record once.
  public var consumed: Flow
  /// The part of each member in it, in records.
  public var memberRecords: [Int64]
  /// How often the partitions were shared out anew after the load had begun.
  public var rebalances: Int64
  /// Records that the group was given again, from the beginning to the end.
  public var redelivered: Int64
  /// The most that lay appended and unread, looked at every 20 ms, and what did at the end of the
  /// window.
  public var peakLagRecords: Int64?
  public var lastLagRecords: Int64?
  /// What the group should have received, and did.
  public var verification: Verification?
  /// Members that came or went on purpose; nil where none did.
  public var events: [GroupEventResult]?

  public init(
    group: Int, consumed: Flow, memberRecords: [Int64], rebalances: Int64, redelivered: Int64
  ) {
    self.group = group
    self.consumed = consumed
    self.memberRecords = memberRecords
    self.rebalances = rebalances
    self.redelivered = redelivered
  }

  /// The part of the busiest member in what all received, 0 … 1; nil where nothing was.
  public var busiestShare: Double? { share(memberRecords.max()) }
  /// The part of the least busy one.
  public var leastBusyShare: Double? { share(memberRecords.min()) }

  private func share(_ records: Int64?) -> Double? {
    let all = memberRecords.clampedSum
    return records.flatMap { all > 0 ? Double($0) / Double(all) : nil }
  }
}

/// What a member of a group does while the load runs.
public enum GroupEventKind: String, Codable, Sendable, CaseIterable {
  /// Nothing yet: what the load does without events, for comparison.
  case quiet = "none"
  /// One more member comes.
  case join
  /// A member commits, gives its partitions up and says that it goes.
  case leave
  /// A member's connections end without a word: the group learns of it by the session timeout.
  case crash

  /// What can happen.
  public static var allCases: [GroupEventKind] { [.join, .leave, .crash] }
}

/// One such event, at its time after the measuring began.
public struct GroupEvent: Sendable, Equatable {
  public var kind: GroupEventKind
  public var atMs: Int64
  /// Which of the members goes, as a share of their number: 0 is the first, 1 (excluded) is after
  /// the last.
  public var choice: Double

  public init(_ kind: GroupEventKind, atMs: Int64, choice: Double = 0.999) {
    self.kind = kind
    self.atMs = atMs
    self.choice = choice
  }
}

/// What an event did to its group, from the event to the next one or the end of the window.
public struct GroupEventResult: Codable, Sendable, Equatable {
  public var kind: GroupEventKind
  /// From the event on, in seconds after the measuring began.
  public var fromS: Double
  public var untilS: Double
  /// The longest that no member received anything new, in milliseconds.
  public var groupGapMs: Double?
  /// The longest that one of the members that stayed did not; nil where none had a partition.
  public var memberGapMs: Double?
  /// The longest of each member that stayed and had a partition, from the shortest on.
  public var memberGapsMs: [Double]?
  /// The longest that one partition was not read.
  public var partitionGapMs: Double?
  /// That gap had no end within the stretch: it lasts at least so long, and what would have come
  /// again did not come yet.
  public var isOpen: Bool?
  /// End to end, of the partitions whose reader stayed the same: what the others saw of it.
  public var othersLatency: HistogramData?
  /// Batches that the records of `othersLatency` came in: those of one batch share a fate, so that
  /// these are the independent samples. Nil in older files.
  public var othersBatches: Int64?
  public var redelivered: Int64
  public var rebalances: Int64

  public init(
    kind: GroupEventKind, fromS: Double, untilS: Double, redelivered: Int64, rebalances: Int64
  ) {
    self.kind = kind
    self.fromS = fromS
    self.untilS = untilS
    self.redelivered = redelivered
    self.rebalances = rebalances
  }
}

extension Verification {
  /// What became of the same records in several groups: sent once, received by each.
  public static func ofGroups(_ groups: [Verification]) -> Verification {
    guard var all = groups.first else { return Verification() }
    for other in groups.dropFirst() {
      all.received += other.received
      all.lost += other.lost
      all.duplicated += other.duplicated
      all.reordered += other.reordered
      all.corrupted += other.corrupted
      all.wrongPartition += other.wrongPartition
      all.foreign += other.foreign
      let reasons = other.unverifiedReasons ?? []
      for reason in reasons { all.addUnverified(reason.count, reason.reason) }
      all.unverified += other.unverified - reasons.map(\.count).clampedSum
      if let count = other.notVisible {
        let known = all.notVisibleDetail ?? []
        let added = (other.notVisibleDetail ?? []).filter { !known.contains($0) }
        all.notVisible = (all.notVisible ?? 0) + count
        all.notVisibleDetail = Array((known + added).prefix(8))
      }
    }
    all.firstLost = Array(
      groups.enumerated().flatMap { index, group in
        group.firstLost.map { "group \(index), \($0)" }
      }.prefix(8))
    return all
  }
}
