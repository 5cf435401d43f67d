import LoadModel
import Statistics

/// What writing in sequence buys against the same writes at random.
extension SequentialWriteSection {
  private var orderedCases: [(name: String, value: String)] {
    // With a flush behind each batch nobody can put the writes in order afterwards: that first.
    let flushed = cases(varying: "flush").filter { $0.name != "base" }
      .sorted { one, _ in one.value == FlushPolicy.eachBatch.text }
      .map { (name: $0.name, value: $0.name) }
    return (flushed + cases(varying: "batch-size")).filter { point($0.name, .rawRandom) != nil }
  }

  private func pair(_ name: String, _ figure: String) -> PairedRatio? {
    PairedRatio(point(name, .rawRewrite), point(name, .rawRandom), figure)
  }

  /// `go 2.10× (1.90–2.30) as fast as at random`; where the rounds do not agree, or there was one,
  /// that.
  private static func words(_ ratio: PairedRatio) -> String {
    if ratio.summary.count < 2 {
      return "were measured once beside those at random (\(ratio.text)), which tells nothing"
    }
    return ratio.isMore || ratio.isLess
      ? "go \(ratio.text) as fast as at random"
      : "are not told apart from those at random (\(ratio.text))"
  }

  /// A half sentence for the answer of the whole section.
  var orderAnswer: String? {
    var parts: [String] = []
    if let each = pair("flush=\(FlushPolicy.eachBatch.text)", "throughput") {
      parts.append("with a flush behind each batch, writes in sequence \(Self.words(each))")
    }
    if let disk = pair("base", "to the disk") {
      parts.append("with one sync behind a pass they \(Self.words(disk))")
    }
    if let memory = pair("base", "throughput") {
      parts.append("into memory alone they \(Self.words(memory))")
    }
    guard var first = parts.first else { return nil }
    // The first of them says what they are.
    if !first.contains("writes in sequence") {
      first = first.replacing("they", with: "writes in sequence", maxReplacements: 1)
    }
    return ([first] + parts.dropFirst()).joined(separator: ", ")
  }

  var orderPart: ReportSection? {
    let cases = orderedCases
    guard !cases.isEmpty else { return nil }
    var table = ReportTable(
      [
        "Batch or flush", "in sequence, to the disk", "at random, to the disk", "× to the disk",
        "× range", "in sequence", "at random", "×",
      ],
      caption: "MB/s",
      footnotes: [
        "To the disk: each pass until a sync behind its last write has returned; the other columns"
          + " without that sync, though with those of the flush policy. ×: in sequence by random;"
          + " in brackets where the rounds do not agree which is faster."
      ])
    for entry in cases {
      let (ordered, random) = (point(entry.name, .rawRewrite), point(entry.name, .rawRandom))
      let memory = pair(entry.name, "throughput")
      let disk = pair(entry.name, "to the disk")
      table.row([
        ReportText.code(entry.value), Self.number(ordered, "to the disk"),
        Self.number(random, "to the disk"), disk.map(Self.factor) ?? "",
        disk.map { "\(Numbers.fixed($0.summary.min, 2))–\(Numbers.fixed($0.summary.max, 2))" }
          ?? "",
        Self.number(ordered, "throughput"), Self.number(random, "throughput"),
        memory.map(Self.factor) ?? "",
      ])
    }
    return ReportSection(
      title: "In sequence and at random", question: "What does writing in sequence buy?",
      answer: orderAnswer.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." } ?? "",
      paragraphs: [
        "The same batches were written over a file that was there and on the disk, many times as"
          + " large as what one pass writes: once one behind the other from its beginning, once in"
          + " random order at places all over it, no two side by side, so that nothing can put them"
          + " together again. Every pass writes each of its places once and ends with a sync.",
        "On a disk without moving parts the difference is what the kernel and the device save by"
          + " merging neighbours; it says nothing of disks that must seek.",
      ],
      tables: [table.droppingEmptyColumns()])
  }

  private static func factor(_ ratio: PairedRatio) -> String {
    let text = Numbers.fixed(ratio.summary.median, 2)
    return ratio.isMore || ratio.isLess ? text : "(\(text))"
  }
}
