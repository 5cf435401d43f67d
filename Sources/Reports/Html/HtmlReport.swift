import LoadModel

/// `report.html`: the same sections as `report.md` with their plots, in one file that needs
/// nothing from elsewhere: no network, no script.
struct HtmlReport: ReportForm {
  let report: RunReport
  let sections: [ReportSection]

  var text: String {
    let title = MarkupText.escaped(report.title)
    var page = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="weir \(MarkupText.escaped(report.run.weirVersion))">
      <link rel="icon" href="data:,">
      <title>\(title)</title>
      <style>
      \(HtmlStyle.css)\(PlotStyle.css)</style>
      </head>
      <body>
      <header>
      <h1>\(title)</h1>

      """
    if let question = report.run.question {
      page += "<p class=\"question\">\(HtmlText.inline(question))</p>\n"
    }
    page += "<p class=\"subtitle\">\(HtmlText.inline(report.subtitle))</p>\n"
    page += "<p class=\"origin\">\(HtmlText.inline(report.origin))</p>\n</header>\n"
    page += "<main>\n"
    for (index, section) in sections.enumerated() {
      page += SectionHtml.text(section, id: "s\(index)", isFirst: index == 0)
      // On a phone the answer comes before the way to all else.
      if index == 0 { page += contents }
    }
    return page + "</main>\n</body>\n</html>\n"
  }

  private var contents: String {
    let links = sections.enumerated().map { index, section in
      "<a href=\"#s\(index)\">\(MarkupText.escaped(ReportText.plain(section.title)))</a>"
    }
    return "<nav>\n\(links.joined(separator: "\n"))\n</nav>\n"
  }
}
