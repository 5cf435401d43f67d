import LoadModel
import Statistics

extension FailoverSection {
  /// At most five lines: deaths, the controller's apart, what moves or stops, links, losses.
  var answer: [String] {
    [
      death(.kill, "A broker is killed"), death(.controllerKill, "The active controller is killed"),
      silences, links, losses,
    ].compactMap { $0 }
  }

  private func each(_ text: (String) -> String?) -> String? {
    let parts = levels.compactMap { level in
      text(level).map { "\($0) with \(ReportText.code(level))" }
    }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private func death(_ kind: FailoverKind, _ words: String) -> String? {
    let first = each { level in
      times(level, kind.name, FailoverFigures.firstAck).map { "**\($0) s**" }
    }
    let silent = each { level in silence(level, kind.name).map { "**\($0) s**" } }
    let isr = each { level in times(level, kind.name, FailoverFigures.fullIsr).map { "\($0) s" } }
    let parts = [
      first.map { "a new leader acknowledges after \($0)" },
      silent.map { "a partition is silent for \($0)" },
      isr.map { "all replicas are in sync \($0) after the broker is back" },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : "\(words): \(parts.joined(separator: "; "))."
  }

  private var silences: String? {
    let parts = [FailoverKind.pause, .moveLeader].compactMap { kind -> String? in
      each { level in silence(level, kind.name).map { "\($0) s" } }
        .map { "after a \(kind.name) \($0)" }
    }
    return parts.isEmpty
      ? nil : "A partition is silent \(parts.joined(separator: "; "))."
  }

  private var links: String? {
    let cut = each { level in
      silence(level, FailoverKind.cutLink.name).map { "\($0) s" }
    }.map { "a cut silences a partition for \($0)" }
    let delay = each { level -> String? in
      let values = ["before", "during"].map {
        latency(level, FailoverKind.delayLink.name, $0, "p50")
      }
      guard let before = values[0], let during = values[1] else { return nil }
      return "\(Numbers.readable(during)) ms instead of \(Numbers.readable(before)) ms"
    }.map {
      "a delay of \(FailoverSettings.delayMs) ms each way makes produce p50 \($0)"
    }
    let parts = [cut, delay].compactMap { $0 }
    return parts.isEmpty ? nil : "Links: \(parts.joined(separator: "; "))."
  }

  /// By level, over all faults that can lose something.
  private var losses: String? {
    let parts = levels.map { level -> String in
      func sum(_ figure: String) -> Double {
        faults.reduce(0) { $0 + samples(level, $1, figure).reduce(0, +) }
      }
      let planted = faults.reduce(0) { $0 + count(level, $1) }
      let twice = sum(FaultFigures.duplicated)
      var text = "\(ReportText.code(level)) **\(Numbers.grouped(sum(FaultFigures.lost)))"
      text += " of \(Numbers.grouped(sum(FaultFigures.acked)))** in \(planted) faults"
      if twice > 0 { text += ", \(Numbers.grouped(twice)) stored twice" }
      let broken = sum(StudyPoint.brokenPromise)
      return broken > 0 ? text + " **although it promises to lose none**" : text
    }
    return parts.isEmpty
      ? nil : "Records lost of those acknowledged: \(parts.joined(separator: "; "))."
  }
}
