/// What a run is going to do, before it does it: steps, their time, and the disk they need.
///
/// Estimates say what they assume; where nothing can be known, nothing is said.
public struct RunPlan: Sendable, Equatable {
  /// Something that is measured, some times.
  public struct Step: Sendable, Equatable {
    public var label: String
    public var repetitions: Int
    /// One repetition, with what comes before and after it.
    public var seconds: Double
    /// The time follows from a rate that nobody knows beforehand.
    public var isGuess: Bool
    /// The most that lies on the disk at once: surely, and as far as can be expected. Nil where
    /// the disk is not ours.
    public var leastDiskBytes: Int64?
    public var likelyDiskBytes: Int64?
    /// The memory that the log and the clients' buffers take at once, as nearly as can be expected;
    /// nil where that is not known.
    public var workingSetBytes: Int64?

    public init(
      label: String, repetitions: Int, seconds: Double, isGuess: Bool = false,
      leastDiskBytes: Int64? = nil, likelyDiskBytes: Int64? = nil
    ) {
      self.label = label
      self.repetitions = repetitions
      self.seconds = seconds
      self.isGuess = isGuess
      self.leastDiskBytes = leastDiskBytes
      self.likelyDiskBytes = likelyDiskBytes
    }
  }

  /// The turns of one round of a suite: forwards, in the next round backwards, so that a machine
  /// that slows down slows all of them.
  public static func order(of turns: Int, round: Int) -> [Int] {
    round % 2 == 1 ? Array(0..<turns) : (0..<turns).reversed()
  }

  public var steps: [Step]
  /// The places in `steps` in the order in which they are measured, one a repetition.
  public var order: [Int]
  public var notes: [String]
  /// Open files that a broker of ours surely needs; nil where it is no question.
  public var leastOpenFiles: Int?

  public init(steps: [Step], order: [Int], notes: [String] = []) {
    self.steps = steps
    self.order = order
    self.notes = notes
  }

  /// What a partition's log may allocate ahead, in bytes: a step of its active segment, and the
  /// next segment.
  static let allocatedAhead: Int64 = 320 << 20

  public var seconds: Double { order.reduce(0) { $0 + steps[$1].seconds } }
  public var isGuess: Bool { steps.contains(where: \.isGuess) }
  /// The data of one measurement are deleted before the next: the greatest counts.
  public var leastDiskBytes: Int64? { steps.compactMap(\.leastDiskBytes).max() }
  public var likelyDiskBytes: Int64? { steps.compactMap(\.likelyDiskBytes).max() }
  /// Of the greatest step: its data are deleted before the next.
  public var workingSetBytes: Int64? {
    steps.compactMap { $0.workingSetBytes ?? $0.likelyDiskBytes }.max()
  }
}

extension Scenario {
  /// What a closed loop surely writes, and what it can hardly exceed, in log bytes a second: the
  /// rates that disk space is reckoned with.
  private static let leastRate = 20e6
  private static let likelyRate = 1e9
  /// Records a second that a closed loop of a number of records is taken to make.
  private static let guessedRate = 500_000.0
  /// A topic made, deleted and its deletion waited for; clients connected.
  private static let aroundSeconds = 1.5
  /// What a coordinator waits for further members before it shares out partitions at first.
  private static let groupSeconds = 3.0

  /// What a run of this scenario is going to do.
  public func plan() -> RunPlan {
    if let suite = run.suite { return suite.definition.plan(withSuiteDefaults()) }
    let cases = cases()
    let steps = cases.map { entry in run.findsRate ? searchStep(entry) : step(entry) }
    var notes: [String] = []
    if steps.contains(where: \.isGuess) {
      notes.append(
        "A number of records without a fixed rate takes as long as the broker needs; reckoned with"
          + " \(Int(Self.guessedRate)) records/s.")
    }
    if run.findsRate {
      notes.append(
        "A rate search takes this long at most: a closed loop, trials of"
          + " \(ValueText.duration(run.rateSearch.exploreMs)), and six or more of"
          + " \(ValueText.duration(run.rateSearch.sustainMs)).")
    }
    if run.target.kind == .cluster {
      notes.append("The cluster's disks are its own: what they need is not reckoned.")
    } else if cases.contains(where: { $0.workload.retentionBytes == nil }) {
      notes.append(
        "A log that grows without end takes what the broker can write; at most 1 GB/s is expected.")
    }
    return RunPlan(steps: steps, order: turns().map(\.caseIndex), notes: notes)
  }

  /// All trials of a search, whose data are deleted one after another: its longest needs most.
  private func searchStep(_ entry: Case) -> RunPlan.Step {
    let settings = run.rateSearch
    var longest = entry
    longest.workload = settings.trialWorkload(
      entry.workload, perS: nil, measuredMs: settings.sustainMs)
    var step = step(longest)
    step.repetitions = 1
    step.seconds = settings.limitS
    return step
  }

  private func step(_ entry: Case) -> RunPlan.Step {
    let load = entry.workload
    let (measured, isGuess) = measuredSeconds(load)
    let measuredMs = Int64(min(max(measured, 0), 1e9) * 1000)
    // Nothing is produced beside a load that only reads.
    let warmup = load.mode == .consume ? .fixed(ms: 0) : load.warmup
    let longestWarmup = Double(warmup.longestMs(measuredMs: measuredMs)) / 1000
    let sending = measured + longestWarmup
    let surelySending = measured + Double(warmup.shortestMs(measuredMs: measuredMs)) / 1000
    var step = RunPlan.Step(
      label: entry.label, repetitions: run.repetitions,
      seconds: measured + Double(warmup.likelyMs(measuredMs: measuredMs)) / 1000
        + Self.aroundSeconds,
      isGuess: isGuess)
    if load.consumerGroups != nil { step.seconds += Self.groupSeconds }
    guard run.target.kind != .cluster else { return step }
    let recordBytes = Double(load.recordSizeBytes) + 16
    let saved = load.compression.codec == .none ? 1 : max(1, load.compressibility)
    // An open loop sends what it is told; a closed one between a little and a lot.
    let wanted = load.rate.target.map { $0 * recordBytes * surelySending / saved }
    let counted = load.records.map { Double($0) * recordBytes / saved }
    let least = wanted ?? counted ?? Self.leastRate * surelySending / saved
    // Payloads may compress less than asked for, and small batches not at all.
    let largest =
      Double(load.recordSizeBytes + (load.keys == .none ? 0 : load.keySizeBytes))
      + Self.mostRecordOverhead
    // A higher target is not reached.
    let bytesPerS = min(load.rate.target.map { $0 * largest } ?? .infinity, Self.likelyRate)
    let most =
      load.records.map { Double($0) * largest + bytesPerS * longestWarmup } ?? bytesPerS * sending
    step.leastDiskBytes = leastOnDisk(least, load)
    step.likelyDiskBytes = mostOnDisk(max(least, most), bytesPerS: bytesPerS, load)
    let usual = min(bytesPerS, Self.usualRate)
    let warmedUp = usual * Double(warmup.likelyMs(measuredMs: measuredMs)) / 1000
    let written = load.records.map { Double($0) * largest } ?? usual * measured
    step.workingSetBytes = workingSet(written + warmedUp, bytesPerS: usual, load)
    if load.mode == .produce, let kept = step.likelyDiskBytes {
      // What is kept is read back afterwards.
      step.seconds += Double(kept) / 1e9
    }
    return step
  }

  private func measuredSeconds(_ load: Workload) -> (seconds: Double, isGuess: Bool) {
    let byTime = load.durationMs.map { Double($0) / 1000 }
    guard let records = load.records else { return (byTime ?? 0, false) }
    let rate = load.rate.target ?? Self.guessedRate
    let byCount = Double(records) / rate
    if let byTime, byTime <= byCount { return (byTime, false) }
    return (byCount, load.rate.target == nil)
  }

  /// What certainly lies on the disk at once, of `written` bytes.
  private func leastOnDisk(_ written: Double, _ load: Workload) -> Int64 {
    Int64(min(min(written, load.retentionBytes.map(Double.init) ?? .infinity), 1e18))
  }

  /// The most that may lie on the disk at once.
  ///
  /// ```
  /// what is retained, and a segment of each partition more: only whole ones are deleted
  /// + what is written until the next look for old segments, and until their files are deleted
  /// + what is allocated ahead of each partition: in its active segment, and in the next one
  /// + indexes, and the broker's own files
  /// ```
  private func mostOnDisk(_ written: Double, bytesPerS: Double, _ load: Workload) -> Int64 {
    let partitions = Double(load.partitions)
    let segment = Double(load.topicSegmentBytes)
    var bytes = written
    if let kept = load.retentionBytes {
      let late = BrokerDeletion(run).latestSeconds * bytesPerS
      bytes = min(bytes, Double(kept) + partitions * segment + late)
    }
    // Nothing is allocated for a log of less than a mebibyte; a step is as long as the segment.
    let ahead = min(Double(RunPlan.allocatedAhead), 2 * segment)
    bytes += min(partitions * ahead, max(partitions, 1) * Self.smallestStep + 3 * written)
    return Int64(min(bytes * Self.indexShare + Self.brokerFiles, 1e18))
  }

  /// The page cache of what lies on the disk at once, at a rate that a machine can be expected to
  /// reach, and what clients keep in their buffers.
  private func workingSet(_ written: Double, bytesPerS: Double, _ load: Workload) -> Int64 {
    var log = written
    if let kept = load.retentionBytes {
      let late = BrokerDeletion(run).latestSeconds * bytesPerS
      log = min(log, Double(kept) + Double(load.partitions) * Double(load.topicSegmentBytes) + late)
    }
    let buffers = min(
      written,
      Double(load.producers) * Double(load.bufferMemoryBytes)
        + Double(load.consumers * (load.consumerGroups ?? 1)) * Double(load.fetchMaxBytes))
    return Int64(min(log + buffers, 1e18))
  }

  /// What a closed loop reaches on a machine of a few cores, in log bytes a second.
  private static let usualRate = 0.5e9
  /// As the log allocates: `PartitionLog+Roll`.
  private static let smallestStep = 1_048_576.0
  /// An entry of 20 bytes in two indexes for 4 KiB of log, and blocks that are not full.
  private static let indexShare = 1.01
  /// Metadata, checkpoints, offsets of groups.
  private static let brokerFiles = 16 * 1_048_576.0
  /// What a record takes at most beside its value and key: a batch's head where it is alone in it,
  /// and what it says of itself.
  private static let mostRecordOverhead = 96.0
}

extension RunPlan {
  /// Why the run cannot fit where `freeBytes` are free, with figures; nil where it can.
  ///
  /// - Parameter reservedBytes: What of that the run leaves alone: it would end at that.
  public func refusal(freeBytes: Int64, reservedBytes: Int64 = 0, at place: String) -> String? {
    let room = freeBytes - reservedBytes
    func text(_ what: String, _ needed: Int64, _ step: Step?) -> String {
      let which = steps.count > 1 ? " (\(step?.label ?? ""))" : ""
      let alone = needed > freeBytes ? "" : ", of which \(Self.size(reservedBytes)) are left alone"
      return "\(place) has \(Self.size(freeBytes)) free\(alone); the run \(what)"
        + " \(Self.size(needed))\(which)"
    }
    if let needed = leastDiskBytes, needed > room {
      return text("needs at least", needed, steps.first { $0.leastDiskBytes == needed })
    }
    if let likely = likelyDiskBytes, likely > room {
      return text("may need", likely, steps.first { $0.likelyDiskBytes == likely })
    }
    return nil
  }

  /// What to know where it fits, but fills the disk.
  public func doubt(freeBytes: Int64) -> String? {
    guard let likely = likelyDiskBytes, likely > freeBytes / 10 * 9 else { return nil }
    return "it may need \(Self.size(likely)), and \(Self.size(freeBytes)) are free"
  }

  /// `1.5 GiB`: about three digits.
  public static func size(_ bytes: Int64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var value = Double(max(0, bytes))
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    let tenths = (value * 10).rounded() / 10
    let isWhole = tenths == tenths.rounded() || tenths >= 100
    return "\(isWhole ? ValueText.plain(tenths.rounded()) : ValueText.plain(tenths)) \(units[unit])"
  }

  /// `45 s`, `12 min`, `2 h 5 min`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e12 else { return "years" }
    let whole = Int(max(0, seconds).rounded(.up))
    if whole < 100 { return "\(whole) s" }
    let minutes = (whole + 30) / 60
    if minutes < 100 { return "\(minutes) min" }
    return "\(minutes / 60) h \(minutes % 60) min"
  }
}
