import LoadModel
import Statistics

/// What the suite `groups` found: pauses, redelivered records and latency, by event and assignor.
struct GroupsSection {
  private let study: Study
  /// The members' settings that were given.
  private let properties: [String: String]

  /// - Parameter properties: `--consumer-property`, by name.
  init(_ study: Study, properties: [String: String] = [:]) {
    self.study = study
    self.properties = properties
  }

  /// Of a pause that the window cut off: `partition pause, at least`.
  private static let open = ", at least"

  var section: ReportSection {
    var section = ReportSection(
      title: "Consumer groups that change", question: study.question, answer: answer,
      paragraphs: [method], points: study.notes)
    section.tables = [table]
    section.plots = [pausePlot, latencyPlot].compactMap { $0 }
    return section
  }

  private var method: String {
    let heartbeat = Self.time(Double(GroupChangesSettings.heartbeatMs(properties)))
    let session = Self.time(Double(GroupChangesSettings.sessionMs(properties)))
    return
      "How it was got: records come at a fixed rate, whatever the group does; after a quiet time"
      + " one member more joins, later one leaves (it commits and says so), later one crashes (its"
      + " connections end without a word, and nothing is committed). A pause is the longest time"
      + " without a record that the group had not had before, from the event to the next one: of"
      + " the whole group, of a member that stayed and had a partition (the least, the median and"
      + " the most of them), of one partition. The row `none` is the quiet time: what the load does"
      + " by itself. Each pause contains the time until the members hear of the change: by their"
      + " next heartbeat, one every \(heartbeat)"
      + " (`heartbeat.interval.ms`), and after a crash first by the session timeout of"
      + " \(session) (`session.timeout.ms`)."
      + " End-to-end latency is what the others saw: that of the records of those partitions whose"
      + " reader stayed the same from the beginning to the end of the stretch, from the time they"
      + " were due, without records that came again. Every record is verified."
  }

  // MARK: The answer

  private var assignors: [String] {
    study.points.compactMap { $0.label("assignor") }.reduce(into: []) { found, name in
      if !found.contains(name) { found.append(name) }
    }
  }

  private func point(_ assignor: String, _ event: String) -> StudyPoint? {
    study.points.first { $0.label("assignor") == assignor && $0.label("event") == event }
  }

  private func median(_ assignor: String, _ event: GroupEventKind, _ figure: String) -> Double? {
    guard let point = point(assignor, event.rawValue) else { return nil }
    // Of a pause that was cut off in some repetition nothing is claimed, nor of what came after it.
    let isCut = point.figure("partition pause" + Self.open) != nil
    return isCut && figure != "member pause" ? nil : point.figure(figure)?.median
  }

  private var answer: String {
    var sentences: [String] = []
    func each(_ text: (String) -> String?) -> String? {
      let parts = assignors.compactMap { name in
        text(name).map { "\($0) with \(ReportText.code(name))" }
      }
      return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
    func pause(_ event: GroupEventKind, _ figure: String) -> String? {
      each { median($0, event, figure).map(Self.time) }
    }
    if let joins = pause(.join, "member pause") {
      sentences.append(
        "When a member joins, one that stays reads nothing for \(joins)"
          + (pause(.join, "partition pause").map { "; a partition waits \($0)." } ?? "."))
    }
    if let leaves = pause(.leave, "partition pause") {
      sentences.append("When one leaves, a partition waits \(leaves).")
    }
    if let crashes = pause(.crash, "partition pause") {
      let again = each { name in
        median(name, .crash, "redelivered").map { "\(Numbers.grouped($0)) records" }
      }
      sentences.append(
        "When one crashes, its partitions wait \(crashes)"
          + (again.map { ", and the group receives again \($0)." } ?? "."))
    }
    if let quiet = each({ point($0, "none")?.figure("partition pause")?.median.map(Self.time) }),
      !sentences.isEmpty
    {
      sentences.append("Without an event, a partition waits \(quiet) at most.")
    }
    return sentences.joined(separator: " ")
  }

  private static func time(_ milliseconds: Double) -> String {
    milliseconds >= 1000
      ? "\(Numbers.fixed(milliseconds / 1000, 1)) s" : "\(Numbers.fixed(milliseconds, 0)) ms"
  }

  // MARK: Table and plots

  private static let columns: [(figure: String, title: String)] = [
    ("group pause", "whole group, ms"), ("member pause, least", "staying members: least, ms"),
    ("member pause, median", "median, ms"), ("member pause", "most, ms"),
    ("partition pause", "a partition, ms"), ("redelivered", "delivered again"),
    ("rebalances", "rebalances"), ("end to end p50", "end to end p50, ms"),
    ("end to end p99", "p99, ms"), ("end to end max", "max, ms"),
  ]

  private var table: ReportTable {
    var table = ReportTable(
      ["event", "assignor"] + Self.columns.map(\.title),
      caption: "The longest time without anything new, and what else an event brought; medians,"
        + " with the range of the repetitions. \(StudyReading.percentileNote)",
      leftColumns: 2)
    for event in ["none"] + GroupEventKind.allCases.map(\.rawValue) {
      for assignor in assignors {
        guard let point = point(assignor, event) else { continue }
        let cells = Self.columns.map { column -> String in
          [cell(point, column.figure), openCell(point, column.figure)].compactMap { $0 }
            .joined(separator: "; ")
        }
        table.row([event, assignor + (point.isPartial ? " [p]" : "")] + cells)
      }
    }
    if study.points.contains(where: \.isPartial) {
      table.footnotes = ["[p] fewer repetitions than were wanted"]
    }
    return table.droppingEmptyColumns()
  }

  private func cell(_ point: StudyPoint, _ figure: String) -> String? {
    guard let found = StudyReading(point, figure) else { return nil }
    let text = Numbers.readable(found.value)
    guard found.count ?? 1 > 1 else { return text }
    return "\(text) [\(Numbers.readable(found.low)), \(Numbers.readable(found.high))]"
  }

  private func openCell(_ point: StudyPoint, _ figure: String) -> String? {
    guard let summary = point.figure(figure + Self.open)?.summary else { return nil }
    return "at least \(Numbers.readable(summary.max)), not taken over within the window"
  }

  private var pausePlot: Plot? {
    bars(
      "groups-pauses", "The longest pause of a member that stayed, and of a partition",
      [("member", "member pause"), ("partition", "partition pause")],
      events: GroupEventKind.allCases.map(\.rawValue))
  }

  private var latencyPlot: Plot? {
    bars(
      "groups-latency", "End-to-end latency, p99, before and after each event",
      [("p99", "end to end p99")], events: ["none"] + GroupEventKind.allCases.map(\.rawValue))
  }

  /// A group of bars an event (and a kind of figure), a bar an assignor.
  private func bars(
    _ name: String, _ title: String, _ figures: [(name: String, figure: String)],
    events: [String]
  ) -> Plot? {
    let names = assignors
    let groups = events.flatMap { event in
      figures.compactMap { kind, figure -> BarPlot.Group? in
        let bars = names.enumerated().compactMap { index, assignor -> BarPlot.Bar? in
          point(assignor, event).flatMap { StudyReading($0, figure) }.map {
            BarPlot.Bar(series: index, value: $0.value, low: $0.low, high: $0.high)
          }
        }
        let label = figures.count > 1 ? "\(event): a \(kind)" : event
        return bars.isEmpty ? nil : BarPlot.Group(label, bars: bars)
      }
    }
    guard !groups.isEmpty else { return nil }
    return Plot(
      name: name, title: title,
      content: .bars(BarPlot(axis: PlotAxis("ms"), series: names, groups: groups)))
  }
}
