import LoadModel
import Statistics

extension RunReport {
  /// Every repetition of every case, for those who doubt a median.
  var detailSection: ReportSection? {
    guard !measured.isEmpty else { return nil }
    var section = ReportSection(title: "Each case", parts: measured.map { details($0.entry) })
    section.isFolded = true
    return section
  }

  private func details(_ entry: CaseResult) -> ReportSection {
    ReportSection(
      title: ReportText.code(entry.label), points: entry.repetitions.flatMap(notes),
      tables: [repetitionTable(entry), latencyTable(entry)] + brokerTables(entry)
        + groupTables(entry))
  }

  /// What each of several brokers used.
  private func brokerTables(_ entry: CaseResult) -> [ReportTable] {
    var table = ReportTable([
      "Repetition, broker", "CPU s", "user s", "system s", "MiB", "most MiB",
    ])
    func mib(_ bytes: Int64?) -> String {
      bytes.map { Numbers.fixed(Double($0) / 1_048_576, 1) } ?? ""
    }
    for repetition in entry.repetitions {
      for broker in repetition.brokers ?? [] {
        let name = "process \(broker.pid)" + (broker.program.map { " (\($0))" } ?? "")
        guard let usage = broker.usage else {
          table.row(["\(repetition.repetition), \(name)", "it ended", "", "", "", ""])
          continue
        }
        let cpu = CpuText(usage)
        table.row([
          "\(repetition.repetition), \(name)", cpu.all, cpu.user, cpu.system,
          mib(usage.residentBytes), mib(usage.residentPeakBytes),
        ])
      }
    }
    return table.isEmpty ? [] : [table]
  }

  /// What each consumer group did.
  private func groupTables(_ entry: CaseResult) -> [ReportTable] {
    var table = ReportTable(
      [
        "Repetition, group", "records/s", "busiest member %", "least busy %", "most lag",
        "lag at the end", "rebalances", "redelivered", "lost",
      ],
      caption: "Consumer groups of \(countText(entry.workload.consumers, "member")), assignor"
        + " \((entry.workload.assignor ?? .range).rawValue); lag in records.")
    for repetition in entry.repetitions {
      for group in repetition.groups ?? [] {
        func percent(_ share: Double?) -> String {
          share.map { Numbers.fixed($0 * 100, 1) } ?? ""
        }
        table.row([
          "\(repetition.repetition), \(group.group)",
          group.consumed.recordsPerS(over: repetition.durationS).map(Numbers.readable) ?? "",
          percent(group.busiestShare), percent(group.leastBusyShare),
          group.peakLagRecords.map { Numbers.grouped($0) } ?? "",
          group.lastLagRecords.map { Numbers.grouped($0) } ?? "",
          Numbers.grouped(group.rebalances), Numbers.grouped(group.redelivered),
          group.verification.map { Numbers.grouped($0.lost) } ?? "",
        ])
      }
    }
    return table.isEmpty ? [] : [table]
  }

  private func repetitionTable(_ entry: CaseResult) -> ReportTable {
    var table = ReportTable([
      "Repetition", "s", "produced", "MB/s", "consumed", "MB/s", "requests", "batch B", "ratio",
      "broker CPU user+sys s", "client CPU user+sys s", "generator busy %", "broker MiB", "errors",
    ])
    func cpu(_ usage: ProcessUsage?) -> String {
      usage.map(CpuText.init).map { "\($0.user)+\($0.system)" } ?? ""
    }
    func number(_ value: Double?) -> String { value.map(Numbers.readable) ?? "" }
    for repetition in entry.repetitions {
      let figures = Figures(repetition)
      table.row([
        "\(repetition.repetition)\(repetition.isPartial ? " (partial)" : "")",
        Numbers.fixed(repetition.durationS, 2),
        repetition.produced.map { Numbers.grouped($0.records) } ?? "",
        number(figures.producedMbPerS),
        repetition.consumed.map { Numbers.grouped($0.records) } ?? "",
        number(figures.consumedMbPerS),
        repetition.produceRequests.map { Numbers.grouped($0) } ?? "",
        number(repetition.batchSizeAchievedBytes), number(repetition.compressionRatio),
        cpu(repetition.broker), cpu(repetition.client),
        repetition.generatorBusyShare.map { Numbers.fixed($0 * 100, 0) } ?? "",
        number(figures.brokerResidentMib),
        repetition.errorCount == 0 ? "" : Numbers.grouped(repetition.errorCount),
      ])
    }
    return table.droppingEmptyColumns()
  }

  /// All repetitions of the case in one histogram each.
  private func latencyTable(_ entry: CaseResult) -> ReportTable {
    let kinds: [(String, (RepetitionResult) -> HistogramData?)] = [
      ("produce", { $0.produceLatency }), ("produce, service time", { $0.serviceTime }),
      ("schedule lag", { $0.scheduleLag }), ("end to end", { $0.endToEndLatency }),
      ("fetch", { $0.fetchLatency }),
    ]
    var table = ReportTable(
      [
        "Latency, ms", "samples", "min", "mean", "p50", "p90", "p99", "p99.9", "p99.99", "max",
      ],
      caption: "The records of all repetitions in one population, where a rare delay of one"
        + " repetition shows; the figures to compare are the medians of the repetitions above.")
    for (name, data) in kinds {
      let parts = entry.repetitions.compactMap(data).compactMap { try? $0.histogram() }
      guard var merged = parts.first else { continue }
      for part in parts.dropFirst() { merged.merge(part) }
      guard merged.totalCount > 0 else { continue }
      let percentiles = merged.percentiles([50, 90, 99, 99.9, 99.99])
      let values =
        [merged.min.map(Double.init), merged.mean] + percentiles.map { $0.map(Double.init) }
        + [merged.max.map(Double.init)]
      table.row(
        [name, Numbers.grouped(merged.totalCount)]
          + values.map { value in value.map { Numbers.fixed($0 / 1e6, 3) } ?? "" })
    }
    return table
  }

  private func notes(_ repetition: RepetitionResult) -> [String] {
    var notes: [String] = []
    let name = "Repetition \(repetition.repetition)"
    if let failure = repetition.failure { notes.append("\(name): \(failure).") }
    for error in repetition.errors {
      notes.append("\(name): \(Numbers.grouped(error.count)) × \(error.name).")
    }
    for retry in repetition.retries ?? [] {
      notes.append("\(name): retried \(Numbers.grouped(retry.count)) × \(retry.name).")
    }
    if let text = repetition.verification?.notVisibleText { notes.append("\(name): \(text).") }
    if let found = repetition.verification, found.unverified > 0 {
      notes.append(
        "\(name): \(Numbers.grouped(found.unverified)) acked records not verified:"
          + " \(Verification.unverifiedText([found])).")
    }
    if let verification = repetition.verification, !verification.isSound {
      notes.append(
        "\(name): of \(Numbers.grouped(verification.acked)) acked records"
          + " \(Numbers.grouped(verification.lost)) lost,"
          + " \(Numbers.grouped(verification.duplicated)) duplicated,"
          + " \(Numbers.grouped(verification.reordered)) reordered,"
          + " \(Numbers.grouped(verification.corrupted)) corrupted,"
          + " \(Numbers.grouped(verification.wrongPartition)) in another partition.")
      notes += verification.firstLost.map { "\(name): lost: \($0)." }
    }
    return notes
  }
}
