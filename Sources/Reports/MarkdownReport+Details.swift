import LoadModel
import Statistics

extension MarkdownReport {
  var whatWasRun: String {
    var table = MarkdownTable(["Setting", "Value", ""], leftColumns: 3)
    for entry in run.configuration.entries where !entry.isDefault {
      table.row([entry.name, "`\(entry.values.joined(separator: ", "))`", ""])
    }
    for entry in run.configuration.entries where entry.isDefault && !entry.values.isEmpty {
      table.row([entry.name, "`\(entry.values.joined(separator: ", "))`", "default"])
    }
    var text = "## What was run\n\n"
    if !run.environment.commandLine.isEmpty {
      text += "    \(oneLine(run.environment.commandLine.joined(separator: " ")))\n\n"
    }
    if let file = run.configuration.file { text += "Scenario file `\(file)`. " }
    text += "Seed \(run.configuration.seed).\n\n"
    return text + (table.isEmpty ? "" : table.text)
  }

  var environmentSection: String {
    let machine = run.environment
    var table = MarkdownTable(["Environment", "Value"], leftColumns: 2)
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { table.row([name, value]) }
    }
    func gib(_ bytes: Int64?) -> String? {
      bytes.map { "\(Numbers.fixed(Double($0) / 1_073_741_824, 1)) GiB" }
    }
    add("CPU", machine.cpuModel)
    add("CPUs", machine.cpuCount.map { "\($0)" })
    add("CPU governor", machine.cpuGovernor)
    add("Memory", gib(machine.memoryBytes))
    add("Operating system", machine.operatingSystem)
    add("Kernel", machine.kernel)
    add("Log directory", machine.dataDirectory)
    add("File system", machine.fileSystem)
    add("Free there", gib(machine.freeDiskBytes))
    add("Load average at the start", machine.loadAverage.map { Numbers.fixed($0, 2) })
    add("Host", machine.hostName)
    add("Brokers", "\(run.target.brokerCount)")
    add("Bootstrap", run.target.bootstrap.joined(separator: ", "))
    add("Cluster id", run.target.clusterId)
    add("Fetch path", run.target.fetchPath)
    add("Weir", run.weirVersion)
    add("Build", machine.buildConfiguration)
    add("Revision", machine.gitRevision)
    add("Swift", machine.swiftVersion)
    return "## Environment\n\n" + table.text
  }

  var detailSections: String {
    let sections = run.cases.filter { !$0.repetitions.isEmpty }.map(details)
    return sections.isEmpty ? "" : "## Each case\n\n" + sections.joined(separator: "\n")
  }

  private func details(_ entry: CaseResult) -> String {
    var text = "### `\(entry.label)`\n\n"
    text += repetitionTable(entry)
    if let latencies = latencyTable(entry) { text += "\n" + latencies }
    let notes = entry.repetitions.flatMap(notes)
    if !notes.isEmpty { text += "\n" + notes.joined(separator: "\n") + "\n" }
    return text
  }

  private func repetitionTable(_ entry: CaseResult) -> String {
    var table = MarkdownTable([
      "Repetition", "s", "produced", "MB/s", "consumed", "MB/s", "requests", "batch B", "ratio",
      "broker CPU user+sys s", "client CPU user+sys s", "broker MiB", "errors",
    ])
    func cpu(_ usage: ProcessUsage?) -> String {
      usage.map { "\(Numbers.fixed($0.userCpuS, 2))+\(Numbers.fixed($0.systemCpuS, 2))" } ?? ""
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
        cpu(repetition.broker), cpu(repetition.client), number(figures.brokerResidentMib),
        repetition.errorCount == 0 ? "" : Numbers.grouped(repetition.errorCount),
      ])
    }
    return table.droppingEmptyColumns().text
  }

  /// All repetitions of the case in one histogram each: percentiles are never averaged.
  private func latencyTable(_ entry: CaseResult) -> String? {
    let kinds: [(String, (RepetitionResult) -> HistogramData?)] = [
      ("produce", { $0.produceLatency }), ("produce, service time", { $0.serviceTime }),
      ("schedule lag", { $0.scheduleLag }), ("end to end", { $0.endToEndLatency }),
      ("fetch", { $0.fetchLatency }),
    ]
    var table = MarkdownTable([
      "Latency, ms", "samples", "min", "mean", "p50", "p90", "p99", "p99.9", "p99.99", "max",
    ])
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
    return table.isEmpty ? nil : table.text
  }

  private func notes(_ repetition: RepetitionResult) -> [String] {
    var notes: [String] = []
    let name = "Repetition \(repetition.repetition)"
    if let failure = repetition.failure { notes.append("- \(name): \(oneLine(failure)).") }
    for error in repetition.errors {
      notes.append("- \(name): \(Numbers.grouped(error.count)) × \(oneLine(error.name)).")
    }
    if let verification = repetition.verification, !verification.isSound {
      notes.append(
        "- \(name): of \(Numbers.grouped(verification.acked)) acked records"
          + " \(Numbers.grouped(verification.lost)) lost,"
          + " \(Numbers.grouped(verification.duplicated)) duplicated,"
          + " \(Numbers.grouped(verification.reordered)) reordered,"
          + " \(Numbers.grouped(verification.corrupted)) corrupted,"
          + " \(Numbers.grouped(verification.wrongPartition)) in another partition.")
      notes += verification.firstLost.map { "  - lost: \(oneLine($0))." }
    }
    return notes
  }

  var howToRead: String {
    let isOpen = run.cases.contains { $0.workload.rate.isOpenLoop }
    let isClosed = run.cases.contains { !$0.workload.rate.isOpenLoop }
    var lines = [
      "- MB are 10^6 bytes of uncompressed keys and values; GB are 10^9. Warm-up is not counted.",
      "- CPU is told per GB produced (consumed, where nothing is produced): user and system apart,"
        + " because the system's share swings with the state of the page cache.",
      "- Latency percentiles of a case are those of all its repetitions' records together.",
      "- An empty cell: not applicable, or the target cannot tell.",
    ]
    if isClosed {
      lines.append(
        "- Closed loop (`rate=max`): as fast as acks return. It measures capacity; latency is from"
          + " the append, and mostly says how full the producer's buffer was.")
    }
    if isOpen {
      lines.append(
        "- Open loop (a fixed rate): latency is from the time at which a record was due, however"
          + " late it was sent. Service time is from the send.")
    }
    lines.append(
      "- Everything here is made from `run.json`; `weir report DIR` makes it again.")
    return "## How to read it\n\n" + lines.joined(separator: "\n") + "\n"
  }
}
