/// Why acknowledged records could not be verified, and how many.
public struct UnverifiedReason: Codable, Sendable, Equatable {
  public var reason: String
  public var count: Int64

  public init(reason: String, count: Int64) {
    self.reason = reason
    self.count = count
  }
}

/// What became of the records of one measurement, warm-up included: loss is loss.
public struct Verification: Codable, Sendable, Equatable {
  /// Records whose append the broker confirmed.
  public var acked: Int64 = 0
  /// Records sent of which nothing was heard, or an error that leaves it open.
  public var uncertain: Int64 = 0
  /// Records that were certainly not appended.
  public var failed: Int64 = 0
  /// Records read that carry a sound stamp of this run.
  public var received: Int64 = 0
  /// Acked, and missing where it should have been read. With acks=0: sent and missing.
  public var lost: Int64 = 0
  /// Read more than once at different offsets.
  public var duplicated: Int64 = 0
  /// Read after a later record of the same producer and partition.
  public var reordered: Int64 = 0
  /// The stamp or the payload does not match its checksum.
  public var corrupted: Int64 = 0
  /// Read from another partition than it was sent to.
  public var wrongPartition: Int64 = 0
  /// Read, and without a stamp of this run: another producer's, not verified.
  public var foreign: Int64 = 0
  /// Acked, not read, and not lost for certain: deleted by retention before it was read, or not
  /// read to the end. What was read although its acknowledgement never came is not set off against
  /// it, so that `acked - received` may be less, and even below zero.
  public var unverified: Int64 = 0
  /// The first gaps, for whoever looks for the cause.
  public var firstLost: [String] = []
  /// Acked and in the leader's log, but above the high watermark, so that no consumer can read it.
  /// Nil where there are none, and in older files.
  public var notVisible: Int64?
  /// Of which partitions, in words: `partition 0: 1 of 3 in sync`.
  public var notVisibleDetail: [String]?
  /// Why `unverified` records were not verified; nil where there are none, and in older files.
  public var unverifiedReasons: [UnverifiedReason]?

  public init() {}

  /// Counts records that could not be verified.
  mutating func addUnverified(_ count: Int64, _ reason: String) {
    guard count > 0 else { return }
    unverified += count
    var reasons = unverifiedReasons ?? []
    if let index = reasons.firstIndex(where: { $0.reason == reason }) {
      reasons[index].count += count
    } else {
      reasons.append(UnverifiedReason(reason: reason, count: count))
    }
    unverifiedReasons = reasons
  }

  /// Counts records that are above the high watermark.
  mutating func addNotVisible(_ count: Int64, _ detail: String) {
    guard count > 0 else { return }
    notVisible = (notVisible ?? 0) + count
    var details = notVisibleDetail ?? []
    if details.count < 8, !details.contains(detail) { details.append(detail) }
    notVisibleDetail = details
  }

  /// `12 above the high watermark (partition 0: 1 of 3 in sync)`; nil where all are visible.
  public var notVisibleText: String? {
    guard let notVisible, notVisible > 0 else { return nil }
    let detail = (notVisibleDetail ?? []).joined(separator: "; ")
    return "\(notVisible) above the high watermark" + (detail.isEmpty ? "" : " (\(detail))")
  }

  /// Why records of these were not verified, in words: `12: the partition was not read to its end`
  /// where there are several reasons, the reason alone where there is one.
  public static func unverifiedText(_ all: [Verification]) -> String {
    var sum = Verification()
    for one in all {
      let reasons = one.unverifiedReasons ?? []
      for reason in reasons { sum.addUnverified(reason.count, reason.reason) }
      // Files of older versions count them and give no reason.
      sum.addUnverified(
        one.unverified - reasons.map(\.count).clampedSum, "\(Verifier.deletedReason), or not read")
    }
    let reasons = sum.unverifiedReasons ?? []
    guard reasons.count > 1 else { return reasons.first?.reason ?? "" }
    return reasons.map { "\($0.count): \($0.reason)" }.joined(separator: "; ")
  }

  /// Nothing that was promised is missing or damaged.
  public var isSound: Bool {
    lost == 0 && duplicated == 0 && reordered == 0 && corrupted == 0 && wrongPartition == 0
  }
}
