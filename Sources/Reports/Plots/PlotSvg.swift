/// Draws plots as SVG: text as text, no script, nothing from elsewhere.
///
/// A drawing is as wide as a phone (in units of about a pixel) and grows with the room it is given;
/// for a place that is far wider there is a drawing of its own, whose text stays as small.
enum PlotSvg {
  /// For a page that has `PlotStyle.css`; the page tells the title.
  ///
  /// - Parameter width: In units of about a pixel of the place that it is drawn for.
  static func inline(_ plot: Plot, width: Double = PlotStyle.width) -> String {
    let drawn = drawing(plot, width: width)
    let words = ReportText.plain(plot.title)
    var svg = SvgWriter()
    svg.open(
      "svg",
      [
        ("class", "plot"), ("role", "img"), ("aria-label", words),
        ("viewBox", box(top: 0, width: width, height: drawn.height)),
      ])
    svg.raw(drawn.markup)
    svg.close("svg")
    return svg.text
  }

  /// A file of its own: its title, its style and its background are in it.
  static func file(_ plot: Plot) -> String {
    let drawn = drawing(plot, width: PlotStyle.width)
    let lines = PlotStyle.lines(ReportText.plain(plot.title), width: PlotStyle.width - 40)
    let top = Double(lines.count) * 17 + 10
    let height = drawn.height + top
    var svg = SvgWriter()
    svg.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
    svg.open(
      "svg",
      [
        ("xmlns", "http://www.w3.org/2000/svg"), ("class", "plot"), ("role", "img"),
        ("aria-label", ReportText.plain(plot.title)),
        ("width", SvgWriter.number(PlotStyle.width * 1.5)),
        ("height", SvgWriter.number(height * 1.5)),
        ("viewBox", box(top: -top, width: PlotStyle.width, height: height)),
      ])
    svg.raw("<style>\n\(MarkupText.escaped(PlotStyle.css))</style>\n")
    svg.rectangle(x: 0, y: -top, width: PlotStyle.width, height: height, class: "page")
    for (index, line) in lines.enumerated() {
      svg.label(line, x: 6, y: 17 - top + Double(index) * 17, class: "head")
    }
    svg.raw(drawn.markup)
    svg.close("svg")
    return svg.text
  }

  private static func box(top: Double, width: Double, height: Double) -> String {
    "0 \(SvgWriter.number(top)) \(SvgWriter.number(width)) \(SvgWriter.number(height))"
  }

  private static func drawing(_ plot: Plot, width: Double) -> (markup: String, height: Double) {
    if plot.isEmpty {
      var svg = SvgWriter()
      svg.label("Nothing was measured.", x: 6, y: 20, class: "soft")
      return (svg.text, 30)
    }
    switch plot.content {
    case .lines(let lines): return LineDrawing(lines, width: width).drawn()
    case .bars(let bars): return BarDrawing(bars, width: width).drawn()
    case .staircase(let staircase): return BarDrawing(staircase, width: width).drawn()
    }
  }
}

extension Plot {
  /// There is nothing that its axes can show.
  public var isEmpty: Bool {
    switch content {
    case .lines(let plot):
      !plot.series.contains { series in
        series.points.contains {
          PlotScale.isShown($0.x, on: plot.x) && PlotScale.isShown($0.y, on: plot.y)
        }
      }
    case .bars(let plot):
      !plot.groups.contains { group in
        group.bars.contains { PlotScale.isShown($0.value, on: plot.axis) }
      }
    case .staircase(let plot):
      !plot.steps.contains { PlotScale.isShown($0.value, on: plot.axis) }
    }
  }
}
