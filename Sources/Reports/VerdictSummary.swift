import LoadModel

/// A verdict as Markdown, for a pull request or a job's summary page.
enum VerdictSummary {
  static func markdown(_ verdict: Verdict) -> String {
    var text =
      "## weir check: \(verdict.status.rawValue)\n\n\(ReportText.oneLine(verdict.why)).\n\n"
    text +=
      "\(ReportText.oneLine(verdict.candidate)) against \(ReportText.oneLine(verdict.reference)),"
    text += " \(verdict.rounds) rounds\(verdict.sidesTookTurns == true ? " in turns" : "").\n\n"
    let deciding = verdict.decidingLines
    if !deciding.isEmpty { text += table(deciding, of: verdict, isDeciding: true) + "\n" }
    for note in verdict.notes { text += "- \(ReportText.oneLine(note))\n" }
    if let control = verdict.control {
      text += "- The control lane, the same code on both sides:"
      text += " \(ChangeText.signed(control.rateChange)) work a second,"
      text += " \(ChangeText.signed(control.cpuChange)) CPU time for the same work.\n"
    }
    let others = verdict.lines.filter { !$0.decides }
    if !others.isEmpty {
      text += "\n<details><summary>Figures that decide nothing</summary>\n\n"
      text += table(others, of: verdict, isDeciding: false) + "\n</details>\n"
    }
    return text + "\n" + (verdict.sidesTookTurns == true ? pairs : "") + footer
  }

  static func markdown(error: String, fault: RecordFault.Kind?) -> String {
    "## weir check: \(fault.map(RecordFaultText.title) ?? "could not measure")\n\n"
      + "\(ReportText.oneLine(error))\n"
  }

  static let pairs =
    "Reference and candidate are medians of all turns. The change is that of turns measured side"
    + " by side, so it need not be the medians' own where the machine's speed wandered.\n\n"

  private static let footer = """
    A PASS: the whole interval lies below the tolerance. A REGRESSION is worse by more than its \
    tolerance, its interval excludes no change, two lanes of the same thing differ by less \
    (noise), and it is no chance among all figures. All else is INCONCLUSIVE.

    """

  private static func table(
    _ lines: [VerdictLine], of verdict: Verdict, isDeciding: Bool
  ) -> String {
    let isSweep = Set(lines.map(\.caseLabel)).count > 1
    var header = isSweep ? ["Case", "Figure"] : ["Figure"]
    if isDeciding { header += ["Verdict", "Why"] }
    let leftColumns = header.count
    header += [
      "Reference", "Candidate", ChangeText.title(verdict), "Interval", "Tolerance", "Noise",
    ]
    var table = MarkdownTable(header, leftColumns: leftColumns)
    for line in lines {
      var cells = isSweep ? ["`\(line.caseLabel)`", line.title] : [line.title]
      if isDeciding { cells += ["**\(line.status.rawValue)**", ReportText.oneLine(line.why)] }
      cells += [
        Numbers.readable(line.reference), Numbers.readable(line.candidate),
        ChangeText.change(line), ChangeText.interval(line),
        ChangeText.percent(line.tolerance), line.noiseFloor.map(ChangeText.percent) ?? "",
      ]
      table.row(cells)
    }
    return table.text
  }
}
