import LoadModel
import Synchronization

/// The line that tells how far a measurement is.
enum ProgressText {
  static func line(
    _ title: String, _ shared: SharedLoad, _ window: MeasureWindow, _ workload: Workload,
    phase: LoadMode, nowNanos: Int64
  ) -> String {
    let counters = shared.counters
    let isReading = phase == .consume
    let records = Double(
      isReading
        ? counters.consumed.load(ordering: .relaxed) : counters.produced.load(ordering: .relaxed))
    let bytes = Double(
      isReading
        ? counters.consumedBytes.load(ordering: .relaxed)
        : counters.producedBytes.load(ordering: .relaxed))
    let seconds = max(0.001, Double(nowNanos - window.startNanos) / 1e9)
    var parts = [
      title, "\(Figures.count(records / seconds)) records/s",
      "\(Figures.count(bytes / seconds / 1e6)) MB/s",
    ]
    let latest = counters.latestLatencyNanos.load(ordering: .relaxed)
    // Of records that were there before, the age says nothing.
    if latest > 0, !isReading { parts.append("latency \(Figures.milliseconds(latest))") }
    let errors = counters.errors.load(ordering: .relaxed)
    if errors > 0 { parts.append("\(errors) errors") }
    if let retried = shared.retries.lastText { parts.append("retried \(retried)") }
    parts.append(share(counters, window, workload, isReading: isReading, nowNanos: nowNanos))
    return parts.joined(separator: "  ")
  }

  private static func share(
    _ counters: LiveCounters, _ window: MeasureWindow, _ workload: Workload, isReading: Bool,
    nowNanos: Int64
  ) -> String {
    if !window.isDecided { return "warming up until it is steady" }
    if nowNanos < window.fromNanos { return "warming up" }
    let elapsed = Double(nowNanos - window.fromNanos) / 1e9
    var done = 0.0
    if let records = workload.records, records > 0 {
      let count =
        isReading
        ? counters.consumed.load(ordering: .relaxed) : counters.offered.load(ordering: .relaxed)
      done = Double(count) / Double(records)
    }
    if window.untilNanos != .max {
      done = max(done, elapsed / (Double(window.untilNanos - window.fromNanos) / 1e9))
    }
    guard done > 0 else { return Figures.clock(elapsed) }
    if done >= 1, !isReading { return "100 %  waiting for acknowledgements" }
    let left = min(elapsed / done - elapsed, 1e6)
    return "\(Int(min(done, 1) * 100)) %  \(Figures.clock(left)) left"
  }
}

extension ProgressText {
  /// What a measurement found, in a line.
  static func summary(_ result: RepetitionResult) -> String {
    var parts: [String] = []
    if let flow = result.produced {
      parts.append(rates("produced", flow, result.durationS))
    }
    if let latency = result.produceLatency?.p99Ns {
      parts.append("p99 \(Figures.milliseconds(latency))")
    }
    if let flow = result.consumed { parts.append(rates("consumed", flow, result.durationS)) }
    if let latency = result.endToEndLatency?.p99Ns {
      parts.append("end to end p99 \(Figures.milliseconds(latency))")
    }
    if let lost = result.verification?.lost, lost > 0 { parts.append("\(lost) LOST") }
    if let count = result.verification?.foreign, count > 0 { parts.append("\(count) foreign") }
    if let count = result.verification?.corrupted, count > 0 { parts.append("\(count) CORRUPT") }
    if let count = result.verification?.notVisible { parts.append("\(count) not visible") }
    if let count = result.verification?.unverified, count > 0 {
      parts.append("\(count) not verified")
    }
    if result.errorCount > 0 { parts.append("\(result.errorCount) errors") }
    if result.isPartial { parts.append("partial") }
    return parts.joined(separator: "  ")
  }

  private static func rates(_ verb: String, _ flow: Flow, _ seconds: Double) -> String {
    let records = flow.recordsPerS(over: seconds) ?? 0
    let mb = flow.mbPerS(over: seconds) ?? 0
    return "\(verb) \(Figures.count(records)) records/s \(Figures.count(mb)) MB/s"
  }
}
