/// Where a partition ended for its readers, and for its leader.
public struct PartitionEnd: Sendable, Equatable {
  /// Consumers read up to here.
  public var highWatermark: Int64
  /// Where the leader's log ended; nil where the leader did not answer it.
  public var logEnd: Int64?
  public var inSync: Int
  public var replicas: Int
  /// Every replica is in sync, or nothing changed for as long as one waits: what the log does not
  /// hold will not come.
  public var isFinal: Bool

  public init(
    highWatermark: Int64, logEnd: Int64? = nil, inSync: Int = 1, replicas: Int = 1,
    isFinal: Bool = true
  ) {
    self.highWatermark = highWatermark
    self.logEnd = logEnd
    self.inSync = inSync
    self.replicas = replicas
    self.isFinal = isFinal
  }
}

/// How much of a partition was read.
public struct PartitionCoverage: Sendable, Equatable {
  /// Nothing had been deleted before it was read.
  public var isFromBeginning: Bool
  /// It was read up to its end.
  public var isToEnd: Bool
  /// Records were deleted in front of the reader while it read: what is missing may be those.
  public var hasGaps: Bool
  /// Where it ended; nil where every record that was acknowledged is below the end.
  public var end: PartitionEnd?
  /// Why it was not read up to its end, in words.
  public var reason: String?

  public init(
    isFromBeginning: Bool, isToEnd: Bool, hasGaps: Bool = false, end: PartitionEnd? = nil,
    reason: String? = nil
  ) {
    self.isFromBeginning = isFromBeginning
    self.isToEnd = isToEnd
    self.hasGaps = hasGaps
    self.end = end
    self.reason = reason
  }

  public static let whole = PartitionCoverage(isFromBeginning: true, isToEnd: true)
}

/// Compares what was acked with what was read.
public enum Verifier {
  /// - Parameters:
  ///   - acks: One ledger a producer.
  ///   - receipts: One ledger a consumer.
  ///   - again: Of records that a group was given once more: their order and their number say
  ///     nothing, their content does.
  ///   - coverage: By partition.
  /// - Returns: What was acked and is missing is *lost* below the high watermark, and behind the
  ///   end of the leader's log where that end is final; *not visible* between the two; *unverified*,
  ///   with a reason, where retention was first, where reading ended early, or where the log's end
  ///   is not known.
  public static func reconcile(
    acks: [AckLedger], receipts: [ReceiptLedger], again: [ReceiptLedger] = [],
    coverage: [PartitionCoverage]
  ) -> Verification {
    var result = Verification()
    for receipt in receipts {
      result.received += receipt.received
      result.duplicated += receipt.duplicated
      result.reordered += receipt.reordered
      result.corrupted += receipt.corrupted
      result.wrongPartition += receipt.wrongPartition
      result.foreign += receipt.foreign
    }
    for receipt in again {
      result.corrupted += receipt.corrupted
      result.wrongPartition += receipt.wrongPartition
    }
    for ledger in acks {
      for (partition, stream) in ledger.streams.enumerated() where stream.next > 0 {
        let known = stream.acked.count
        let failed = stream.failed.subtracting(stream.acked).count
        result.acked += Int64(clamping: known)
        result.failed += Int64(clamping: failed)
        result.uncertain += Int64(clamping: stream.next &- min(stream.next, known &+ failed))
        check(
          stream.acked, ledger: ledger, partition: partition, receipts, again,
          partition < coverage.count ? coverage[partition] : .whole, &result)
      }
    }
    return result
  }

  /// What is said of records of which retention deleted some before they were read.
  public static let deletedReason = "deleted by retention before they were read"
  public static let notReadReason = "the partition was not read to its end"

  private static func check(
    _ acked: SequenceSet, ledger: AckLedger, partition: Int, _ receipts: [ReceiptLedger],
    _ again: [ReceiptLedger], _ coverage: PartitionCoverage, _ result: inout Verification
  ) {
    var received = SequenceSet()
    var each: UInt64 = 0
    for receipt in receipts {
      let part = receipt.received(producer: ledger.producer, partition: partition)
      each &+= part.count
      received.formUnion(part)
    }
    // One record that two consumers found, at different offsets.
    result.duplicated += Int64(clamping: each &- received.count)
    for receipt in again {
      received.formUnion(receipt.received(producer: ledger.producer, partition: partition))
    }
    let name = "producer \(ledger.producer), partition \(partition)"
    let missing = acked.subtracting(received)
    guard !missing.isEmpty else { return }
    let readable = checkAboveWatermark(
      missing, ledger.streams[partition].offsets, partition, name, coverage, &result)
    let from = coverage.isFromBeginning ? 0 : received.first ?? .max
    let end = coverage.isToEnd ? .max : received.last.map { $0 + 1 } ?? 0
    let reason = coverage.reason ?? notReadReason
    let behind = end < .max ? readable.intersection(end..<(.max)) : SequenceSet()
    result.addUnverified(Int64(clamping: behind.count), reason)
    let before = readable.subtracting(behind).intersection(0..<min(from, end))
    result.addUnverified(Int64(clamping: before.count), deletedReason)
    let rest = from < end ? readable.intersection(from..<end) : SequenceSet()
    if coverage.hasGaps {
      result.addUnverified(Int64(clamping: rest.count), deletedReason)
    } else {
      addLost(rest, name, &result)
    }
  }

  /// Judges those of the missing records whose offsets are not below the high watermark.
  ///
  /// - Returns: The others.
  private static func checkAboveWatermark(
    _ missing: SequenceSet, _ offsets: AckedOffsets, _ partition: Int, _ name: String,
    _ coverage: PartitionCoverage, _ result: inout Verification
  ) -> SequenceSet {
    guard let end = coverage.end else { return missing }
    let logEnd = max(end.logEnd ?? .max, end.highWatermark)
    let places = offsets.places(of: missing, watermark: end.highWatermark, logEnd: logEnd)
    let between = Int64(clamping: places.between.count)
    if end.logEnd == nil {
      result.addUnverified(between, "the leader did not answer where its log ends")
    } else {
      result.addNotVisible(
        between, "partition \(partition): \(end.inSync) of \(end.replicas) in sync")
    }
    if end.isFinal {
      addLost(places.beyond, name, &result)
    } else {
      result.addUnverified(
        Int64(clamping: places.beyond.count),
        "the leader's log ended before them, and its replicas still changed")
    }
    var readable = places.below
    guard logEnd > end.highWatermark else {
      readable.formUnion(places.unknown)
      return readable
    }
    // As many as are above the watermark may be among those whose offsets are not known.
    let unknown = places.unknown.count
    let above = min(unknown, UInt64(logEnd - end.highWatermark))
    result.addUnverified(
      Int64(clamping: above),
      "their offsets are not known, and the log has records above the"
        + " high watermark")
    readable.formUnion(places.unknown.prefix(unknown - above))
    return readable
  }

  private static func addLost(
    _ lost: SequenceSet, _ name: String, _ result: inout Verification
  ) {
    result.lost += Int64(clamping: lost.count)
    for range in lost.ranges where result.firstLost.count < 8 {
      result.firstLost.append(
        "\(name), records \(range.lowerBound) to \(range.upperBound - 1)")
    }
  }
}
