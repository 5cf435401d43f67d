import LoadModel
import Statistics

/// Faults that were planted: a table, and their times on the axis of plots.
extension RunReport {
  /// More rows than these are left to run.json.
  private static let mostRows = 60
  /// More than these hide the lines.
  private static let mostSpans = 12

  private struct Row {
    var entry: CaseResult
    var repetition: RepetitionResult
    var record: FaultRecord
  }

  private var faultRows: [Row] {
    measured.flatMap { row in
      row.entry.repetitions.flatMap { repetition in
        (repetition.faults ?? []).map {
          Row(entry: row.entry, repetition: repetition, record: $0)
        }
      }
    }
  }

  var faultSection: ReportSection? {
    let rows = faultRows
    guard !rows.isEmpty else { return nil }
    var table = ReportTable(
      [
        "case", "repetition", "fault", "node", "controller", "at, s", "done, s", "undone, s",
        "silence, s", "first ack, s", "full ISR, s", "failure",
      ], leftColumns: 5,
      footnotes: [
        "Times are seconds after measuring began; silence, first ack and full ISR are lengths: from"
          + " the fault on, and full ISR from its undoing on."
      ])
    for row in rows.prefix(Self.mostRows) { table.row(cells(row)) }
    var section = ReportSection(title: "Planted faults", tables: [table.droppingEmptyColumns()])
    if rows.count > Self.mostRows {
      section.paragraphs = ["The first \(Self.mostRows) of \(rows.count); run.json has them all."]
    }
    if rows.contains(where: { $0.record.fault.action == .kill }) {
      section.paragraphs.append(
        "A kill is a SIGKILL: the process dies, and what it wrote is in the kernel's memory; it is"
          + " no loss of power.")
    }
    return section
  }

  private func cells(_ row: Row) -> [String] {
    let record = row.record
    func time(_ value: Double?) -> String { value.map { Numbers.fixed($0, 2) } ?? "" }
    let silence = time(record.silenceS)
    let isOpen = record.isSilenceOpen == true && !silence.isEmpty
    return [
      run.cases.count > 1 ? ReportText.oneLine(row.entry.label) : "",
      row.entry.repetitions.count > 1 ? "\(row.repetition.repetition)" : "",
      record.fault.actionText,
      record.node.map(String.init) ?? "",
      record.wasController.map { $0 ? "yes" : "no" } ?? "",
      time(record.startedS), time(record.doneS), time(record.undoneS),
      (isOpen ? "≥ " : "") + silence, time(record.firstAckS), time(record.fullIsrS),
      record.failure.map(ReportText.oneLine) ?? "",
    ]
  }

  // MARK: On plots

  /// Faults of some cases on the time axis: each with the phase from its beginning to its undoing.
  /// What the repetitions have in common is drawn once, from the first beginning to the last end.
  func faultSpans(_ cases: [CaseResult]) -> [LinePlot.Span] {
    var found: [(fault: Fault, nodes: Set<Int32>, from: Double, to: Double)] = []
    for entry in cases {
      for repetition in entry.repetitions {
        for record in repetition.faults ?? [] where record.doneS != nil {
          let from = min(max(record.startedS, 0), repetition.durationS)
          let isLasting = record.fault.action.undo != nil
          let end = record.undoneS ?? (isLasting ? repetition.durationS : from)
          let to = min(max(end, from), repetition.durationS)
          let nodes = Set([record.node].compactMap { $0 })
          if let place = found.firstIndex(where: { $0.fault == record.fault }) {
            found[place].from = min(found[place].from, from)
            found[place].to = max(found[place].to, to)
            found[place].nodes.formUnion(nodes)
          } else {
            found.append((record.fault, nodes, from, to))
          }
        }
      }
    }
    return found.sorted { $0.from < $1.from }.prefix(Self.mostSpans).map { entry in
      var name = entry.fault.actionText
      if case .node = entry.fault.target {
      } else if entry.nodes.count == 1, let node = entry.nodes.first {
        name += " (node \(node))"
      }
      return LinePlot.Span(name, from: entry.from, to: entry.to)
    }
  }
}
