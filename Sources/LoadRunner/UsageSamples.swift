import LoadModel
import Synchronization

/// CPU and memory at the edges of the window and once an interval.
struct UsageSamples {
  private struct Reading {
    var broker: CPUSeconds?
    var client: [CPUSeconds]

    var clientSum: CPUSeconds { client.reduce(CPUSeconds(), +) }
  }

  private var first: Reading?
  private var last: Reading?
  private var previous: Reading?
  private var residentPeak: Int64?
  private var residentLast: Int64?
  private var samples: [Int: IntervalSample] = [:]

  private func read(_ target: BenchTarget, _ threads: [LoadThreads]) -> Reading {
    Reading(broker: target.cpu(), client: threads.flatMap { $0.cpu() })
  }

  /// The window begins.
  mutating func begin(target: BenchTarget, threads: [LoadThreads]) {
    first = read(target, threads)
    previous = first
  }

  /// The window is over; a second call changes nothing.
  mutating func end(target: BenchTarget, threads: [LoadThreads]) {
    guard last == nil, first != nil else { return }
    last = read(target, threads)
    noteMemory(target)
  }

  private mutating func noteMemory(_ target: BenchTarget) {
    guard let resident = target.residentBytes() else { return }
    residentLast = resident
    residentPeak = max(residentPeak ?? 0, resident)
  }

  /// At the beginning of an interval: what the one before it used.
  mutating func sample(
    atNanos now: Int64, window: MeasureWindow, target: BenchTarget, threads: [LoadThreads],
    _ shared: SharedLoad
  ) {
    guard let before = previous else { return begin(target: target, threads: threads) }
    let reading = read(target, threads)
    noteMemory(target)
    let index = window.interval(of: now) - 1
    var sample = IntervalSample(
      startS: Double(index) * Double(window.intervalNanos) / 1e9,
      durationS: Double(window.intervalNanos) / 1e9)
    if let a = before.broker, let b = reading.broker {
      sample.brokerUserCpuS = (b - a).user
      sample.brokerSystemCpuS = (b - a).system
    }
    let client = reading.clientSum - before.clientSum
    sample.clientUserCpuS = client.user
    sample.clientSystemCpuS = client.system
    sample.brokerResidentBytes = residentLast
    let lag =
      shared.counters.produced.load(ordering: .relaxed)
      - shared.counters.consumed.load(ordering: .relaxed)
    sample.consumerLagRecords = max(0, lag)
    samples[index] = sample
    previous = reading
  }

  /// Writes what was used, and what was counted interval by interval, into the result.
  func fill(_ result: inout RepetitionResult, window: MeasureWindow) {
    if let a = first, let b = last {
      if let before = a.broker, let after = b.broker {
        result.broker = LoadModel.ProcessUsage(
          userCpuS: (after - before).user, systemCpuS: (after - before).system,
          residentBytes: residentLast, residentPeakBytes: residentPeak)
      }
      let client = b.clientSum - a.clientSum
      result.client = LoadModel.ProcessUsage(userCpuS: client.user, systemCpuS: client.system)
      let busiest = zip(a.client, b.client).map { ($1 - $0).user + ($1 - $0).system }.max()
      if let busiest, result.durationS > 0 {
        result.generatorBusyShare = busiest / result.durationS
      }
    }
    result.intervals = result.intervals.map { interval in
      let index = Int((interval.startS * 1e9 / Double(window.intervalNanos)).rounded())
      guard let usage = samples[index] else { return interval }
      var merged = interval
      merged.brokerUserCpuS = usage.brokerUserCpuS
      merged.brokerSystemCpuS = usage.brokerSystemCpuS
      merged.clientUserCpuS = usage.clientUserCpuS
      merged.clientSystemCpuS = usage.clientSystemCpuS
      merged.brokerResidentBytes = usage.brokerResidentBytes
      if merged.recordsConsumed != nil { merged.consumerLagRecords = usage.consumerLagRecords }
      return merged
    }
  }
}
