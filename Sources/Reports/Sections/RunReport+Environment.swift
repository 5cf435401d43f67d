import LoadModel

extension RunReport {
  /// Every setting, those that were given first.
  var configurationSection: ReportSection? {
    func list(_ entries: [EffectiveConfiguration.Entry]) -> String {
      entries.map { ReportText.code("\($0.name)=\($0.values.joined(separator: ","))") }
        .joined(separator: " ")
    }
    let entries = run.configuration.entries.filter { !$0.values.isEmpty }
    let given = list(entries.filter { !$0.isDefault })
    let usual = list(entries.filter(\.isDefault))
    var section = ReportSection(title: "What was run")
    if !run.environment.commandLine.isEmpty {
      section.paragraphs.append(ReportText.code(run.environment.commandLine.joined(separator: " ")))
    }
    if let file = run.configuration.file {
      section.paragraphs.append("Scenario file: \(ReportText.code(file)).")
    }
    section.points = [
      given.isEmpty ? nil : "Set: \(given)", usual.isEmpty ? nil : "Defaults: \(usual)",
      "Seed: `\(run.configuration.seed)`",
    ].compactMap { $0 }
    return section
  }

  var environmentSection: ReportSection? {
    let machine = run.environment
    func gib(_ bytes: Int64?) -> String? {
      bytes.map { "\(Numbers.fixed(Double($0) / 1_073_741_824, 1)) GiB" }
    }
    func line(_ name: String, _ values: [String?]) -> String? {
      let known = values.compactMap { $0 }.filter { !$0.isEmpty }.map(ReportText.oneLine)
      return known.isEmpty ? nil : "\(name): \(known.joined(separator: ", "))"
    }
    return ReportSection(
      title: "Environment",
      points: [
        line(
          "CPU",
          [
            machine.cpuModel, machine.cpuCount.map { countText($0, "core") },
            machine.isVirtualMachine.map { $0 ? "virtual machine" : "no virtual machine" },
            "governor \(machine.cpuGovernor ?? "not known")",
            machine.loadAverage.map { "load average \(Numbers.fixed($0, 2)) at the start" },
            machine.stolenShare.map {
              "\(Numbers.fixed($0 * 100, 1)) % of the time used by other guests"
            },
          ]),
        line(
          "Memory",
          [
            gib(machine.memoryBytes),
            gib(machine.availableMemoryBytes).map { "\($0) available at the start" },
          ]),
        line(
          "Log",
          [
            machine.dataDirectory.map(ReportText.code), machine.fileSystem,
            machine.mountOptions.map(ReportText.code),
            gib(machine.freeDiskBytes).map { "\($0) free" },
          ]),
        line(
          "System",
          [machine.operatingSystem, machine.kernel, machine.cLibrary, machine.hostName]),
        line(
          "Target",
          [
            run.target.version ?? "version not known",
            run.target.bootstrap.joined(separator: ", "),
            run.target.clusterId.map { "cluster id \(ReportText.code($0))" },
            run.target.fetchPath.map { "fetches by \($0)" },
          ]),
        line(
          "Weir",
          [
            run.weirVersion, "revision \(machine.gitRevision ?? "not known")",
            machine.swiftVersion.map { "Swift \($0)" },
          ]),
      ].compactMap { $0 })
  }

  var howToRead: ReportSection {
    let isOpen = run.cases.contains { $0.workload.rate.isOpenLoop }
    let isClosed = run.cases.contains { !$0.workload.rate.isOpenLoop }
    var lines = [
      "MB are 10^6 bytes of uncompressed keys and values, GB 10^9. Warm-up is not counted."
    ]
    if !run.cases.isEmpty {
      lines += [
        "A figure of a case, percentiles included, is the median of its repetitions'; a"
          + " repetition's percentile is that of all its records.",
        "CPU counts brokers, clients and all other processes; s/GB is by the gigabyte produced"
          + " (consumed, where nothing is produced). User and system time have no more digits than"
          + " the kernel's steps give.",
      ]
    }
    if isClosed {
      lines.append(
        "Closed loop (`rate=max`): as fast as acks return. It measures capacity"
          + (isLatencyAsked
            ? "; its latency is from the append, the time in the producer's full buffer."
            : ". `--rate N` measures latency; `--latency always` reports the time in the"
              + " producer's full buffer."))
    }
    if isOpen {
      lines.append(
        "Open loop (a fixed rate): latency is from the time at which a record was due, service"
          + " time from the send.")
    }
    lines.append(
      "`weir report DIR` makes all files from `run.json`: `results.csv`, `timeseries.csv`, plots,"
        + " histograms (`.hlog`). An empty cell is not applicable, or not known.")
    return ReportSection(title: "How to read it", points: lines)
  }
}
