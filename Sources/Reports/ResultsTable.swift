import LoadModel
import Statistics

/// `results.csv`: one row a repetition. An interface: columns are only ever appended.
enum ResultsTable {
  struct Row {
    var run: RunResult
    var entry: CaseResult
    var repetition: RepetitionResult
    var figures: Figures
  }

  struct Column: Sendable {
    let name: String
    let value: @Sendable (Row) -> String?

    init(_ name: String, _ value: @escaping @Sendable (Row) -> String?) {
      self.name = name
      self.value = value
    }
  }

  static let columns: [Column] = runColumns + loadColumns + flowColumns + costColumns + laterColumns

  static func csv(_ run: RunResult) -> String {
    var writer = CsvWriter()
    writer.row(columns.map(\.name))
    for entry in run.cases {
      for repetition in entry.repetitions {
        let row = Row(
          run: run, entry: entry, repetition: repetition, figures: Figures(repetition))
        writer.row(columns.map { $0.value(row) })
      }
    }
    return writer.text
  }

  private static let runColumns: [Column] = [
    Column("run_id") { $0.run.runId },
    Column("scenario") { $0.run.scenario },
    Column("started_utc") { $0.repetition.startedUtc },
    Column("target") { $0.run.target.kind.rawValue },
    Column("brokers") { "\($0.run.target.brokerCount)" },
  ]

  private static let loadColumns: [Column] = [
    Column("partitions") { "\($0.entry.workload.partitions)" },
    Column("replication_factor") { "\($0.entry.workload.replicationFactor)" },
    Column("producers") { "\($0.entry.workload.producers)" },
    Column("consumers") { "\($0.entry.workload.consumers)" },
    Column("acks") { $0.entry.workload.acks.text },
    Column("compression") { $0.entry.workload.compression.text },
    Column("batch_size_bytes") { "\($0.entry.workload.batchSizeBytes)" },
    Column("linger_ms") { "\($0.entry.workload.lingerMs)" },
    Column("record_size_bytes") { row in
      row.entry.workload.payloadFile == nil ? "\(row.entry.workload.recordSizeBytes)" : nil
    },
    Column("loop") { $0.entry.workload.rate.isOpenLoop ? "open" : "closed" },
    Column("rate_target_per_s") { $0.entry.workload.rate.target.map(ValueText.plain) },
    Column("repetition") { "\($0.repetition.repetition)" },
    Column("duration_s") { Numbers.fixed($0.repetition.durationS, 3) },
  ]

  private static let flowColumns: [Column] =
    [
      Column("records_produced") { $0.repetition.produced.map { "\($0.records)" } },
      number("produced_records_per_s", 1) { $0.figures.producedRecordsPerS },
      number("produced_mb_per_s", 3) { $0.figures.producedMbPerS },
    ] + latency("produce_latency") { $0.produceLatency } + [
      Column("records_consumed") { $0.repetition.consumed.map { "\($0.records)" } },
      number("consumed_records_per_s", 1) { $0.figures.consumedRecordsPerS },
      number("consumed_mb_per_s", 3) { $0.figures.consumedMbPerS },
    ] + latency("end_to_end_latency") { $0.endToEndLatency }

  private static let costColumns: [Column] = [
    number("batch_size_achieved_bytes", 1) { $0.repetition.batchSizeAchievedBytes },
    number("compression_ratio", 4) { $0.repetition.compressionRatio },
    parted("broker_user_cpu_s_per_gb", \.brokerUserCpuSPerGb, step: \.brokerCpuStepPerGb),
    parted("broker_system_cpu_s_per_gb", \.brokerSystemCpuSPerGb, step: \.brokerCpuStepPerGb),
    parted("client_user_cpu_s_per_gb", \.clientUserCpuSPerGb, step: \.clientCpuStepPerGb),
    parted("client_system_cpu_s_per_gb", \.clientSystemCpuSPerGb, step: \.clientCpuStepPerGb),
    number("client_cpu_s_per_million_records", 4) { $0.figures.clientCpuSPerMillion },
    number("broker_resident_mib", 1) { $0.figures.brokerResidentMib },
    Column("lost") { $0.repetition.verification.map { "\($0.lost)" } },
    Column("duplicated") { $0.repetition.verification.map { "\($0.duplicated)" } },
    Column("reordered") { $0.repetition.verification.map { "\($0.reordered)" } },
    Column("corrupted") { $0.repetition.verification.map { "\($0.corrupted)" } },
    Column("errors") { "\($0.repetition.errorCount)" },
    Column("partial") { $0.repetition.isPartial ? "true" : "false" },
  ]

  /// Columns that came after the first ones, which others read by their place.
  private static let laterColumns: [Column] =
    [
      Column("case_index") { "\($0.entry.index)" },
      Column("case") { $0.entry.label },
    ] + latency("service_time") { $0.serviceTime }
    + latency("schedule_lag") { $0.scheduleLag }
    + latency("fetch_latency", perBatch: false) { $0.fetchLatency } + [
      Column("produce_requests") { $0.repetition.produceRequests.map { "\($0)" } },
      Column("fetch_requests") { $0.repetition.fetchRequests.map { "\($0)" } },
      number("generator_busy_share", 4) { $0.repetition.generatorBusyShare },
      number("broker_cpu_s_per_million_records", 4) { $0.figures.brokerCpuSPerMillion },
      number("broker_resident_peak_mib", 1) { $0.figures.brokerPeakMib },
    ] + counts("broker") { $0.broker } + counts("client") { $0.client } + [
      Column("negative_latencies") { row in
        let found = [row.repetition.produceLatency, row.repetition.endToEndLatency]
        return found.allSatisfy { $0 == nil }
          ? nil : "\(found.compactMap { $0?.negativeCount }.clampedSum)"
      },
      Column("unverified") { $0.repetition.verification.map { "\($0.unverified)" } },
      Column("weir_version") { $0.run.weirVersion },
      Column("git_revision") { $0.run.environment.gitRevision },
    ] + groupColumns + [
      Column("unsent") { $0.repetition.unsentRecords.map { "\($0)" } },
      Column("not_visible") { $0.repetition.verification.map { "\($0.notVisible ?? 0)" } },
      Column("foreign") { $0.repetition.verification.map { "\($0.foreign)" } },
      Column("unverified_reason") { row in
        row.repetition.verification.map { Verification.unverifiedText([$0]) }
      },
    ] + stateColumns + rateColumns

  /// What a row's figures may be taken for.
  private static let stateColumns: [Column] = [
    number("total_cpu_cores", 3) { row in
      row.run.environment.cpuCount.flatMap { row.repetition.totalCpu(processors: $0) }
    },
    Column("limiting_resource") { row in
      LimitingResource(
        row.repetition, of: row.entry.workload, processors: row.run.environment.cpuCount
      ).rawValue
    },
    Column("steady") { $0.repetition.steady.map { $0.isReached ? "true" : "false" } },
    Column("events") { $0.repetition.eventText },
    Column("min_insync_replicas") { row in
      row.run.minInsyncReplicas(of: row.entry).map { "\($0)" }
    },
    Column("faults") { row in row.repetition.faults.map { "\($0.count)" } },
  ]

  /// The highest rate of the repetition's case, where it was searched.
  private static let rateColumns: [Column] = [
    number("highest_rate_per_s", 3) { $0.entry.rateSearch?.ratePerS },
    number("highest_rate_low_per_s", 3) { $0.entry.rateSearch?.lowPerS },
    number("highest_rate_high_per_s", 3) { $0.entry.rateSearch?.highPerS },
    Column("highest_rate_bound_by") { $0.entry.rateSearch?.bound?.text },
    Column("highest_rate_generator_limited") { row in
      row.entry.rateSearch.map { $0.isGeneratorLimited ? "true" : "false" }
    },
  ]

  /// Of several groups, the one that did worst.
  private static let groupColumns: [Column] = [
    Column("consumer_groups") { row in
      row.repetition.groups == nil ? nil : row.entry.workload.consumerGroups.map { "\($0)" }
    },
    Column("assignor") { row in
      row.repetition.groups == nil ? nil : (row.entry.workload.assignor ?? .range).rawValue
    },
    Column("rebalances") { row in
      row.repetition.groups?.map(\.rebalances).max().map { "\($0)" }
    },
    Column("redelivered") { row in
      row.repetition.groups?.map(\.redelivered).max().map { "\($0)" }
    },
    Column("group_lag_peak_records") { row in
      row.repetition.groups?.compactMap(\.peakLagRecords).max().map { "\($0)" }
    },
    number("slowest_group_records_per_s", 1) { row in
      row.repetition.groups?
        .compactMap { $0.consumed.recordsPerS(over: row.repetition.durationS) }.min()
    },
    number("busiest_member_share", 4) { row in
      row.repetition.groups?.compactMap(\.busiestShare).max()
    },
  ]

  private static func counts(
    _ who: String, _ usage: @escaping @Sendable (RepetitionResult) -> ProcessUsage?
  ) -> [Column] {
    let parts: [(String, @Sendable (KernelCounts) -> Int64?)] = [
      ("read_calls", { $0.readCalls }), ("write_calls", { $0.writeCalls }),
      ("read_bytes", { $0.readBytes }), ("written_bytes", { $0.writtenBytes }),
      ("voluntary_switches", { $0.voluntarySwitches }),
      ("involuntary_switches", { $0.involuntarySwitches }),
    ]
    return parts.map { part, value in
      Column("\(who)_\(part)") { row in
        usage(row.repetition)?.counts.flatMap(value).map { "\($0)" }
      }
    }
  }

  /// A part of the CPU time, with the decimals that the kernel's steps give.
  private static func parted(
    _ name: String, _ value: KeyPath<Figures, Double?> & Sendable,
    step: KeyPath<Figures, Double?> & Sendable
  ) -> Column {
    Column(name) { row in
      row.figures[keyPath: value].map { found in
        let known = row.figures[keyPath: step].map { CpuText.decimals(stepS: $0, most: 4) }
        return Numbers.fixed(found, known ?? 4)
      }
    }
  }

  private static func number(
    _ name: String, _ decimals: Int, _ value: @escaping @Sendable (Row) -> Double?
  ) -> Column {
    Column(name) { value($0).map { Numbers.fixed($0, decimals) } }
  }

  /// - Parameter perBatch: The records of one batch are one sample; else each value is.
  private static func latency(
    _ name: String, perBatch: Bool = true,
    _ histogram: @escaping @Sendable (RepetitionResult) -> HistogramData?
  ) -> [Column] {
    let parts: [(String, HistogramData.Percentile)] = [
      ("p50", .p50), ("p99", .p99), ("p999", .p999),
    ]
    return parts.map { part, percentile in
      number("\(name)_\(part)_ms", 3) { row in
        let batches = perBatch ? row.repetition.batches : nil
        return Figures.milliseconds(
          histogram(row.repetition)?.percentileNs(percentile, batches: batches))
      }
    } + [
      number("\(name)_max_ms", 3) { row in
        Figures.milliseconds(histogram(row.repetition)?.maxNs)
      }
    ]
  }
}
