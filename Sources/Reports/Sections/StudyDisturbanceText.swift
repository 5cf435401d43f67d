import LoadModel

/// What happened to the cluster while a suite ran, as one line of its answer.
enum StudyDisturbanceText {
  /// More turns than these are counted, not named.
  private static let mostTurns = 3

  /// `The cluster changed during the run: node 1 was down from 15.1 s to 23.2 s of range,
  /// repetition 1.`; nil where nothing happened.
  static func line(_ study: Study) -> String? {
    let found = study.disturbances ?? []
    guard !found.isEmpty else { return nil }
    var parts = found.prefix(mostTurns).map(text)
    if found.count > mostTurns {
      let more = found.count - mostTurns
      parts.append("and in \(more) more turn\(more == 1 ? "" : "s") (see the notes)")
    }
    return "The cluster changed during the run: \(parts.joined(separator: "; "))."
  }

  private static func text(_ one: StudyDisturbance) -> String {
    var parts = (one.missingNodes ?? []).prefix(4).map { "node \($0) was missing from the start" }
    parts += one.events.nodeLosses.prefix(4).map { loss in
      let until = loss.backS.map { "to \(seconds($0))" } ?? "to the end"
      return "node \(loss.node) was down from \(seconds(loss.lostS)) \(until)"
    }
    if one.events.nodeLosses.count > 4 {
      parts.append("\(one.events.nodeLosses.count - 4) more losses of nodes")
    }
    let moves = one.events.leaderChangeCount
    if moves > 0 { parts.append("\(moves) leader\(moves == 1 ? "" : "s") moved") }
    let which =
      one.repetition > 0 ? "repetition \(one.repetition)" : "the round that does not count"
    return "\(parts.joined(separator: ", ")), in \(ReportText.code(one.turn)), \(which)"
  }

  private static func seconds(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "an unknown time" }
    return "\(Numbers.fixed(value, 1)) s"
  }
}
