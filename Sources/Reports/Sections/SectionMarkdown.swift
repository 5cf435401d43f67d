/// Sections as Markdown: questions quoted, tables aligned in the text as well, plots as links to
/// the files beside the report, folded sections and parts in `<details>`.
enum SectionMarkdown {
  /// - Parameter level: Of its heading: 2 is `##`.
  static func text(_ section: ReportSection, level: Int = 2) -> String {
    guard !section.isFolded else {
      // Markdown is read again after an empty line; the summary itself is HTML.
      let title = "<summary><b>\(HtmlText.inline(section.title, hasClasses: false))</b></summary>"
      return "<details>\n\(title)\n\n\(body(section, level: level))\n</details>\n"
    }
    let hashes = String(repeating: "#", count: min(level, 6))
    return "\(hashes) \(ReportText.markdown(section.title))\n\n\(body(section, level: level))"
  }

  private static func body(_ section: ReportSection, level: Int) -> String {
    var blocks: [String] = []
    if !section.question.isEmpty { blocks.append("> \(ReportText.markdown(section.question))\n") }
    if !section.answer.isEmpty { blocks.append("**\(answer(section.answer))**\n") }
    blocks += list(section.answerPoints)
    blocks += section.paragraphs.map { ReportText.markdown($0) + "\n" }
    blocks += list(section.points)
    blocks += section.tables.filter { !$0.isEmpty }.map(table)
    blocks += section.plots.filter { !$0.isEmpty }.map(link)
    blocks += section.parts.filter { !$0.isEmpty }.map { text($0, level: level + 1) }
    return blocks.joined(separator: "\n")
  }

  /// One block, or none without a line.
  private static func list(_ lines: [String]) -> [String] {
    lines.isEmpty ? [] : [lines.map { "- \(ReportText.markdown($0))\n" }.joined()]
  }

  /// Strong as a whole: strong marks within it would end it.
  private static func answer(_ text: String) -> String {
    ReportText.markdown(text.replacing("**", with: ""))
  }

  private static func table(_ table: ReportTable) -> String {
    var markdown = MarkdownTable(
      table.header.map(ReportText.markdown), leftColumns: table.leftColumns)
    for row in table.rows { markdown.row(row.map(ReportText.markdown)) }
    var text = table.caption.isEmpty ? "" : ReportText.markdown(table.caption) + "\n\n"
    text += markdown.text
    if !table.footnotes.isEmpty {
      text += "\n" + table.footnotes.map { ReportText.markdown($0) }.joined(separator: "<br>\n")
      text += "\n"
    }
    return text
  }

  private static func link(_ plot: Plot) -> String {
    let words = ReportText.plain(plot.title).filter { $0 != "[" && $0 != "]" }
    var text = "![\(words.replacing("<", with: "&lt;"))](\(plot.file))\n"
    if !plot.note.isEmpty { text += "\n\(ReportText.markdown(plot.note))\n" }
    return text
  }
}
