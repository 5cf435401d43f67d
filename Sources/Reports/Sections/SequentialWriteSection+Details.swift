import LoadModel
import Statistics

/// What is folded: figures of the other cases, the order of writes, the long run, the method.
extension SequentialWriteSection {
  var settingPart: ReportSection? {
    guard let last else { return nil }
    var table = ReportTable(
      ["Case", "raw writes MB/s", "\(last.rawValue) MB/s", "\(last.rawValue) CPU s/GB"])
    var points: [StudyPoint] = []
    for entry in settings {
      guard let own = point(entry.name, last) else { continue }
      let raw = last.isRaw ? nil : point(entry.name, .reference)
      points += [raw, own].compactMap { $0 }
      table.row([
        ReportText.code(entry.name) + FigureMark.suffix(FigureMark.besideIntervals(own)),
        RoundsReading(raw?.figure("throughput"))?.text() ?? "",
        RoundsReading(own.figure("throughput"))?.text() ?? "",
        RoundsReading(own.figure("cpu"))?.text() ?? "",
      ])
    }
    guard !table.rows.isEmpty else { return nil }
    table.footnotes = footnotes(table, points)
    return ReportSection(
      title: "Other settings", paragraphs: ["Each differs from the first case in one setting."],
      tables: [table.droppingEmptyColumns()], isFolded: true)
  }

  var orderPart: ReportSection? {
    let names = study.points.filter { $0.label("step") == WriteStep.rawRewrite.rawValue }
      .compactMap { $0.label("case") }.filter { point($0, .rawRandom) != nil }
    guard !names.isEmpty else { return nil }
    var table = ReportTable(
      [
        "Case", "in sequence, to the disk", "at random, to the disk", "in sequence, without sync",
        "at random, without sync",
      ], caption: "MB/s")
    for name in names {
      table.row(
        [ReportText.code(name)]
          + [
            (WriteStep.rawRewrite, "to the disk"), (.rawRandom, "to the disk"),
            (.rawRewrite, "throughput"), (.rawRandom, "throughput"),
          ].map { reading(name, $0, $1)?.text() ?? "" })
    }
    return ReportSection(
      title: "In sequence and at random",
      paragraphs: [
        "The batches overwrite a file that is on the disk: once one behind the other, once in"
          + " random order at places spread over all of it, no two side by side. Each pass ends"
          + " with a sync, which the first two columns include. Disks that must seek differ more."
      ],
      tables: [table.droppingEmptyColumns()], isFolded: true)
  }

  private var longPoints: [StudyPoint] {
    study.points.filter { $0.label("case") == "write-back" }
  }

  var writeBackPart: ReportSection? {
    let points = longPoints
    guard !points.isEmpty else { return nil }
    var table = ReportTable([
      "Step", "MB written", "into memory MB/s", "beside write-back MB/s", "write-back after s",
      "most that waited MB", "sync s",
    ])
    for point in points {
      func cell(_ name: String, by divisor: Double = 1) -> String {
        RoundsReading(point.figure(name))?.plain(by: divisor) ?? ""
      }
      table.row([
        point.label("step") ?? "", cell("bytes", by: 1e6), cell("in memory"), cell("write-back"),
        cell("background at"), cell("peak waiting", by: 1e6), cell("sync"),
      ])
    }
    return ReportSection(
      title: "Memory and write-back",
      paragraphs: [
        "A log without retention is written, in memory that may have been cold, and then synced,"
          + " while Dirty and Writeback of `/proc/meminfo` are sampled. Above the kernel's"
          + " background threshold it writes back beside the writes, and slows them down."
      ],
      tables: [table.droppingEmptyColumns()], isFolded: true)
  }

  var writeBackPlots: [Plot] {
    let points = longPoints
    func series(_ name: String, by divisor: Double) -> [LinePlot.Series] {
      points.compactMap { point in
        guard let times = point.figure("seconds")?.samples,
          let values = point.figure(name)?.samples, values.count > 1
        else { return nil }
        let line = zip(times, values).map { PlotPoint(x: $0, y: $1 / divisor) }
        return LinePlot.Series(point.label("step") ?? "", points: line, style: .curve)
      }
    }
    let rates = series("rate", by: 1)
    let waiting = series("waiting", by: 1e6)
    guard !rates.isEmpty else { return [] }
    let levels = [("background threshold", "background"), ("dirty limit", "limit")].compactMap {
      name, title in
      points.first?.figure(name)?.median.map { LinePlot.Reference(title, value: $0 / 1e6) }
    }
    return [
      Plot(
        name: "sequential-write-long-rate", title: "A growing log: rate until the sync, one round",
        content: .lines(LinePlot(x: PlotAxis("seconds"), y: PlotAxis("MB/s"), series: rates))),
      Plot(
        name: "sequential-write-long-waiting",
        title: "A growing log: what waits for the disk on the whole machine",
        content: .lines(
          LinePlot(
            x: PlotAxis("seconds"), y: PlotAxis("MB"), series: waiting, references: levels))),
    ]
  }

  var methodPart: ReportSection? {
    var lines = [
      "Every step of a case writes the same batches and the same volume of them, on one thread or"
        + " over one connection with up to five requests under way, to one partition with acks=1."
        + " The steps take turns; a first round does not count. Figures are trimmed means of the"
        + " rounds with 95 % intervals; ratios are those of pairs of one round. A difference is"
        + " claimed where Holm's correction over all comparisons leaves less than 5 % for chance,"
        + " and from 5 % on. MB and GB are of whole batches."
    ]
    guard study.points.contains(where: { $0.label("step") != WriteStep.cluster.rawValue }) else {
      return ReportSection(title: "How it was measured", paragraphs: lines, isFolded: true)
    }
    lines.append(
      "All steps make, allocate and delete their segments alike, on a thread for the disk. Before"
        + " the clock a bounded log is filled until it deletes; for a growing one a scratch file of"
        + " its size is written and deleted. Then the data are deleted and the file system is"
        + " synced. What is in memory when a step ends is not forced to the disk, unless a flush"
        + " policy or a column says so. CPU is that of the writing thread and of the thread for the"
        + " disk, or of the broker; cores in use include the sender, and no write-back of the"
        + " kernel.")
    if isCluster {
      lines.append(
        "Raw writes and our own layers are this machine's; the cluster's disk may be"
          + " another.")
    }
    return ReportSection(title: "How it was measured", paragraphs: lines, isFolded: true)
  }
}
