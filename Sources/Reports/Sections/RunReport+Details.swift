import LoadModel
import Statistics

extension RunReport {
  /// What a median hides: the course over the rounds, the parts of the costs, what happened.
  var repetitionSection: ReportSection? {
    guard !measured.isEmpty else { return nil }
    return ReportSection(
      title: "Repetitions",
      points: measured.flatMap { row in row.entry.repetitions.flatMap { notes($0, of: row.entry) }
      },
      tables: [roundTable, costTable, brokerTable, groupRoundTable].compactMap { $0 })
  }

  /// Of several cases a note names its own.
  private func name(_ repetition: RepetitionResult, _ entry: CaseResult) -> String {
    let own = "repetition \(repetition.repetition)"
    return measured.count > 1 ? "\(ReportText.code(entry.label)), \(own)" : "R\(own.dropFirst())"
  }

  /// The rate of each case, round by round: a trend or an outlier is seen along its row.
  private var roundTable: ReportTable? {
    let rounds = Set(measured.flatMap { $0.entry.repetitions.map(\.repetition) }).sorted()
    guard rounds.count > 1 else { return nil }
    let hasProduced = measured.contains { Metric.producedMb.hasSamples($0.entry) }
    let metric = hasProduced ? Metric.producedMb : .consumedMb
    var table = ReportTable(
      ["\(metric.title), repetition"] + rounds.map { "\($0)" },
      caption: "All figures of a repetition are in `results.csv`.")
    var isPartial = false
    for (name, entry) in measured {
      let cells = rounds.map { round -> String in
        guard let one = entry.repetitions.first(where: { $0.repetition == round }) else {
          return ""
        }
        isPartial = isPartial || one.isPartial
        return (metric.value(one).map(Numbers.readable) ?? "–")
          + (one.isPartial ? " (partial)" : "")
      }
      table.row([ReportText.code(name)] + cells)
    }
    if isPartial { table.footnotes = ["(partial) ended early."] }
    return table.droppingEmptyColumns()
  }

  /// User and system time apart, and what else no other table has.
  private var costTable: ReportTable? {
    ComparisonTable(metrics: Metric.costs).table(heading: "Costs", rows: measured)
  }

  /// What each of several brokers used.
  private var brokerTable: ReportTable? {
    var table = ReportTable([
      "Repetition, broker", "CPU s", "user s", "system s", "MiB", "most MiB",
    ])
    func mib(_ bytes: Int64?) -> String {
      bytes.map { Numbers.fixed(Double($0) / 1_048_576, 1) } ?? ""
    }
    for (_, entry) in measured {
      for repetition in entry.repetitions {
        for broker in repetition.brokers ?? [] {
          let process = "process \(broker.pid)" + (broker.program.map { " (\($0))" } ?? "")
          let name = "\(name(repetition, entry)), \(process)"
          guard let usage = broker.usage else {
            table.row([name, "it ended", "", "", "", ""])
            continue
          }
          let cpu = CpuText(usage)
          table.row([
            name, cpu.all, cpu.user, cpu.system, mib(usage.residentBytes),
            mib(usage.residentPeakBytes),
          ])
        }
      }
    }
    return table.isEmpty ? nil : table
  }

  /// What each consumer group did in each repetition.
  private var groupRoundTable: ReportTable? {
    guard measured.contains(where: { $0.entry.repetitions.count > 1 }) else { return nil }
    var table = ReportTable(
      [
        "Repetition, group", "records/s", "busiest member %", "least busy %", "most lag",
        "lag at the end", "rebalances", "redelivered", "lost",
      ], caption: "Consumer groups; lag in records.")
    func percent(_ share: Double?) -> String { share.map { Numbers.fixed($0 * 100, 1) } ?? "" }
    for (_, entry) in measured {
      for repetition in entry.repetitions {
        for group in repetition.groups ?? [] {
          table.row([
            "\(name(repetition, entry)), group \(group.group)",
            group.consumed.recordsPerS(over: repetition.durationS).map(Numbers.readable) ?? "",
            percent(group.busiestShare), percent(group.leastBusyShare),
            group.peakLagRecords.map { Numbers.grouped($0) } ?? "",
            group.lastLagRecords.map { Numbers.grouped($0) } ?? "",
            Numbers.grouped(group.rebalances), Numbers.grouped(group.redelivered),
            group.verification.map { Numbers.grouped($0.lost) } ?? "",
          ])
        }
      }
    }
    return table.isEmpty ? nil : table
  }

  private func notes(_ repetition: RepetitionResult, of entry: CaseResult) -> [String] {
    var notes: [String] = []
    let name = name(repetition, entry)
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
