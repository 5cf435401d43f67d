import LoadModel
import Statistics

extension FetchLane.Run {
  /// The figures of one turn; what is not known is left out.
  ///
  /// - Parameter rate: Records a second that a producer offers meanwhile; nil where none does.
  func point(_ labels: [StudyPoint.Label], rate: Double?) -> StudyPoint {
    var point = StudyPoint(labels)
    let isTail = rate != nil
    func add(_ name: String, _ unit: String, _ value: Double?) { point.add(name, unit, value) }
    let bytes = Double(result.consumed?.bytes ?? 0)
    guard bytes > 0 else { return point }
    let gigabytes = bytes / 1e9
    add("throughput", "MB/s", result.consumed?.mbPerS(over: result.durationS))
    latency("fetch", result.fetchLatency, add)
    point.addGenerator(result, rate: rate)
    if isTail { latency("end to end", result.endToEndLatency, add) }
    if let broker = result.broker {
      add("broker CPU", "s/GB", (broker.userCpuS + broker.systemCpuS) / gigabytes)
      add("broker user CPU", "s/GB", broker.userCpuS / gigabytes)
      counts(broker.counts, gigabytes, add)
    }
    if let client = result.client {
      add("client CPU", "s/GB", (client.userCpuS + client.systemCpuS) / gigabytes)
    }
    if let fetches = result.fetchRequests, fetches > 0 {
      add("bytes a fetch", "B", bytes / Double(fetches))
    }
    if let traffic {
      // Over the whole turn, the clients' start included: counts, not rates.
      let fetched = Double(traffic.sendfileBytes + traffic.copiedFileBytes)
      guard fetched > 0 else { return point }
      add("through user space", "%", Double(traffic.copiedFileBytes) / fetched * 100)
      add("copied", "MB", Double(traffic.copiedFileBytes) / 1e6)
      add("by sendfile", "MB", Double(traffic.sendfileBytes) / 1e6)
      add("system calls", "/MB", Double(traffic.calls) / (fetched / 1e6))
    }
    if let histogram = result.fetchLatency { point.histograms.append(.init("fetch", histogram)) }
    if isTail, let histogram = result.endToEndLatency {
      point.histograms.append(.init("end to end", histogram))
    }
    return point
  }

  private func latency(
    _ name: String, _ data: HistogramData?, _ add: (String, String, Double?) -> Void
  ) {
    for (part, value) in [
      ("p50", data?.p50Ns), ("p99", data?.p99Ns), ("p99.9", data?.p999Ns),
    ] { add("\(name) \(part)", "ms", value.map { Double($0) / 1e6 }) }
  }

  private func counts(
    _ counts: KernelCounts?, _ gigabytes: Double, _ add: (String, String, Double?) -> Void
  ) {
    guard let counts else { return }
    if let waits = counts.voluntarySwitches, let taken = counts.involuntarySwitches {
      add("context switches", "/GB", Double(waits + taken) / gigabytes)
    }
    add("from the disk", "MB", counts.diskReadBytes.map { Double($0) / 1e6 })
  }
}
