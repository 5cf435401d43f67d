import LoadModel
import Statistics

extension FailoverSection {
  /// A row a fault and level.
  var table: ReportTable {
    var table = ReportTable(
      [
        "fault", "level", "faults", "first acknowledgement of a new leader, s", "silence, s",
        "produce p99 before / during / after, ms", "records lost of those acked", "stored twice",
        "full ISR, s",
      ],
      caption: "What a fault costs: medians, with the range of all faults.", leftColumns: 2)
    var marks: [FigureMark] = []
    for fault in faults {
      for level in levels {
        guard let point = point(level, fault) else { continue }
        let found = point.isPartial ? FigureMark.besideIntervals(point) : []
        marks += found
        table.row([
          fault, level + FigureMark.suffix(found), "\(count(level, fault))",
          times(level, fault, FailoverFigures.firstAck) ?? "", silence(level, fault) ?? "",
          windows(level, fault, "p99"), losses(level, fault),
          Numbers.grouped(samples(level, fault, FaultFigures.duplicated).reduce(0, +)),
          isr(level, fault),
        ])
      }
    }
    table.footnotes = FigureMark.footnotes(marks)
    return table.droppingEmptyColumns()
  }

  /// `4.1 / 8,900 / 4.3`
  private func windows(_ level: String, _ fault: String, _ percentile: String) -> String {
    let values = FailoverFigures.windows.map { latency(level, fault, $0, percentile) }
    guard values.contains(where: { $0 != nil }) else { return "" }
    return values.map { $0.map(Numbers.readable) ?? "–" }.joined(separator: " / ")
  }

  /// `12 of 64,000`, and those that could not be verified.
  func losses(_ level: String, _ fault: String) -> String {
    let acked = samples(level, fault, FaultFigures.acked).reduce(0, +)
    let lost = samples(level, fault, FaultFigures.lost).reduce(0, +)
    let unverified = samples(level, fault, FaultFigures.unverified).reduce(0, +)
    let text = "\(Numbers.grouped(lost)) of \(Numbers.grouped(acked))"
    return unverified > 0 ? "\(text), \(Numbers.grouped(unverified)) not verified" : text
  }

  private func isr(_ level: String, _ fault: String) -> String {
    let short = samples(level, fault, FailoverFigures.shortIsr).count
    let text = times(level, fault, FailoverFigures.fullIsr)
    guard short > 0 else { return text ?? "" }
    let rest = "\(short) × not before the end"
    return text.map { "\($0); \(rest)" } ?? rest
  }

  // MARK: Folded tables

  var latencyTable: ReportTable {
    let percentiles = ["p50", "p99", "max"]
    let columns = FailoverFigures.windows.flatMap { window in
      percentiles.map { (window, $0) }
    }
    var table = ReportTable(
      ["fault", "level"] + columns.map { "\($0.0) \($0.1), ms" }, leftColumns: 2)
    for fault in faults {
      for level in levels where point(level, fault) != nil {
        let cells = columns.map { window, percentile in
          latency(level, fault, window, percentile).map(Numbers.readable) ?? ""
        }
        if cells.contains(where: { !$0.isEmpty }) { table.row([fault, level] + cells) }
      }
    }
    return table.droppingEmptyColumns()
  }

  /// Every value, in the order of measuring.
  var faultTable: ReportTable {
    let columns = [
      (FailoverFigures.firstAck, "first acknowledgement, s"),
      (FaultFigures.silence, "silence, s"),
      (FaultFigures.openSilence, "silence, s, at least"),
      (FailoverFigures.fullIsr, "full ISR, s"), (FaultFigures.lost, "lost"),
      (FaultFigures.duplicated, "stored twice"),
    ]
    var table = ReportTable(["fault", "level"] + columns.map(\.1), leftColumns: 2)
    for fault in faults {
      for level in levels where point(level, fault) != nil {
        table.row(
          [fault, level]
            + columns.map {
              samples(level, fault, $0.0).map(Numbers.readable).joined(separator: "; ")
            })
      }
    }
    return table.droppingEmptyColumns()
  }

  /// A group of bars a fault, a bar a level.
  var silencePlot: Plot? {
    let groups = faults.compactMap { fault -> BarPlot.Group? in
      let bars = levels.enumerated().compactMap { index, level in
        BarPlot.Bar(series: index, samples: samples(level, fault, FaultFigures.silence))
      }
      return bars.isEmpty ? nil : BarPlot.Group(fault, bars: bars)
    }
    guard !groups.isEmpty else { return nil }
    return Plot(
      name: "failover-silence", title: "Time without an acknowledgement of a partition",
      note: "Medians, ranges and each fault.",
      content: .bars(BarPlot(axis: PlotAxis("s"), series: levels, groups: groups)))
  }
}
