/// Sections as HTML: the answer in a box, plots in a flow of as many as fit beside each other,
/// tables that scroll by themselves where a phone is too narrow.
enum SectionHtml {
  /// Tables with more columns or characters than these stand above the plots, as wide as the page;
  /// narrower ones beside the plots.
  private static let narrowColumns = 5
  private static let narrowCharacters = 44

  private static func isNarrow(_ table: ReportTable) -> Bool {
    let width = table.header.indices.reduce(0) { sum, column in
      sum + (table.rows.map { $0[column].count }.max() ?? 0)
    }
    return table.header.count <= narrowColumns && width <= narrowCharacters
  }

  /// - Parameters:
  ///   - id: Of its anchor.
  ///   - isFirst: It is what the report was made for.
  static func text(_ section: ReportSection, id: String, isFirst: Bool = false) -> String {
    var html = "<section id=\"\(id)\"\(isFirst ? " class=\"first\"" : "")>\n"
    html += headed(section, level: 2)
    return html + "</section>\n"
  }

  /// The title as a heading, and what is below it: behind the heading where it is folded.
  private static func headed(_ section: ReportSection, level: Int) -> String {
    let size = min(level, 6)
    let heading = "<h\(size)>\(HtmlText.inline(section.title))</h\(size)>"
    let content = body(section, level: level + 1)
    return section.isFolded
      ? "<details>\n<summary>\(heading)</summary>\n\(content)</details>\n"
      : "\(heading)\n\(content)"
  }

  private static func body(_ section: ReportSection, level: Int) -> String {
    var html = ""
    if !section.question.isEmpty {
      html += "<p class=\"question\">\(HtmlText.inline(section.question))</p>\n"
    }
    if !section.answer.isEmpty {
      html += "<p class=\"answer\">\(HtmlText.inline(section.answer))</p>\n"
    }
    html += list(section.answerPoints)
    html += section.paragraphs.map { "<p>\(HtmlText.inline($0))</p>\n" }.joined()
    html += list(section.points)
    let tables = section.tables.filter { !$0.isEmpty }
    let beside = tables.filter(isNarrow)
    let wide = tables.filter { !isNarrow($0) }
    html += wide.map(table).joined()
    html += flow(section.plots.filter { !$0.isEmpty }, beside)
    for part in section.parts where !part.isEmpty {
      html += "<div class=\"part\">\n\(headed(part, level: level))</div>\n"
    }
    return html
  }

  private static func list(_ lines: [String]) -> String {
    guard !lines.isEmpty else { return "" }
    let items = lines.map { "<li>\(HtmlText.inline($0))</li>\n" }.joined()
    return "<ul>\n\(items)</ul>\n"
  }

  /// Plots and narrow tables, in as many columns as use the page's width: a plot alone is as wide
  /// as the page, two are half of it.
  private static func flow(_ plots: [Plot], _ tables: [ReportTable]) -> String {
    let count = plots.count + tables.count
    guard count > 0 else { return "" }
    let columns = count == 4 ? 2 : min(count, 3)
    let items = plots.map { figure($0, columns: columns) } + tables.map(table)
    return "<div class=\"flow c\(columns)\">\n\(items.joined())</div>\n"
  }

  /// Widths of drawings on a wide screen by the number of columns, in about pixels; the drawing for
  /// a phone fits a third of the page, too.
  private static let wideDrawings: [Int: Double] = [1: 1100, 2: 540]

  private static func figure(_ plot: Plot, columns: Int) -> String {
    var html = "<figure>\n<figcaption>\(HtmlText.inline(plot.title))</figcaption>\n"
    if let width = wideDrawings[columns] {
      html += "<div class=\"wide\">\n\(PlotSvg.inline(plot, width: width))</div>\n"
      html += "<div class=\"small\">\n\(PlotSvg.inline(plot))</div>\n"
    } else {
      html += PlotSvg.inline(plot)
    }
    if !plot.note.isEmpty { html += "<p class=\"note\">\(HtmlText.inline(plot.note))</p>\n" }
    return html + "</figure>\n"
  }

  private static func table(_ table: ReportTable) -> String {
    func cells(_ texts: [String], _ tag: String) -> String {
      texts.enumerated().map { column, text in
        let isNumber = column >= table.leftColumns
        return "<\(tag)\(isNumber ? " class=\"n\"" : "")>\(HtmlText.inline(text))</\(tag)>"
      }.joined()
    }
    var html = "<div class=\"table\" tabindex=\"0\">\n<table>\n"
    if !table.caption.isEmpty { html += "<caption>\(HtmlText.inline(table.caption))</caption>\n" }
    html += "<thead><tr>\(cells(table.header, "th"))</tr></thead>\n<tbody>\n"
    html += table.rows.map { "<tr>\(cells($0, "td"))</tr>\n" }.joined()
    html += "</tbody>\n</table>\n"
    html += table.footnotes.map { "<p class=\"note\">\(HtmlText.inline($0))</p>\n" }.joined()
    return html + "</div>\n"
  }
}
