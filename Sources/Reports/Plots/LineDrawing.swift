/// Lines, steps, markers and bands over two axes, with a legend below.
///
/// ```
/// y title
///  10 ┤───────────────   grid and limits, bands, lines, markers: later ones over earlier ones
///   5 ┤
///   0 └┬──────┬──────┬
///      0      5     10
///               x title
/// ●── series   ■╌╌ series
/// ```
struct LineDrawing {
  private let plot: LinePlot
  private let x: PlotScale
  private let y: PlotScale
  private let left: Double
  private let width: Double
  private static let top = 24.0
  private let bottom: Double
  private var right: Double { width - 12 }

  /// A marker on every point of a longer line would hide it.
  private static let mostMarkers = 24

  /// - Parameter width: Of the whole drawing.
  init(_ given: LinePlot, width: Double = PlotStyle.width) {
    var plot = given
    self.width = width
    bottom = width > PlotStyle.width ? 260 : 210
    plot.y = plot.y.resolved(for: plot.series.flatMap(\.points).map(\.y))
    self.plot = plot
    let points = plot.series.flatMap(\.points)
    func limits(_ direction: LinePlot.Reference.Direction) -> [Double] {
      plot.references.filter { $0.direction == direction }.map(\.value)
    }
    let heights = points.flatMap { [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] } + limits(.y)
    let y = PlotScale(plot.y, values: heights, from: bottom, to: Self.top)
    let widest = y.ticks(most: 6).map { PlotStyle.textWidth($0.label) }.max() ?? 0
    left = max(30, widest + 12)
    self.y = y
    x = PlotScale(
      plot.x, values: points.map(\.x) + limits(.x) + plot.spans.flatMap { [$0.from, $0.to] },
      from: left, to: width - 12)
  }

  func drawn() -> (markup: String, height: Double) {
    var svg = SvgWriter()
    for span in plot.spans { area(of: span, &svg) }
    axes(&svg)
    limits(&svg)
    for (index, span) in plot.spans.enumerated() { edges(of: span, index, &svg) }
    for (index, series) in looks where series.hasBand { band(series, index, &svg) }
    for (index, series) in looks { line(series, index, &svg) }
    for (index, series) in looks { marks(series, index, &svg) }
    let height = legend(&svg, from: bottom + 46)
    return (svg.text, height)
  }

  /// The series, each with the number of its colour, dash and marker.
  private var looks: [(look: Int, series: LinePlot.Series)] {
    plot.series.enumerated().map { (abs($1.look ?? $0), $1) }
  }

  private func axes(_ svg: inout SvgWriter) {
    svg.label(
      PlotStyle.fitted(plot.y.title, to: width - 12), x: 6, y: 13, class: "soft")
    for tick in y.ticks(most: 6) {
      let place = y.place(tick.value)
      svg.line(left, place, right, place, class: "grid")
      svg.label(tick.label, x: left - 6, y: place + 4, class: "soft", anchor: "end")
    }
    svg.line(left, bottom, right, bottom, class: "axis")
    var free = 0.0
    for tick in x.ticks(most: width > 600 ? 12 : 6) {
      let place = x.place(tick.value)
      svg.line(place, bottom, place, bottom + 4, class: "axis")
      let half = PlotStyle.textWidth(tick.label) / 2
      let middle = min(max(place, half + 2), width - half - 2)
      guard middle - half >= free else { continue }
      free = middle + half + 4
      svg.label(tick.label, x: middle, y: bottom + 18, class: "soft", anchor: "middle")
    }
    svg.label(
      PlotStyle.fitted(plot.x.title, to: width - 12),
      x: (left + right) / 2, y: bottom + 35, class: "soft", anchor: "middle")
  }

  private func limits(_ svg: inout SvgWriter) {
    for limit in plot.references {
      let scale = limit.direction == .y ? y : x
      guard PlotScale.isShown(limit.value, on: scale.axis) else { continue }
      let place = scale.place(limit.value)
      if limit.direction == .y {
        svg.line(left, place, right, place, class: "limit")
        let name = PlotStyle.fitted(limit.name, to: right - left - 8)
        svg.label(
          name, x: right - 2, y: max(place - 4, 12), class: "soft name", anchor: "end")
      } else {
        svg.line(place, Self.top, place, bottom, class: "limit")
        let isLeft = place > (left + right) / 2
        svg.label(
          PlotStyle.fitted(limit.name, to: 150), x: place + (isLeft ? -4 : 4), y: Self.top + 11,
          class: "soft name", anchor: isLeft ? "end" : "start")
      }
    }
  }

  private func area(of span: LinePlot.Span, _ svg: inout SvgWriter) {
    guard PlotScale.isShown(span.from, on: x.axis), PlotScale.isShown(span.to, on: x.axis) else {
      return
    }
    let from = x.place(span.from)
    svg.rectangle(
      x: from, y: Self.top, width: x.place(span.to) - from, height: bottom - Self.top,
      class: "span", title: span.name)
  }

  /// Names of neighbours stand on lines of their own.
  private func edges(of span: LinePlot.Span, _ index: Int, _ svg: inout SvgWriter) {
    guard PlotScale.isShown(span.from, on: x.axis), PlotScale.isShown(span.to, on: x.axis) else {
      return
    }
    let (from, to) = (x.place(span.from), x.place(span.to))
    svg.line(from, Self.top, from, bottom, class: "limit")
    if to > from { svg.line(to, Self.top, to, bottom, class: "limit") }
    let isLeft = from > (left + right) / 2
    svg.label(
      PlotStyle.fitted(span.name, to: 150), x: from + (isLeft ? -4 : 4),
      y: bottom - 6 - Double(index % 3) * 13, class: "soft name", anchor: isLeft ? "end" : "start")
  }

  private func shown(_ series: LinePlot.Series) -> [PlotPoint] {
    series.points.filter {
      PlotScale.isShown($0.x, on: plot.x) && PlotScale.isShown($0.y, on: plot.y)
    }
  }

  private func pair(_ x: Double, _ y: Double) -> String {
    "\(SvgWriter.number(x)) \(SvgWriter.number(y))"
  }

  /// The interval of a point, as far as the axis can show it.
  private func interval(_ point: PlotPoint) -> (low: Double, high: Double)? {
    guard let low = point.low, let high = point.high, low <= high,
      PlotScale.isShown(high, on: plot.y)
    else { return nil }
    return (y.place(PlotScale.isShown(low, on: plot.y) ? low : point.y), y.place(high))
  }

  /// What is drawn without a break: a gap ends a stretch.
  private func stretches(_ series: LinePlot.Series) -> [[PlotPoint]] {
    series.points.split { $0.isGap }
      .map {
        $0.filter { PlotScale.isShown($0.x, on: plot.x) && PlotScale.isShown($0.y, on: plot.y) }
      }
  }

  private func band(_ series: LinePlot.Series, _ index: Int, _ svg: inout SvgWriter) {
    for points in stretches(series) { band(points, index, &svg) }
  }

  private func band(_ points: [PlotPoint], _ index: Int, _ svg: inout SvgWriter) {
    let tops = points.map { pair(x.place($0.x), interval($0)?.high ?? y.place($0.y)) }
    let feet = points.map { pair(x.place($0.x), interval($0)?.low ?? y.place($0.y)) }
    guard tops.count > 1 else { return }
    let path = "M" + (tops + feet.reversed()).joined(separator: "L") + "Z"
    svg.element("path", [("d", path), ("class", "b f\(index % PlotStyle.seriesCount)")])
  }

  private func line(_ series: LinePlot.Series, _ index: Int, _ svg: inout SvgWriter) {
    guard shown(series).count > 1, series.style != .markers else { return }
    var path = ""
    for points in stretches(series) where points.count > 1 {
      for (place, point) in points.enumerated() {
        let (across, up) = (x.place(point.x), y.place(point.y))
        if place == 0 {
          path += "M"
        } else if series.style == .steps {
          path += "L" + pair(across, y.place(points[place - 1].y)) + "L"
        } else {
          path += "L"
        }
        path += pair(across, up)
      }
    }
    guard !path.isEmpty else { return }
    svg.element(
      "path", [("d", path), ("class", "l l\(index % PlotStyle.seriesCount)")],
      title: series.name)
  }

  private func marks(_ series: LinePlot.Series, _ index: Int, _ svg: inout SvgWriter) {
    let points = shown(series)
    let isBare = series.style == .curve || series.style == .steps
    // A point alone makes no line.
    guard !isBare || points.count == 1 else { return }
    let step =
      series.style == .markers ? 1 : (points.count + Self.mostMarkers - 1) / Self.mostMarkers
    let alone = Set(stretches(series).filter { $0.count == 1 }.flatMap { $0.map(\.x) })
    for (place, point) in points.enumerated() {
      let across = x.place(point.x)
      if !series.hasBand, let (low, high) = interval(point), low - high > 0.5 {
        svg.line(across, low, across, high, class: "e e\(index % PlotStyle.seriesCount)")
      }
      // Between two gaps there is no line that would show it.
      guard place % max(step, 1) == 0 || alone.contains(point.x) else { continue }
      Self.marker(
        index, at: across, y.place(point.y), &svg,
        title: "\(series.name): \(told(point.x, x)), \(told(point.y, y))")
    }
  }

  private func told(_ value: Double, _ scale: PlotScale) -> String {
    let number = scale.axis.isBytes ? PlotScale.bytes(value) : Numbers.readable(value)
    return scale.axis.scale == .percentile
      ? "p\(PlotScale.short(value, step: 1e-5))"
      : "\(number) \(scale.axis.isBytes ? "" : scale.axis.title)"
  }

  /// Circle, square, triangle, diamond, cross, bar: by the series' place.
  static func marker(
    _ index: Int, at x: Double, _ y: Double, _ svg: inout SvgWriter, title: String? = nil
  ) {
    let shape: [(Double, Double)] =
      switch index % PlotStyle.seriesCount {
      case 0: [(-2.2, -3.2), (2.2, -3.2), (3.2, 0), (2.2, 3.2), (-2.2, 3.2), (-3.2, 0)]
      case 1: [(-3, -3), (3, -3), (3, 3), (-3, 3)]
      case 2: [(0, -4), (3.8, 3), (-3.8, 3)]
      case 3: [(0, -4.4), (4.4, 0), (0, 4.4), (-4.4, 0)]
      case 4: [(-3.8, -3), (3.8, -3), (0, 4)]
      default: [(-1.6, -4.4), (1.6, -4.4), (1.6, 4.4), (-1.6, 4.4)]
      }
    let corners = shape.map { "\(SvgWriter.number(x + $0.0)) \(SvgWriter.number(y + $0.1))" }
    svg.element(
      "path",
      [
        ("d", "M" + corners.joined(separator: "L") + "Z"),
        ("class", "m f\(index % PlotStyle.seriesCount)"),
      ], title: title)
  }

  /// Names in a flow of lines; none where there is one series without a name.
  ///
  /// - Returns: The height of the whole plot.
  private func legend(_ svg: inout SvgWriter, from top: Double) -> Double {
    var across = 6.0
    var down = top
    let named = looks.filter { !$0.series.name.isEmpty }
    for (index, series) in named {
      let name = PlotStyle.fitted(series.name, to: width - 44)
      let room = PlotStyle.textWidth(name) + 44
      if across > 6, across + room > width {
        across = 6
        down += 18
      }
      if series.style != .markers {
        svg.line(
          across, down + 4, across + 26, down + 4, class: "l l\(index % PlotStyle.seriesCount)")
      }
      if series.style == .line || series.style == .markers {
        Self.marker(index, at: across + 13, down + 4, &svg)
      }
      svg.label(name, x: across + 31, y: down + 8, title: name == series.name ? nil : series.name)
      across += room
    }
    return named.isEmpty ? top : down + 18
  }
}
