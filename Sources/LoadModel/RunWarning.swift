/// What a reader must know before believing a figure, with what to do about it.
public enum RunWarning: Codable, Sendable, Equatable {
  /// The generator used all of its core: its rate is its own, not the broker's.
  case generatorBottleneck(caseIndex: Int, detail: String)
  /// The log lies in memory: no disk was measured.
  case temporaryFileSystem(directory: String)
  /// One replica: acks=all waits for nobody that acks=1 does not wait for.
  case singleReplicaAcksAll
  case partial(reason: String)
  case errors(caseIndex: Int, count: Int64, mostFrequent: String)
  /// A log no longer had what a consumer had read of it: so often, a partition and consumer each.
  case truncatedLog(caseIndex: Int, count: Int64)
  case lostRecords(caseIndex: Int, count: Int64)
  /// Duplicated, reordered, corrupted or in the wrong partition.
  case unsoundRecords(caseIndex: Int, detail: String)
  case unverifiedRecords(caseIndex: Int, count: Int64, reason: String)
  /// Acked and stored by the leader, but not readable: `partition 0: 1 of 3 in sync`.
  case notVisibleRecords(caseIndex: Int, count: Int64, detail: String)
  /// Nothing is ever deleted: on a virtual machine the first touch of memory is measured.
  case growingLog
  case debugBuild
  /// The offered rate was not reached.
  case rateNotReached(caseIndex: Int, target: Double, achieved: Double)
  /// What was due and was never sent: percentiles lack what waited longest.
  case unsentRecords(caseIndex: Int, count: Int64)
  /// Consumers fell behind while it was measured.
  case consumersFellBehind(caseIndex: Int, records: Int64)
  /// Repetitions of a case differ by more than a fifth.
  case wideSpread(caseIndex: Int, detail: String)
  /// The payloads' achieved ratio is not what was asked for.
  case compressibilityMissed(caseIndex: Int, target: Double, achieved: Double)
  case negativeLatencies(caseIndex: Int, count: Int64)
  case fewRepetitions(count: Int)
  /// Another load on the machine when the run began.
  case busyMachine(loadAverage: Double, cpuCount: Int)
  /// A hypervisor gave this share of the processors' time to others while it was measured.
  case stolenTime(share: Double)
  /// Consumers without a partition of their own.
  case idleConsumers(caseIndex: Int, consumers: Int, partitions: Int)
  /// Over before anything was steady: its rates are those of a start and an end.
  case shortMeasurement(caseIndex: Int, seconds: Double)
  /// With a fixed rate: how late the generator itself was in the worst repetition, of which
  /// latency, and how long the answers took; 99th percentiles in milliseconds.
  case generatorDelay(caseIndex: Int, lagMs: Double, latencyMs: Double, serviceMs: Double?)
  case other(text: String)
  /// Other processes used this share of the machine's processors, in the worst repetition, and how
  /// many intervals of all had more than is harmless.
  case otherLoad(caseIndex: Int, share: Double, intervals: Int, of: Int)
  /// The same of a suite's whole run.
  case otherLoadInSuite(share: Double)
  /// Most repetitions of a case were not at a steady state: how many of how many, and what had not
  /// settled before the window or moved within it.
  case notSteady(
    caseIndex: Int, repetitions: Int, of: Int, unsettled: [SteadyState.Quantity],
    drifted: [SteadyState.Quantity])
  /// In so many of all repetitions retention had not deleted anything when measuring began.
  case retentionNotReached(repetitions: Int, of: Int)
  /// The first pass over the machine's memory was much dearer than the last.
  case coldMemory(MemoryPreparation)
  /// Codecs were compared by generated payloads.
  case generatedPayloads
  /// Topics, groups or directories that the run made are still there.
  case leftBehind(LeftBehind)
}

/// Where the load goes.
public enum BrokerTarget: Sendable, Equatable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// In this process, with loop threads of its own.
    case embedded
    /// A `weir broker` child.
    case process
    /// Any Kafka cluster, by its addresses.
    case cluster
  }

  case embedded
  case process
  case cluster(bootstrap: [String])

  public var kind: Kind {
    switch self {
    case .embedded: .embedded
    case .process: .process
    case .cluster: .cluster
    }
  }
}
