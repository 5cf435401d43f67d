import EventLoop
import Glibc
import LoadModel

/// Writes on and on, until more has been written than memory may hold for the disk: the first part
/// goes into memory, the rest as fast as the disk takes it.
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

  /// Writes through `lane` and parts what it took at the moment when the kernel began to write
  /// back.
  func measure(_ lane: inout any WriteLane, _ batch: inout WriteBatch, _ labels: [StudyPoint.Label])
    throws(RunError) -> [StudyPoint]
  {
    sync()
    let thresholds = DirtyMemory.thresholds()
    // Half again as much as may wait, so that most of the end is the disk's own speed; a quarter
    // of the disk stays free.
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
    return [point(samples, thresholds, labels)]
  }

  private func point(
    _ samples: [Sample], _ thresholds: DirtyMemory?, _ labels: [StudyPoint.Label]
  ) -> StudyPoint {
    var figures: [StudyFigure] = []
    func add(_ name: String, _ unit: String, _ value: Double?) {
      if let value, value.isFinite { figures.append(StudyFigure(name, unit, [value])) }
    }
    let written = samples.last?.bytes ?? 0
    let start = samples[0].atNanos
    add("bytes", "B", Double(written))
    add("duration", "s", Double((samples.last?.atNanos ?? start) - start) / 1e9)
    let left = (samples.last?.waiting ?? 0) - samples[0].waiting
    add("taken by the disk", "B", Double(max(0, written - max(0, left))))
    add("peak waiting", "B", samples.map { Double($0.waiting) }.max())
    if let thresholds {
      add("background threshold", "B", Double(thresholds.backgroundBytes))
      add("dirty limit", "B", Double(thresholds.limitBytes))
      // The kernel reckons a little less than can be read here.
      let edge = samples.firstIndex { $0.waiting >= thresholds.backgroundBytes / 10 * 9 }
      add("in memory", "MB/s", Self.rate(samples[...(edge ?? samples.count - 1)]))
      if let edge {
        // Where writers are held, and what the disk itself took meanwhile.
        let held = (thresholds.backgroundBytes + thresholds.limitBytes) / 2
        add("write-back", "MB/s", Self.rate(samples[edge...]))
        let throttled = samples.firstIndex { $0.waiting >= held / 100 * 95 }
        add("held", "MB/s", throttled.flatMap { Self.rate(samples[$0...]) })
        add("background at", "s", Double(samples[edge].atNanos - start) / 1e9)
      }
      if written <= thresholds.limitBytes {
        bench.note(
          "The long run wrote \(written >> 20) MiB, less than the \(thresholds.limitBytes >> 20)"
            + " MiB that may wait in memory: its rates are the memory's, not the disk's.")
      }
    } else {
      bench.note("This system does not tell how much may wait in memory for the disk.")
    }
    figures.append(
      StudyFigure("seconds", "s", samples.dropFirst().map { Double($0.atNanos - start) / 1e9 }))
    figures.append(
      StudyFigure(
        "rate", "MB/s", zip(samples, samples.dropFirst()).map { Self.rate([$0, $1]) ?? 0 }))
    figures.append(StudyFigure("waiting", "B", samples.dropFirst().map { Double($0.waiting) }))
    return StudyPoint(labels, figures: figures)
  }

  private static func rate(_ samples: ArraySlice<Sample>) -> Double? {
    guard let first = samples.first, let last = samples.last, last.atNanos > first.atNanos else {
      return nil
    }
    return Double(last.bytes - first.bytes) * 1e3 / Double(last.atNanos - first.atNanos)
  }
}
