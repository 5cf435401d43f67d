/// How much of a partition was read.
public struct PartitionCoverage: Sendable, Equatable {
  /// Nothing had been deleted before it was read.
  public var isFromBeginning: Bool
  /// It was read up to its end.
  public var isToEnd: Bool
  /// Records were deleted in front of the reader while it read: what is missing may be those.
  public var hasGaps: Bool

  public init(isFromBeginning: Bool, isToEnd: Bool, hasGaps: Bool = false) {
    self.isFromBeginning = isFromBeginning
    self.isToEnd = isToEnd
    self.hasGaps = hasGaps
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
  /// - Returns: Only what was acked and is missing where everything was read counts as lost; what
  ///   retention took first, or what lies behind the place where reading ended, is unverified.
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
    let from = coverage.isFromBeginning ? 0 : received.first ?? .max
    let end = coverage.isToEnd ? .max : received.last.map { $0 + 1 } ?? 0
    let window = from < end ? from..<end : 0..<0
    let expected = acked.intersection(window)
    let missing = expected.subtracting(received)
    result.unverified += Int64(clamping: acked.count &- expected.count)
    guard !coverage.hasGaps else {
      result.unverified += Int64(clamping: missing.count)
      return
    }
    result.lost += Int64(clamping: missing.count)
    for range in missing.ranges where result.firstLost.count < 8 {
      result.firstLost.append(
        "producer \(ledger.producer), partition \(partition), records \(range.lowerBound) to"
          + " \(range.upperBound - 1)")
    }
  }
}
