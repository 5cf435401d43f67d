import LoadModel

/// What happened to the cluster, on the time axis of plots.
extension RunReport {
  /// More marks than these hide the lines; the sentence of each repetition names them all.
  private static let mostMarks = 12
  /// Leaders that move within this time have one mark, in seconds.
  private static let togetherS = 0.5

  /// Nodes that were lost and came back, and leaders that moved, in the window of some cases.
  func eventMarks(_ cases: [CaseResult]) -> [LinePlot.Reference] {
    let repetitions = cases.flatMap { entry in entry.repetitions.map { (entry, $0) } }
    var marks: [LinePlot.Reference] = []
    for (entry, repetition) in repetitions {
      guard let events = repetition.events else { continue }
      var whose = cases.count > 1 ? "\(ReportText.oneLine(entry.label)), " : ""
      if entry.repetitions.count > 1 { whose += "repetition \(repetition.repetition), " }
      for (what, seconds) in Self.moments(events)
      where seconds >= 0 && seconds <= repetition.durationS {
        marks.append(LinePlot.Reference(whose + what, value: seconds, on: .x))
      }
    }
    return Array(marks.sorted { $0.value < $1.value }.prefix(Self.mostMarks))
  }

  private static func moments(_ events: RunEvents) -> [(what: String, seconds: Double)] {
    var found: [(String, Double)] = []
    for loss in events.nodeLosses {
      found.append(("node \(loss.node) lost", loss.lostS))
      if let back = loss.backS { found.append(("node \(loss.node) back", back)) }
    }
    var moved: [(seconds: Double, count: Int)] = []
    for change in events.leaderChanges {
      if let last = moved.last, change.atS - last.seconds < togetherS {
        moved[moved.count - 1].count += 1
      } else {
        moved.append((change.atS, 1))
      }
    }
    for (seconds, count) in moved {
      found.append((count == 1 ? "a leader moved" : "\(count) leaders moved", seconds))
    }
    return found
  }
}
