import LoadModel
import Synchronization

/// CPU and memory at the edges of the window and once an interval.
struct UsageSamples {
  private struct Reading {
    var broker: CPUSeconds?
    /// By process id, where the user named several.
    var brokers: [Int32: CPUSeconds] = [:]
    var client: [CPUSeconds]
    var machine: MachineLoad?

    /// - Parameter isEdge: Of the window, where the broker may be asked itself.
    init(_ target: BenchTarget, _ threads: [LoadThreads], isEdge: Bool) {
      broker = isEdge ? target.cpuAtEdge() : target.cpu()
      if target.pids.count > 1 {
        for pid in target.pids { brokers[pid] = CPUSeconds.ofProcess(pid) }
      }
      client = threads.flatMap { $0.cpu() }
      machine = MachineLoad(brokerPids: target.pids)
    }

    var clientSum: CPUSeconds { client.reduce(CPUSeconds(), +) }
  }

  /// What the kernel counted up to a moment.
  private struct Counted {
    var broker: CountsByThread
    var client: CountsByThread
    var brokerStarts: Int

    init(_ target: BenchTarget, _ threads: [LoadThreads]) {
      broker = target.counts()
      brokerStarts = target.starts
      client = threads.reduce(into: [:]) { $0.merge($1.counts()) { $1 } }
    }
  }

  private var firstCounted: Counted?
  private var lastCounted: Counted?
  private var first: Reading?
  private var last: Reading?
  private var previous: Reading?
  /// When the load stopped getting on, and has not begun again.
  private var still: (reading: Reading, counted: Counted)?
  private var residentPeak: Int64?
  private var residentLast: Int64?
  /// At the end, and the most as the kernel kept it.
  private var memoryByBroker: [Int32: (last: Int64?, peak: Int64?)] = [:]
  private var samples: [Int: IntervalSample] = [:]
  /// The first interval that nothing is noted of yet.
  private var nextIndex = 0

  /// When the next interval begins; nil before the first.
  private(set) var nextSampleNanos: Int64?

  /// The window is over; a second call changes nothing.
  mutating func end(
    atNanos now: Int64, window: MeasureWindow, target: BenchTarget, threads: [LoadThreads],
    _ shared: SharedLoad
  ) {
    guard last == nil, first != nil else { return }
    let reading = Reading(target, threads, isEdge: true)
    last = reading
    lastCounted = Counted(target, threads)
    noteMemory(target)
    if let peak = target.residentPeakBytes() { residentPeak = peak }
    for pid in target.pids {
      memoryByBroker[pid] = (
        ProcessFacts.residentBytes(of: pid), target.residentPeakBytes(of: pid)
      )
    }
    note(reading, upTo: window.interval(of: min(now, window.untilNanos - 1)), window, shared)
  }

  /// The load stands still: what it used until now is its own. A second call changes nothing.
  mutating func noteStandstill(target: BenchTarget, threads: [LoadThreads]) {
    guard still == nil, last == nil, first != nil else { return }
    still = (Reading(target, threads, isEdge: true), Counted(target, threads))
  }

  /// It gets on again.
  mutating func forgetStandstill() {
    if last == nil { still = nil }
  }

  /// The most since the interval began, by group and of all consumers; when it was looked at last.
  private var lagMost: (groups: [Int64], consumers: Int64) = ([], 0)
  private var lagNanos: Int64 = 0
  /// By group, when the window ended.
  private(set) var lagAtEnd: [Int64] = []
  private static let lagEveryNanos: Int64 = 20_000_000

  /// Looks at the consumers' lag, where it is time to.
  mutating func sampleLag(atNanos now: Int64, _ shared: SharedLoad) {
    guard first != nil, last == nil, now - lagNanos >= Self.lagEveryNanos else { return }
    lagNanos = now
    _ = lookAtLag(shared)
  }

  private mutating func lookAtLag(_ shared: SharedLoad) -> [Int64] {
    let ends = shared.ends?.known ?? []
    let groups = shared.groups.map { $0.lag(logEnds: ends) }
    let stored = shared.counters.produced.load(ordering: .relaxed)
    let unread = stored - shared.counters.consumed.load(ordering: .relaxed)
    lagMost.consumers = max(lagMost.consumers, groups.max() ?? unread)
    lagMost.groups =
      lagMost.groups.count == groups.count
      ? zip(lagMost.groups, groups).map { max($0, $1) } : groups
    return groups
  }

  private mutating func noteMemory(_ target: BenchTarget) {
    guard let resident = target.residentBytes() else { return }
    residentLast = resident
    residentPeak = max(residentPeak ?? 0, resident)
  }

  /// At the beginning of the window and of each interval: what the one before it used.
  mutating func sample(
    atNanos now: Int64, window: MeasureWindow, target: BenchTarget, threads: [LoadThreads],
    _ shared: SharedLoad
  ) {
    let reading = Reading(target, threads, isEdge: first == nil)
    let index = window.interval(of: now)
    nextSampleNanos = window.fromNanos + Int64(index + 1) * window.intervalNanos
    noteMemory(target)
    if first == nil {
      first = reading
      firstCounted = Counted(target, threads)
      target.forgetResidentPeak()
    } else {
      note(reading, upTo: index - 1, window, shared)
    }
    previous = reading
  }

  /// Keeps what was used since the reading before, up to the end of interval `last`.
  ///
  /// Where this thread got no core for longer than an interval, those that passed share evenly.
  private mutating func note(
    _ reading: Reading, upTo last: Int, _ window: MeasureWindow, _ shared: SharedLoad
  ) {
    guard let before = previous, last >= nextIndex else { return }
    let share = 1 / Double(last - nextIndex + 1)
    let seconds = Double(window.intervalNanos) / 1e9
    var sample = IntervalSample(startS: Double(nextIndex) * seconds, durationS: seconds)
    if let a = before.broker, let b = reading.broker {
      sample.brokerUserCpuS = (b - a).user * share
      sample.brokerSystemCpuS = (b - a).system * share
    }
    let client = reading.clientSum - before.clientSum
    sample.clientUserCpuS = client.user * share
    sample.clientSystemCpuS = client.system * share
    if let a = before.machine, let b = reading.machine {
      sample.otherCpuS = b.others(since: a).map { $0.seconds * share }
    }
    sample.brokerResidentBytes = residentLast
    lagAtEnd = lookAtLag(shared)
    if !lagMost.groups.isEmpty { sample.groupLagRecords = lagMost.groups }
    sample.consumerLagRecords = lagMost.consumers
    lagMost = ([], 0)
    for index in nextIndex...last { samples[index] = sample }
    nextIndex = last + 1
  }

  /// Writes what was used, and what was counted interval by interval, into the result.
  ///
  /// - Parameter wasCut: The window ended where the load stopped getting on.
  func fill(_ result: inout RepetitionResult, window: MeasureWindow, wasCut: Bool) {
    let still = wasCut ? still : nil
    if let a = first, let b = still?.reading ?? last {
      if let before = a.broker, let after = b.broker {
        result.broker = LoadModel.ProcessUsage(
          (after - before), residentBytes: residentLast, residentPeakBytes: residentPeak)
      }
      fillBrokers(&result, from: a, to: b)
      result.client = LoadModel.ProcessUsage(b.clientSum - a.clientSum)
      if let before = a.machine, let after = b.machine {
        result.otherCpuShare = after.others(since: before)?.share
      }
      let busiest = zip(a.client, b.client).map { ($1 - $0).all }.max()
      if let busiest, result.durationS > 0 {
        result.generatorBusyShare = busiest / result.durationS
      }
    }
    if let a = firstCounted, let b = still?.counted ?? lastCounted {
      if a.brokerStarts == b.brokerStarts {
        result.broker?.counts = KernelCounts.between(a.broker, b.broker)
      }
      result.client?.counts = KernelCounts.between(a.client, b.client)
    }
    result.intervals = result.intervals.map { interval in
      // A start may lie within its interval (the warm-up's first) or be a hair off its edge.
      let place = interval.startS * 1e9 / Double(window.intervalNanos)
      guard let usage = samples[Int((place + 1e-6).rounded(.down))] else { return interval }
      var merged = interval
      merged.brokerUserCpuS = usage.brokerUserCpuS
      merged.brokerSystemCpuS = usage.brokerSystemCpuS
      merged.clientUserCpuS = usage.clientUserCpuS
      merged.clientSystemCpuS = usage.clientSystemCpuS
      merged.otherCpuS = usage.otherCpuS
      merged.brokerResidentBytes = usage.brokerResidentBytes
      if merged.recordsConsumed != nil {
        merged.consumerLagRecords = usage.consumerLagRecords
        merged.groupLagRecords = usage.groupLagRecords
      }
      return merged
    }
  }

  /// What each broker that the user named used, where there are several; one that has ended tells
  /// nothing any more.
  private func fillBrokers(_ result: inout RepetitionResult, from a: Reading, to b: Reading) {
    guard !a.brokers.isEmpty else { return }
    result.brokers = a.brokers.keys.sorted().map { pid in
      var found = BrokerUsage(pid: pid, program: ProcessFacts.name(of: pid))
      if let before = a.brokers[pid], let after = b.brokers[pid] {
        found.usage = LoadModel.ProcessUsage(
          after - before, residentBytes: memoryByBroker[pid]?.last,
          residentPeakBytes: memoryByBroker[pid]?.peak)
      }
      return found
    }
  }
}

extension LoadModel.ProcessUsage {
  fileprivate init(
    _ cpu: CPUSeconds, residentBytes: Int64? = nil, residentPeakBytes: Int64? = nil
  ) {
    self.init(
      userCpuS: cpu.user, systemCpuS: cpu.system, residentBytes: residentBytes,
      residentPeakBytes: residentPeakBytes)
    if cpu.stepS > 0 { cpuStepS = cpu.stepS }
  }
}
