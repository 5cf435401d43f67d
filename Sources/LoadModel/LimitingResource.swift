import Statistics

/// What kept a case from being faster, as far as this machine shows it.
public enum LimitingResource: String, Codable, Sendable, CaseIterable {
  /// A thread of the load generator was busy all the time (in an open loop: and the rate was not
  /// reached).
  case generatorThreads = "generator-threads"
  /// In a closed loop the producers' buffers stood nearly empty: the broker took batches faster
  /// than the producers filled (and compressed) them.
  case generatorBuffer = "generator-buffer"
  /// All processors of the machine were busy, with the broker, the clients and others together.
  case allProcessors = "all-processors"
  /// Nothing that is measured here: waiting for a disk, a network, replicas, or each other.
  case none = "none"

  /// From this share of a core on, a thread is busy.
  static let busyThread = 0.95
  /// Below this share of all producers' `buffer.memory`, buffers are nearly empty.
  static let emptyBuffer = 0.1
  /// From this share of all cores on, the processors are busy.
  static let busyProcessors = 0.9

  /// - Parameter processors: Of the machine that the clients run on; nil where not known.
  public init(_ repetition: RepetitionResult, of workload: Workload, processors: Int?) {
    if let busy = repetition.generatorBusyShare, busy >= Self.busyThread,
      !repetition.keepsRate(of: workload)
    {
      self = .generatorThreads
    } else if let share = repetition.bufferShare(of: workload), share < Self.emptyBuffer {
      self = .generatorBuffer
    } else if let processors, let used = repetition.totalCpu(processors: processors),
      used >= Self.busyProcessors * Double(processors)
    {
      self = .allProcessors
    } else {
      self = .none
    }
  }

  /// The figure is the load generator's: the broker can do at least this.
  public var isGenerator: Bool { self == .generatorThreads || self == .generatorBuffer }
}

extension RepetitionResult {
  /// In an open loop: what was scheduled was acknowledged. A busy thread was no limit then.
  fileprivate func keepsRate(of workload: Workload) -> Bool {
    guard let target = workload.rate.target, let rate = produced?.recordsPerS(over: durationS)
    else { return false }
    return rate >= target * 0.98
  }

  /// The mean share of all producers' `buffer.memory` that held records: rate × mean time from
  /// append to acknowledgement (Little's law), by producers × `buffer.memory`.
  ///
  /// - Returns: Nil in an open loop, and where acknowledgements are not awaited or not known.
  public func bufferShare(of workload: Workload) -> Double? {
    guard !workload.rate.isOpenLoop, let mean = produceLatency?.meanNs,
      let rate = produced?.mbPerS(over: durationS)
    else { return nil }
    let memory = Double(workload.producers) * Double(workload.bufferMemoryBytes)
    return memory > 0 ? rate * 1e6 * mean / 1e9 / memory : nil
  }

  /// Cores that the broker, the clients and all other processes used on average.
  ///
  /// - Returns: Nil where what others used is not known: brokers elsewhere on the machine may be
  ///   among them.
  public func totalCpu(processors: Int) -> Double? {
    guard durationS > 0, let client, let otherCpuShare else { return nil }
    let own = [client, broker].compactMap { $0 }.reduce(0) { $0 + $1.userCpuS + $1.systemCpuS }
    return own / durationS + otherCpuShare * Double(processors)
  }
}

extension CaseResult {
  /// Of all repetitions; nil where one does not know.
  public var batches: Int64? {
    let known = repetitions.compactMap(\.batches)
    return known.isEmpty || known.count < repetitions.count ? nil : known.clampedSum
  }

  /// How it shows that the load generator was the limit; nil where it was not.
  public func generatorLimit(processors: Int?) -> String? {
    let whole = repetitions.filter { !$0.isPartial }
    switch limitingResource(processors: processors) {
    case .generatorThreads:
      let busy = median(whole.compactMap(\.generatorBusyShare)) ?? 0
      return "its busiest thread used \(Self.percent(busy)) of a core"
    case .generatorBuffer:
      let share = median(whole.compactMap { $0.bufferShare(of: workload) }) ?? 0
      return "the producers' buffers stood nearly empty, at \(Self.percent(share)) of buffer.memory"
    case .allProcessors, .none: return nil
    }
  }

  private static func percent(_ share: Double) -> String {
    let percent = share * 100
    return ValueText.plain(percent < 10 ? (percent * 10).rounded() / 10 : percent.rounded()) + " %"
  }

  /// The resource that limited most of its whole repetitions; the generator where it limited at
  /// least half of them, by whichever of the two.
  public func limitingResource(processors: Int?) -> LimitingResource {
    let found = repetitions.filter { !$0.isPartial }
      .map { LimitingResource($0, of: workload, processors: processors) }
    func count(_ limit: LimitingResource) -> Int { found.count { $0 == limit } }
    if !found.isEmpty, 2 * found.count(where: \.isGenerator) >= found.count {
      return count(.generatorThreads) >= count(.generatorBuffer)
        ? .generatorThreads : .generatorBuffer
    }
    return 2 * count(.allProcessors) > found.count ? .allProcessors : .none
  }
}
