import EventLoop
import Glibc
import LoadModel

/// Writes a growing log until more waits in memory for the disk than the kernel lets wait, then
/// syncs it: the first part goes into memory, the rest as fast as the disk takes it.
struct WriteBackRun {
  private struct Sample {
    var atNanos: Int64
    var bytes: Int64
    /// Of the whole machine.
    var waiting: Int64
  }

  let bench: SuiteBench
  let milliseconds: Int64
  private static let sampleNanos: Int64 = 250_000_000

  /// Writes through `lane`, samples what waits, and syncs what is left.
  ///
  /// - Parameter hasSeries: Whether the samples themselves are figures: those of one repetition
  ///   make a curve.
  func measure(
    _ lane: inout any WriteLane, _ batch: inout WriteBatch, _ labels: [StudyPoint.Label],
    hasSeries: Bool
  ) throws(RunError) -> [StudyPoint] {
    sync()
    let thresholds = DirtyMemory.thresholds()
    // A quarter of the disk stays free.
    let most = (bench.freeDiskBytes ?? .max) / 4 * 3
    let start = EventLoop.currentTime.nanoseconds
    let end = start + milliseconds * 1_000_000
    var samples = [Sample(atNanos: start, bytes: 0, waiting: DirtyMemory.waitingBytes() ?? 0)]
    var written: Int64 = 0
    while written < most, !Interrupt.requested {
      let now = EventLoop.currentTime.nanoseconds
      if now >= end { break }
      let run = try lane.run(
        &batch, WriteLimit(batches: .max, untilNanos: min(end, now + Self.sampleNanos)))
      written += run.bytes
      let waiting = DirtyMemory.waitingBytes() ?? 0
      samples.append(
        Sample(atNanos: EventLoop.currentTime.nanoseconds, bytes: written, waiting: waiting))
      bench.show("\(written >> 20) MiB written, \(waiting >> 20) MiB wait for the disk")
    }
    if Interrupt.requested { return [] }
    bench.show("\(written >> 20) MiB written, all of it is synced")
    sync()
    let syncedNanos = EventLoop.currentTime.nanoseconds
    return [point(samples, syncedNanos, thresholds, labels, hasSeries)]
  }

  private func point(
    _ samples: [Sample], _ syncedNanos: Int64, _ thresholds: DirtyMemory?,
    _ labels: [StudyPoint.Label], _ hasSeries: Bool
  ) -> StudyPoint {
    var figures: [StudyFigure] = []
    func add(_ name: String, _ unit: String, _ value: Double?) {
      if let value, value.isFinite { figures.append(StudyFigure(name, unit, [value])) }
    }
    let last = samples[samples.count - 1]
    let start = samples[0].atNanos
    // The kernel reckons with a little less than can be read here.
    let edge = thresholds.flatMap { limits in
      samples.firstIndex { $0.waiting >= limits.backgroundBytes / 10 * 9 }
    }
    add(
      "sustained", "MB/s",
      Self.sustained(
        samples.map { ($0.atNanos, $0.bytes, $0.waiting) }, edge: edge, syncedNanos: syncedNanos))
    add("bytes", "B", Double(last.bytes))
    add("duration", "s", Double(last.atNanos - start) / 1e9)
    add("sync", "s", Double(syncedNanos - last.atNanos) / 1e9)
    add("peak waiting", "B", samples.map { Double($0.waiting) }.max())
    add("background threshold", "B", thresholds.map { Double($0.backgroundBytes) })
    add("dirty limit", "B", thresholds.map { Double($0.limitBytes) })
    add("in memory", "MB/s", Self.rate(samples[...(edge ?? samples.count - 1)]))
    if let edge {
      add("write-back", "MB/s", Self.rate(samples[edge...]))
      add("background at", "s", Double(samples[edge].atNanos - start) / 1e9)
    }
    if thresholds == nil {
      bench.note(
        "This system does not report how much may wait in memory for the disk: the rate sustained"
          + " to the disk is that of the sync behind the long run.")
    } else if edge == nil {
      bench.note(
        "The long run ended before the kernel's background threshold was reached: the rate"
          + " sustained to the disk is that of the sync behind it. `--write-back` with more time"
          + " reaches it.")
    }
    if hasSeries {
      figures.append(
        StudyFigure("seconds", "s", samples.dropFirst().map { Double($0.atNanos - start) / 1e9 }))
      figures.append(
        StudyFigure(
          "rate", "MB/s", zip(samples, samples.dropFirst()).map { Self.rate([$0, $1]) ?? 0 }))
      figures.append(StudyFigure("waiting", "B", samples.dropFirst().map { Double($0.waiting) }))
    }
    return StudyPoint(labels, figures: figures)
  }

  /// What the disk took durably: from the moment when the kernel began to write back, or else when
  /// the writes ended and the sync began, until that sync had returned.
  ///
  /// ```
  /// bytes   written before the edge and on the disk then |  the rest, all durable at the end
  /// time    start ------------------------------------- edge ---------- last write --- synced
  /// ```
  /// - Parameter samples: Time in nanoseconds, bytes written until then, bytes waiting then.
  /// - Returns: MB/s; nil where no time passed.
  static func sustained(
    _ samples: [(atNanos: Int64, bytes: Int64, waiting: Int64)], edge: Int?, syncedNanos: Int64
  ) -> Double? {
    guard let first = samples.first, let last = samples.last else { return nil }
    let from = edge.map { samples[$0] } ?? last
    let durable = max(0, from.bytes - max(0, from.waiting - first.waiting))
    guard syncedNanos > from.atNanos else { return nil }
    return Double(last.bytes - durable) * 1e3 / Double(syncedNanos - from.atNanos)
  }

  private static func rate(_ samples: ArraySlice<Sample>) -> Double? {
    guard let first = samples.first, let last = samples.last, last.atNanos > first.atNanos else {
      return nil
    }
    return Double(last.bytes - first.bytes) * 1e3 / Double(last.atNanos - first.atNanos)
  }
}
