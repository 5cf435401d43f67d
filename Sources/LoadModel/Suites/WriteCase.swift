/// One combination of batch size, record size, flush policy and retention.
public struct WriteCase: Sendable, Equatable {
  public var batchSize: Int
  public var recordSize: Int
  public var flush: FlushPolicy
  /// Nil grows.
  public var retention: Int64?
  /// What differs from the first value of every setting: `batch-size=1KiB`; `base` where nothing
  /// does.
  public var name = "base"

  /// The first values of all settings together, and each other value with the first ones of the
  /// other settings.
  public static func all(_ settings: SequentialWriteSettings) -> [WriteCase] {
    let base = WriteCase(
      batchSize: settings.batchSizes[0], recordSize: settings.recordSizes[0],
      flush: settings.flushes[0], retention: settings.retentions[0])
    var cases = [base]
    func add(_ name: String, _ change: (inout WriteCase) -> Void) {
      var entry = base
      change(&entry)
      entry.name = name
      cases.append(entry)
    }
    for size in settings.batchSizes.dropFirst() {
      add("batch-size=\(ValueText.size(Int64(size)))") { $0.batchSize = size }
    }
    for size in settings.recordSizes.dropFirst() {
      add("record-size=\(ValueText.size(Int64(size)))") { $0.recordSize = size }
    }
    for flush in settings.flushes.dropFirst() {
      add("flush=\(flush.text)") { $0.flush = flush }
    }
    for retention in settings.retentions.dropFirst() {
      add("retention-bytes=\(Self.text(retention))") { $0.retention = retention }
    }
    return cases
  }

  public static func text(_ retention: Int64?) -> String {
    retention.map { ValueText.size($0) } ?? "unlimited"
  }

  /// The case of the long run, which grows until memory is full of what waits for the disk.
  public static func writeBack(_ settings: SequentialWriteSettings) -> WriteCase {
    WriteCase(
      batchSize: settings.batchSizes[0], recordSize: settings.recordSizes[0],
      flush: .none, retention: nil, name: "write-back")
  }

  /// The first case has all steps that were asked for, the others the raw writes that are the
  /// reference, the last step on this machine, and the cluster: the fewer turns, the more rounds.
  /// Places in sequence and at random are written again with a flush behind each batch, raw writes
  /// not again with other records, of which they know nothing.
  public func has(_ step: WriteStep, of steps: [WriteStep]) -> Bool {
    if name == "base" { return true }
    switch step {
    case .rawRewrite, .rawRandom: return flush == .eachBatch
    case .reference: return !name.hasPrefix("record-size")
    default:
      let layers = WriteStep.allCases.filter { !$0.isRaw && $0 != .cluster && steps.contains($0) }
      return step == .cluster || step == layers.last
    }
  }

  public var labels: [StudyPoint.Label] {
    [
      .init("case", name), .init("batch-size", ValueText.size(Int64(batchSize))),
      .init("record-size", ValueText.size(Int64(recordSize))), .init("flush", flush.text),
      .init("retention-bytes", Self.text(retention)),
    ]
  }
}
