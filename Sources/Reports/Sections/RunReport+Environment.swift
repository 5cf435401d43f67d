import LoadModel

extension RunReport {
  var configurationSection: ReportSection? {
    var table = ReportTable(["Setting", "Value", ""], leftColumns: 3)
    func value(_ entry: EffectiveConfiguration.Entry) -> String {
      ReportText.code(entry.values.joined(separator: ", "))
    }
    for entry in run.configuration.entries where !entry.isDefault {
      table.row([entry.name, value(entry), ""])
    }
    for entry in run.configuration.entries where entry.isDefault && !entry.values.isEmpty {
      table.row([entry.name, value(entry), "default"])
    }
    var section = ReportSection(title: "What was run", tables: [table])
    if !run.environment.commandLine.isEmpty {
      section.paragraphs.append(ReportText.code(run.environment.commandLine.joined(separator: " ")))
    }
    var source = "Seed \(run.configuration.seed)."
    if let file = run.configuration.file {
      source = "Scenario file \(ReportText.code(file)). " + source
    }
    section.paragraphs.append(source)
    return section
  }

  var environmentSection: ReportSection? {
    let machine = run.environment
    var table = ReportTable(["Environment", "Value"], leftColumns: 2)
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { table.row([name, value]) }
    }
    func gib(_ bytes: Int64?) -> String? {
      bytes.map { "\(Numbers.fixed(Double($0) / 1_073_741_824, 1)) GiB" }
    }
    add("CPU", machine.cpuModel)
    add("CPUs", machine.cpuCount.map { "\($0)" })
    add("CPU governor", machine.cpuGovernor ?? "not told")
    add("Virtual machine", machine.isVirtualMachine.map { $0 ? "yes" : "no" })
    add(
      "Processor time that others had, during the run",
      machine.stolenShare.map { "\(Numbers.fixed($0 * 100, 1)) %" })
    add("Memory", gib(machine.memoryBytes))
    add("Memory available at the start", gib(machine.availableMemoryBytes))
    add("Operating system", machine.operatingSystem)
    add("Kernel", machine.kernel)
    add("Log directory", machine.dataDirectory)
    add("File system", machine.fileSystem)
    add("Mounted with", machine.mountOptions)
    add("Free there", gib(machine.freeDiskBytes))
    add("Load average at the start", machine.loadAverage.map { Numbers.fixed($0, 2) })
    add("Host", machine.hostName)
    add("Brokers", "\(run.target.brokerCount)")
    add("Bootstrap", run.target.bootstrap.joined(separator: ", "))
    add("Cluster id", run.target.clusterId)
    add("Broker version", run.target.version ?? "not told")
    add("Fetch path", run.target.fetchPath)
    add("Weir", run.weirVersion)
    add("Build", machine.buildConfiguration)
    add("Revision", machine.gitRevision ?? "not told")
    add("Swift", machine.swiftVersion)
    add("C library", machine.cLibrary)
    return ReportSection(title: "Environment", tables: [table])
  }

  var howToRead: ReportSection {
    let isOpen = run.cases.contains { $0.workload.rate.isOpenLoop }
    let isClosed = run.cases.contains { !$0.workload.rate.isOpenLoop }
    var lines = [
      "MB are 10^6 bytes of uncompressed keys and values; GB are 10^9. Warm-up is not counted.",
      "CPU is told per GB produced (consumed, where nothing is produced): user and system apart,"
        + " because the system's share swings with the state of the page cache.",
      "A figure of a case, percentiles included, is the median of its repetitions' own, with their"
        + " range beside it; `weir compare` and `weir check` compare the same medians. A"
        + " repetition's percentile is that of all its records.",
      "The kernel knows CPU time in all exactly, and user and system time in steps of some"
        + " milliseconds: they are printed with no more digits than those give.",
      "An empty cell: not applicable, or the target cannot tell.",
    ]
    if isClosed {
      lines.append(
        "Closed loop (`rate=max`): as fast as acks return. It measures capacity; latency is from"
          + " the append, and mostly says how full the producer's buffer was.")
    }
    if isOpen {
      lines.append(
        "Open loop (a fixed rate): latency is from the time at which a record was due, however"
          + " late it was sent. Service time is from the send.")
    }
    lines.append(
      "Everything here is made from `run.json`; `weir report DIR` makes it again. Beside it:"
        + " `results.csv`, `timeseries.csv`, the plots as SVG, the histograms as `.hlog`.")
    return ReportSection(title: "How to read it", points: lines)
  }
}
