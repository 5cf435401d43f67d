import LoadModel
import Statistics

extension AcksSection {
  // MARK: The main table

  /// A row a level: what it costs, what it loses.
  var table: ReportTable {
    var table = ReportTable(
      [
        "level", "capacity, records/s", "produce p99 at \(Self.mainLoad) %, ms",
        "brokers' CPU, s/GB", "client's bytes a record", "records lost of those acked",
        "kills that lost (at most, 95 %)", "stored twice: idempotence off / on",
        "silence, s: median (max)",
      ],
      caption: "What a level costs, and what it loses when a broker is killed.")
    var marks: [FigureMark] = []
    for level in levels {
      let load = Self.load(study, level, percent: Self.mainLoad)
      let found = load.map(FigureMark.besideIntervals) ?? []
      marks += found
      let kills = kills(level)
      table.row([
        level, capacityText(level) ?? "",
        cell(load, "produce p99").map { $0 + FigureMark.suffix(found) } ?? "",
        cell(load, AcksFigures.brokerCpu) ?? "", wire(load),
        kills.count > 0 ? kills.lostText : "", kills.losingText, duplicates(level),
        kills.silenceText,
      ])
    }
    table.footnotes = FigureMark.footnotes(marks)
    return table.droppingEmptyColumns()
  }

  private func cell(_ point: StudyPoint?, _ figure: String) -> String? {
    guard let samples = point?.figure(figure)?.samples, !samples.isEmpty else { return nil }
    return IntervalText.cell(samples)
  }

  /// `1,130 sent, 1,120 received`
  private func wire(_ point: StudyPoint?) -> String {
    let parts = [(AcksFigures.clientSent, "sent"), (AcksFigures.clientReceived, "received")]
    return parts.compactMap { figure, word in
      point?.figure(figure)?.median.map { "\(Numbers.readable($0)) \(word)" }
    }.joined(separator: ", ")
  }

  /// `12 / 0`; without idempotence alone where the level allows no other.
  private func duplicates(_ level: String) -> String {
    let texts = ["off", "on"].map { mode -> String in
      let kills = kills(level, idempotence: mode)
      return kills.count > 0 ? Numbers.grouped(kills.sum(FaultFigures.duplicated)) : "–"
    }
    return texts.allSatisfy { $0 == "–" } ? "" : texts.joined(separator: " / ")
  }

  // MARK: Folded tables

  /// Latency, and what brokers used, at each load: means, whose intervals the plot has.
  var loadTables: [ReportTable] {
    let columns = [
      ("produce p50", "produce p50, ms"), ("produce p99", "p99"), ("produce p99.9", "p99.9"),
      ("end to end p50", "end to end p50, ms"), ("end to end p99", "p99"),
      (AcksFigures.clientCpu, "clients' CPU, s/GB"),
      (AcksFigures.brokerSent, "broker sent, B/record"),
      (AcksFigures.brokerReceived, "broker received, B/record"),
    ]
    var table = ReportTable(
      ["level", "load"] + columns.map(\.1) + ["CPU of each broker, s/GB"], leftColumns: 2)
    var marks: [FigureMark] = []
    for percent in AcksSettings.loads {
      for level in levels {
        guard let point = Self.load(study, level, percent: percent) else { continue }
        let found = FigureMark.besideIntervals(point)
        marks += found
        table.row(
          [level, AcksFigures.loadText(percent) + FigureMark.suffix(found)]
            + columns.map { RoundsReading(point.figure($0.0))?.plain() ?? "" } + [cpus(point)])
      }
    }
    table.footnotes = FigureMark.footnotes(marks)
    return table.isEmpty ? [] : [table.droppingEmptyColumns()]
  }

  /// `1.90 / 2.05 / 1.88`; empty where the brokers are not known one by one.
  private func cpus(_ point: StudyPoint) -> String {
    var texts: [String] = []
    while let reading = RoundsReading(point.figure(AcksFigures.cpu(ofBroker: texts.count + 1))) {
      texts.append(reading.plain())
    }
    return texts.joined(separator: " / ")
  }

  /// A row a level and kind of broker, with the silence of each kill.
  var killTable: ReportTable {
    var table = ReportTable(
      [
        "level", "killed", "kills", "acked", "lost", "kills that lost", "not verified",
        "silence of each kill, s",
      ], leftColumns: 2)
    for level in levels {
      for hit in [AcksFigures.leader, AcksFigures.controller] {
        let kills = kills(level, hit: hit)
        guard kills.count > 0 else { continue }
        let unverified = kills.sum(FaultFigures.unverified)
        table.row([
          level, hit, "\(kills.count)", Numbers.grouped(kills.sum(FaultFigures.acked)),
          Numbers.grouped(kills.sum(FaultFigures.lost)), "\(kills.losing)",
          unverified > 0 ? Numbers.grouped(unverified) : "", silences(kills),
        ])
      }
    }
    return table.droppingEmptyColumns()
  }

  /// All of them: of producers without idempotence first.
  private func silences(_ kills: AcksKills) -> String {
    let open = kills.samples(FaultFigures.openSilence).map { "≥ \(Numbers.readable($0))" }
    return (kills.samples(FaultFigures.silence).map(Numbers.readable) + open)
      .joined(separator: "; ")
  }

  // MARK: Plots

  /// Latency against load, a line a level.
  var latencyPlot: Plot? {
    let series = levels.enumerated().compactMap { index, level -> LinePlot.Series? in
      let points = AcksSettings.loads.compactMap { percent -> PlotPoint? in
        RoundsReading(Self.load(study, level, percent: percent)?.figure("produce p99"))?
          .point(x: Double(percent))
      }
      return points.isEmpty ? nil : LinePlot.Series(level, points: points, look: index)
    }
    guard !series.isEmpty else { return nil }
    return Plot(
      name: "acks-latency", title: "Produce p99 by load",
      note: "Means of the rounds with 95 % intervals.",
      content: .lines(
        LinePlot(
          x: PlotAxis("% of the slowest level's capacity", includesZero: false),
          y: PlotAxis("ms", scale: .automatic), series: series)))
  }

  /// Each kill's silence, a group a level.
  var silencePlot: Plot? {
    let kinds = [AcksFigures.leader, AcksFigures.controller]
    let groups = levels.compactMap { level -> BarPlot.Group? in
      let bars = kinds.enumerated().compactMap { index, hit in
        BarPlot.Bar(
          series: index, samples: kills(level, hit: hit).samples(FaultFigures.silence))
      }
      return bars.isEmpty ? nil : BarPlot.Group(level, bars: bars)
    }
    guard !groups.isEmpty else { return nil }
    return Plot(
      name: "acks-silence", title: "Time without an acknowledgement after a kill",
      note: "Medians, ranges and each kill.",
      content: .bars(
        BarPlot(
          axis: PlotAxis("s"), series: ["a leader", "the active controller"], groups: groups)))
  }
}
