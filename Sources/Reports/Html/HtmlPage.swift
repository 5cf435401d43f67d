/// A page of sections in one file that needs nothing from elsewhere: no network, no script.
enum HtmlPage {
  /// - Parameters:
  ///   - generator: The program that wrote it, with its version where that is known.
  ///   - head: Lines below the title, with the classes of their style.
  static func text(
    title: String, generator: String, head: [(style: String, text: String)],
    sections: [ReportSection]
  ) -> String {
    let title = MarkupText.escaped(title)
    var page = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="\(MarkupText.escaped(generator))">
      <link rel="icon" href="data:,">
      <title>\(title)</title>
      <style>
      \(HtmlStyle.css)\(PlotStyle.css)</style>
      </head>
      <body>
      <header>
      <h1>\(title)</h1>

      """
    page += head.map { "<p class=\"\($0.style)\">\(HtmlText.inline($0.text))</p>\n" }.joined()
    page += "</header>\n<main>\n"
    for (index, section) in sections.enumerated() {
      page += SectionHtml.text(section, id: "s\(index)", isFirst: index == 0)
      // On a phone the answer comes before the way to all else.
      if index == 0, sections.count > 1 { page += contents(sections) }
    }
    return page + "</main>\n</body>\n</html>\n"
  }

  private static func contents(_ sections: [ReportSection]) -> String {
    let links = sections.enumerated().map { index, section in
      "<a href=\"#s\(index)\">\(MarkupText.escaped(ReportText.plain(section.title)))</a>"
    }
    return "<nav>\n\(links.joined(separator: "\n"))\n</nav>\n"
  }
}
