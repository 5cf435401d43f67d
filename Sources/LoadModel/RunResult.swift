import Statistics

/// All that a run found, and all that is needed to make its reports again: `run.json`.
///
/// What a target cannot tell is nil: never 0.
public struct RunResult: Codable, Sendable, Equatable {
  /// Raised when a reader of the older form would misread this one.
  public static let currentSchemaVersion = 1

  public var schemaVersion = RunResult.currentSchemaVersion
  /// The version of Weir.
  public var weirVersion: String
  public var runId: String
  public var scenario: String
  /// The question that the scenario answers, in a sentence.
  public var question: String?
  /// ISO 8601, UTC, whole seconds.
  public var startedUtc: String
  public var finishedUtc: String?
  public var target: TargetDescription
  public var environment: RunEnvironment
  public var configuration: EffectiveConfiguration
  public var cases: [CaseResult] = []
  /// What a suite found; nil where the load itself was measured.
  public var study: Study?
  public var warnings: [RunWarning] = []
  /// Ended before all was measured.
  public var isPartial = false
  /// What it made on a cluster and could not remove; nil where nothing is left.
  public var leftBehind: LeftBehind?
  /// What preparing the machine's memory cost; nil where it was not prepared, and in older files.
  public var memory: MemoryPreparation?

  public init(
    runId: String, scenario: String, startedUtc: String, target: TargetDescription,
    environment: RunEnvironment, configuration: EffectiveConfiguration, weirVersion: String
  ) {
    self.runId = runId
    self.scenario = scenario
    self.startedUtc = startedUtc
    self.target = target
    self.environment = environment
    self.configuration = configuration
    self.weirVersion = weirVersion
  }

}

/// What was measured.
public struct TargetDescription: Codable, Sendable, Equatable {
  public var kind: BrokerTarget.Kind
  /// `host:port` of the brokers asked.
  public var bootstrap: [String]
  public var brokerCount: Int
  public var clusterId: String?
  /// The broker's software, as far as it can be told: `Weir 0.1.0`.
  public var version: String?
  /// `sendfile` or `copy`; nil for a cluster that is not ours.
  public var fetchPath: String?
  /// `min.insync.replicas` of the topics; nil where the cluster did not answer, and in older files.
  public var minInsyncReplicas: Int?

  public init(
    kind: BrokerTarget.Kind, bootstrap: [String], brokerCount: Int, clusterId: String? = nil,
    fetchPath: String? = nil
  ) {
    self.kind = kind
    self.bootstrap = bootstrap
    self.brokerCount = brokerCount
    self.clusterId = clusterId
    self.fetchPath = fetchPath
  }
}

/// One combination of the parameters, and each time it was measured.
public struct CaseResult: Codable, Sendable, Equatable {
  /// From 0, in the order of the cross product; case 0 is the baseline.
  public var index: Int
  /// What tells it from the others: `acks=all compression=zstd`.
  public var label: String
  public var workload: Workload
  public var repetitions: [RepetitionResult] = []
  /// What the search for its highest rate found (`--find-rate`); its repetitions are then the
  /// sustained trials at that rate. Nil where none was searched, and in older files.
  public var rateSearch: RateSearchResult?

  public init(index: Int, label: String, workload: Workload) {
    self.index = index
    self.label = label
    self.workload = workload
  }

  /// Of the trials of a rate search that are no repetitions. No faults are planted in trials.
  var trialVerifications: [Verification] {
    (rateSearch?.trials ?? []).filter { $0.repetition == nil }.compactMap(\.verification)
  }
}

/// One measurement of one case, warm-up not counted.
public struct RepetitionResult: Codable, Sendable, Equatable {
  /// From 1.
  public var repetition: Int
  /// Its place among all measurements of the run, from 0.
  public var turn: Int
  public var startedUtc: String
  /// How long was measured, in seconds. Where it ended before its time: until the last record that
  /// was acknowledged or read.
  public var durationS: Double
  /// How long it was to be measured, in seconds; nil where a number of records ends it.
  public var plannedDurationS: Double?

  /// Nil where the case produces (or consumes) nothing. What several groups read counts for each.
  public var produced: Flow?
  public var consumed: Flow?

  /// Completion less scheduled time, with a fixed rate; less append time in the closed loop.
  /// Nil with acks=0, which is never told.
  public var produceLatency: HistogramData?
  /// Completion less send time.
  public var serviceTime: HistogramData?
  /// Append less scheduled time, with a fixed rate: how late the generator itself was.
  public var scheduleLag: HistogramData?
  /// With a fixed rate: what was due and could not be offered, even some time after the end. No
  /// percentile knows of it. Nil in the closed loop, and in older files.
  public var unsentRecords: Int64?
  /// Receipt less scheduled (or append) time.
  public var endToEndLatency: HistogramData?
  /// From a fetch request to its answer.
  public var fetchLatency: HistogramData?

  /// Mean uncompressed size of the batches sent, in bytes.
  public var batchSizeAchievedBytes: Double?
  /// Uncompressed bytes of batches by the bytes sent.
  public var compressionRatio: Double?
  /// The same of the batches that consumers fetched, which a topic may have compressed itself. Nil
  /// where none were fetched, and in older files.
  public var fetchedCompressionRatio: Double?
  public var produceRequests: Int64?
  public var fetchRequests: Int64?
  public var batches: Int64?

  /// CPU and memory of the broker; nil for a cluster that is not ours.
  public var broker: ProcessUsage?
  /// CPU and memory of producers and consumers.
  public var client: ProcessUsage?
  /// Of each broker, where the user named several processes; `broker` is their sum.
  public var brokers: [BrokerUsage]?
  /// Share of all processors' time, 0 … 1, that processes used which are neither brokers nor this
  /// program; brokers that are not known to be on this machine are among them.
  public var otherCpuShare: Double?

  public var verification: Verification?
  /// What each consumer group did; nil where there were none.
  public var groups: [GroupResult]?
  /// What happened to the cluster meanwhile; nil where it was not watched, and in older files.
  public var events: RunEvents?
  /// The planted faults, in the order of their time; nil where none were, and in older files.
  public var faults: [FaultRecord]?
  /// Errors the clients met, by name, sorted.
  public var errors: [ErrorCount] = []
  /// Errors for which the clients sent a request again, by name, sorted, warm-up included; those
  /// of consumers begin with `FETCH_`. Nil where there were none, and in older files.
  public var retries: [ErrorCount]?
  public var isPartial = false
  /// Why it failed or ended early.
  public var failure: String?
  /// Share of one core that the generator's busiest thread used, 0 … 1.
  public var generatorBusyShare: Double?
  /// Nil where nothing is produced, and in older files.
  public var steady: SteadyState?
  /// How the backlog moved within the window; nil where it is not known, and in older files.
  public var backlogTrend: BacklogTrend?
  /// Retention had deleted a segment before the window began; false: a growing log was measured.
  /// Nil where that is not known.
  public var isLogFull: Bool?
  /// One sample an interval, mostly a second.
  public var intervals: [IntervalSample] = []

  public init(repetition: Int, turn: Int, startedUtc: String, durationS: Double) {
    self.repetition = repetition
    self.turn = turn
    self.startedUtc = startedUtc
    self.durationS = durationS
  }

  public var errorCount: Int64 { errors.map(\.count).clampedSum }
}

/// Records one way, and their uncompressed keys and values in bytes: those that were acknowledged
/// (or received) within the window, whenever they were due.
public struct Flow: Codable, Sendable, Equatable {
  public var records: Int64
  public var bytes: Int64
  /// From the first counted record to the last, where it differs from the repetition's duration.
  public var durationS: Double?

  public init(records: Int64, bytes: Int64, durationS: Double? = nil) {
    self.records = records
    self.bytes = bytes
    self.durationS = durationS
  }

  /// Records a second.
  public func recordsPerS(over repetitionS: Double) -> Double? {
    let seconds = durationS ?? repetitionS
    return seconds > 0 ? Double(records) / seconds : nil
  }

  /// 10^6 bytes a second.
  public func mbPerS(over repetitionS: Double) -> Double? {
    let seconds = durationS ?? repetitionS
    return seconds > 0 ? Double(bytes) / 1e6 / seconds : nil
  }
}

/// What a process (or the threads that play its part) used while it was measured.
public struct ProcessUsage: Codable, Sendable, Equatable {
  public var userCpuS: Double
  public var systemCpuS: Double
  /// At the end; nil where it is not a process of its own.
  public var residentBytes: Int64?
  /// The most: as the kernel kept it for a process, else the most seen.
  public var residentPeakBytes: Int64?
  /// What the kernel counted meanwhile; nil where it does not tell.
  public var counts: KernelCounts?
  /// The smallest step in which the kernel parts user from system time, in seconds; their sum is
  /// exact to the microsecond. Nil in older files, whose steps were of 10 ms.
  public var cpuStepS: Double?

  public init(
    userCpuS: Double, systemCpuS: Double, residentBytes: Int64? = nil,
    residentPeakBytes: Int64? = nil
  ) {
    self.userCpuS = userCpuS
    self.systemCpuS = systemCpuS
    self.residentBytes = residentBytes
    self.residentPeakBytes = residentPeakBytes
  }
}

/// What one of several brokers used.
public struct BrokerUsage: Codable, Sendable, Equatable {
  public var pid: Int32
  /// `java`
  public var program: String?
  /// Nil where it ended while it was measured.
  public var usage: ProcessUsage?

  public init(pid: Int32, program: String? = nil, usage: ProcessUsage? = nil) {
    self.pid = pid
    self.program = program
    self.usage = usage
  }
}

/// What the kernel counts of a process's, or of some threads', dealings with it.
///
/// The kernel's own bytes and calls are those of files, and of `sendfile`, whose bytes count as
/// read and as written; sockets that are written and read by `send` and `recv` are not among them.
/// Those a broker of ours tells itself.
public struct KernelCounts: Codable, Sendable, Equatable {
  /// Bytes asked for by read calls.
  public var readBytes: Int64?
  /// Bytes given to write calls.
  public var writtenBytes: Int64?
  /// Bytes that the disk had to be asked for.
  public var diskReadBytes: Int64?
  public var readCalls: Int64?
  public var writeCalls: Int64?
  /// A thread waited for something.
  public var voluntarySwitches: Int64?
  /// Another took the core.
  public var involuntarySwitches: Int64?
  /// Bytes from and to sockets, with those of `sendfile`; nil where the process does not tell.
  public var socketReadBytes: Int64?
  public var socketWrittenBytes: Int64?
  /// System calls of all kinds that move data or wait for it; nil where the process does not tell.
  public var systemCalls: Int64?

  public init() {}
}

/// An error the clients met, and how often.
public struct ErrorCount: Codable, Sendable, Equatable {
  public var name: String
  public var count: Int64

  public init(name: String, count: Int64) {
    self.name = name
    self.count = count
  }

  /// The name of: a log ended before what a consumer had read of it.
  public static let logTruncated = "LOG_TRUNCATED"

  var isTruncation: Bool { name == Self.logTruncated }
}
