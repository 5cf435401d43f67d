import LoadModel
import Statistics

/// The answer: into memory and to the disk first, then the layers, the settings, the order.
extension SequentialWriteSection {
  var answerPoints: [String] {
    guard let last, let memory = memoryAnswer(last) else { return [] }
    var points = [memory]
    if last != .cluster { points += [diskAnswer].compactMap { $0 } }
    if contests.areTooShort {
      return points + [
        "Nothing is compared: \(roundText) no interval, which needs at least"
          + " \(TrimmedMean.fewestValues) rounds (`--repetitions`; the suite's own number is 9)."
      ]
    }
    // What our own layers and this machine's disk do is no answer about a cluster.
    if last != .cluster { points += [layerAnswer].compactMap { $0 } }
    points += [settingAnswer(last)].compactMap { $0 }
    if last != .cluster { points += [orderAnswer].compactMap { $0 } }
    return points
  }

  private var roundText: String {
    let rounds = last.flatMap { point("base", $0)?.figure("throughput")?.samples.count } ?? 0
    return rounds == 1 ? "one round gives" : "\(rounds) rounds give"
  }

  private func memoryAnswer(_ last: WriteStep) -> String? {
    guard let rate = reading("base", last, "throughput") else { return nil }
    let batch = ReportText.code(point("base", last)?.label("batch-size") ?? "")
    let found = rate.strong("MB/s")
    if last == .cluster {
      var text =
        "The cluster stores \(found) in batches of \(batch), with `acks=1` on one"
        + " partition with one replica"
      if let own = point("base", last), FigureMark.besideIntervals(own).contains(.nodeLost) {
        text += " (a broker was lost or away meanwhile)"
      }
      if let raw = reading("base", .reference, "throughput") {
        text +=
          "; raw writes of the same bytes to a directory here, whose disk may be another, reach"
          + " \(raw.text("MB/s"))"
      }
      return text + "."
    }
    let flush = point("base", last)?.label("flush") ?? "none"
    let start = flush == "none" ? "Into memory" : "With flush \(ReportText.code(flush))"
    var text = "\(start): \(Self.phrase(last)) writes \(found) in batches of \(batch)"
    if last.isRaw { text = text.replacing("raw writes writes", with: "raw writes reach") }
    if !last.isRaw, let raw = reading("base", .reference, "throughput") {
      text += "; raw writes of the same bytes reach \(raw.text("MB/s"))"
      if let contest = contestWithReference(last) {
        text += ": \(contest.remark)"
      } else if Self.isLimited([point("base", last)]) {
        text += ": no conclusion, \(FigureMark.generatorLimit)"
      }
    }
    text += "."
    let above = steps(Self.staircase).filter { contestWithReference($0)?.isMore == true }
    if !above.isEmpty {
      let list = above.compactMap { step in
        contestWithReference(step).map { "\(ReportText.code(step.rawValue)) reaches \($0.text)" }
      }
      text += " Raw writes are a reference, not a ceiling: \(list.joined(separator: ", "))."
    }
    return text
  }

  func contestWithReference(_ step: WriteStep) -> Contest? {
    if let contest = contests[.reference(step)] { return contest }
    let shown = steps(Self.staircase)
    guard shown.count > 1, shown[0] == .reference, shown[1] == step else { return nil }
    return contests[.layer(step)]
  }

  private var diskAnswer: String? {
    let raw = reading("write-back", .reference, "sustained")
    guard let own = reading("write-back", .process, "sustained") ?? raw else { return nil }
    var text = "Sustained to the disk: \(own.strong("MB/s"))"
    if reading("write-back", .process, "sustained") == nil {
      text += " by raw writes"
    } else if let raw {
      text += " by \(Self.phrase(.process)), \(raw.text("MB/s")) by raw writes"
      if let contest = contests[.sustained], contest.estimate != nil {
        text += ": \(contest.remark)"
      }
    } else {
      text += " by \(Self.phrase(.process))"
    }
    return text + ", durable, \(sustainedTime)."
  }

  /// From when to when the rate to the disk is: the kernel's background threshold may be unknown,
  /// or beyond what was written.
  private var sustainedTime: String {
    let points = [WriteStep.reference, .process].compactMap { point("write-back", $0) }
    func count(_ figure: String) -> Int {
      points.compactMap { $0.figure(figure)?.samples.count }.reduce(0, +)
    }
    let (known, all) = (count("background at"), count("sustained"))
    if known == all { return "from the beginning of write-back until a sync had returned" }
    let sync = "from the end of the writes until a sync had returned"
    return known == 0
      ? "\(sync) (the beginning of write-back is not known)"
      : "from the beginning of write-back until a sync had returned; in \(all - known) of \(all)"
        + " measurements, where that beginning is not known, \(sync)"
  }

  private var layerAnswer: String? {
    let layers = steps(Self.staircase).dropFirst().filter { $0 != .cluster }
    guard layers.count > 1 else { return nil }
    var parts: [String] = []
    var unshown: [String] = []
    var limited: [String] = []
    var before: WriteStep?
    for step in steps(Self.staircase) where step != .cluster {
      defer { before = step }
      guard let before else { continue }
      let name = ReportText.code(step.rawValue)
      var own: [String] = []
      let isLimited = Self.isLimited([point("base", step), point("base", before)])
      if isLimited { limited.append(name) }
      if let rate = contests[.layer(step)], rate.isShown {
        own.append("\(rate.text) the throughput")
      }
      if let cpu = contests[.layerCpu(step)], cpu.isShown {
        own.append("\(cpu.text) the CPU per GB")
      }
      if !own.isEmpty {
        parts.append("\(name) \(own.joined(separator: ", "))")
      } else if !isLimited {
        unshown.append(name)
      }
    }
    let rest = unshown.isEmpty ? "" : "\(Contest.noneShown) for \(unshown.joined(separator: ", "))"
    let all = parts + (rest.isEmpty ? [] : [rest]) + Self.refusal(limited)
    return "Layers, each compared with the one before: \(all.joined(separator: "; "))."
  }

  private static func refusal(_ limited: [String]) -> [String] {
    guard !limited.isEmpty else { return [] }
    let names = limited.joined(separator: ", ")
    return ["no conclusion on the throughput of \(names): \(FigureMark.generatorLimit)"]
  }

  /// `batches of 256KiB`
  private func words(_ name: String, _ value: String) -> String {
    let value = ReportText.code(value)
    if name.hasPrefix("batch-size") { return "batches of \(value)" }
    if name.hasPrefix("record-size") { return "records of \(value)" }
    if name.hasPrefix("flush") { return "flush \(value)" }
    return "retention \(value)"
  }

  private func settingAnswer(_ last: WriteStep) -> String? {
    var parts: [String] = []
    var unshown: [String] = []
    var limited: [String] = []
    for entry in settings {
      let words = words(entry.name, entry.value)
      if let own = point(entry.name, last), Self.isLimited([own, point("base", last)]) {
        limited.append(words)
      }
      guard let contest = contests[.setting(entry.name)] else { continue }
      if contest.isShown {
        parts.append("\(words) \(contest.text)")
      } else {
        unshown.append(words)
      }
    }
    guard !(parts + unshown + limited).isEmpty else { return nil }
    if !unshown.isEmpty {
      parts.append("\(Contest.noneShown) for \(unshown.joined(separator: ", "))")
    }
    parts += Self.refusal(limited)
    return "Settings, throughput of \(Self.phrase(last)) beside the first case:"
      + " \(parts.joined(separator: "; "))."
  }

  private var orderAnswer: String? {
    let flushed = study.points.compactMap { $0.label("case") }.first { $0 == "flush=batch" }
    let all: [(Comparison, String)] =
      (flushed.map { [(.order($0, "throughput"), "with a flush behind each batch")] } ?? []) + [
        (.order("base", "to the disk"), "with one sync behind a pass"),
        (.order("base", "throughput"), "without that sync"),
      ]
    let parts = all.compactMap { key, words in contests[key].map { "\($0.remark) \(words)" } }
    guard !parts.isEmpty else { return nil }
    return "In sequence beside at random, throughput: \(parts.joined(separator: "; "))."
  }
}
