/// Lying bars, each below its name: names of any length have room, also on a phone.
///
/// ```
/// axis title
/// name
/// ██████████├──┤        1,053
/// name
/// ███████┄┄┄┄┄┄         740 (−30 %)      what a step lost is drawn hollow
/// ```
///
/// On a logarithmic axis a dot takes the place of the bar.
struct BarDrawing {
  private struct Row {
    var name: String
    var series: Int
    var value: Double
    var low: Double?
    var high: Double?
    var samples: [Double] = []
    var mark = ""
    /// The step above, in a staircase.
    var above: Double?
  }

  private let axis: PlotAxis
  private let series: [String]
  private let rows: [Row]
  private let scale: PlotScale
  private let width: Double
  private static let left = 6.0
  private static let barHeight = 13.0

  /// - Parameter width: Of the whole drawing.
  init(_ given: BarPlot, width: Double = PlotStyle.width) {
    var plot = given
    plot.axis = plot.axis.resolved(for: plot.groups.flatMap(\.bars).map(\.value))
    var rows: [Row] = []
    for group in plot.groups {
      let shown = group.bars.filter { PlotScale.isShown($0.value, on: plot.axis) }
      for (place, bar) in shown.enumerated() {
        rows.append(
          Row(
            name: place == 0 ? group.name : "", series: max(0, bar.series), value: bar.value,
            low: bar.low, high: bar.high, samples: bar.samples, mark: bar.mark))
      }
    }
    self.init(axis: plot.axis, series: plot.series, rows: rows, width: width)
  }

  init(_ plot: StaircasePlot, width: Double = PlotStyle.width) {
    var rows: [Row] = []
    for step in plot.steps where PlotScale.isShown(step.value, on: plot.axis) {
      rows.append(
        Row(
          name: step.name, series: 0, value: step.value, low: step.low, high: step.high,
          mark: step.mark, above: rows.last?.value))
    }
    self.init(axis: plot.axis, series: [], rows: rows, width: width)
  }

  private init(axis: PlotAxis, series: [String], rows: [Row], width: Double) {
    self.width = width
    self.axis = axis
    self.series = series
    self.rows = rows
    let figures = rows.map { PlotStyle.textWidth(Self.figure($0)) }.max() ?? 0
    scale = PlotScale(
      axis, values: rows.flatMap { [$0.value, $0.low ?? $0.value, $0.high ?? $0.value] },
      from: Self.left, to: width - max(50, figures + 14))
  }

  func drawn() -> (markup: String, height: Double) {
    var svg = SvgWriter()
    let title = PlotStyle.fitted(axis.title, to: width - 12)
    if !title.isEmpty { svg.label(title, x: Self.left, y: 13, class: "soft") }
    let top = title.isEmpty ? 2.0 : 20.0
    var down = top + 2
    var places: [Double] = []
    for row in rows {
      // A group keeps its distance from the one above.
      if !row.name.isEmpty { down += series.count > 1 && !places.isEmpty ? 22 : 16 }
      places.append(down)
      down += Self.barHeight + (series.isEmpty ? 7 : 4)
    }
    let foot = down
    for tick in scale.ticks(most: 4) {
      svg.line(scale.place(tick.value), top, scale.place(tick.value), foot, class: "grid")
    }
    for (row, place) in zip(rows, places) { draw(row, at: place, &svg) }
    ticks(&svg, from: top, at: foot)
    let height = legend(&svg, from: foot + 26)
    return (svg.text, height)
  }

  private func draw(_ row: Row, at top: Double, _ svg: inout SvgWriter) {
    if !row.name.isEmpty {
      let name = PlotStyle.fitted(row.name, to: width - 12)
      svg.label(
        name, x: Self.left, y: top - 4, class: "name", title: name == row.name ? nil : row.name)
    }
    let zero = zeroPlace
    let end = scale.place(row.value)
    let middle = top + Self.barHeight / 2
    if case .logarithmic = axis.scale {
      // A length would say nothing there: the axis has no 0.
      svg.line(zero, middle, end, middle, class: "grid")
      svg.element(
        "circle",
        [
          ("cx", SvgWriter.number(end)), ("cy", SvgWriter.number(middle)), ("r", "4.5"),
          ("class", "f\(row.series % PlotStyle.seriesCount)"),
        ], title: told(row))
    } else {
      svg.rectangle(
        x: min(zero, end), y: top, width: max(abs(end - zero), 1), height: Self.barHeight,
        class: "f\(row.series % PlotStyle.seriesCount)", title: told(row))
    }
    if let above = row.above, above > row.value {
      svg.rectangle(
        x: end, y: top + 0.5, width: scale.place(above) - end, height: Self.barHeight - 1,
        class: "lost")
    }
    if let (low, high) = interval(row), low < high {
      let (from, to) = (scale.place(low), scale.place(high))
      svg.line(from, middle, to, middle, class: "whisker")
      svg.line(from, middle - 3, from, middle + 3, class: "whisker")
      svg.line(to, middle - 3, to, middle + 3, class: "whisker")
    }
    for sample in row.samples where PlotScale.isShown(sample, on: axis) {
      svg.element(
        "circle",
        [
          ("cx", SvgWriter.number(scale.place(sample))), ("cy", SvgWriter.number(middle)),
          ("r", "2.2"), ("class", "dot"),
        ], title: Numbers.readable(sample))
    }
    svg.label(
      Self.figure(row), x: width - 4, y: middle + 4, anchor: "end", title: told(row))
  }

  /// The interval of a row, where the axis can show it.
  private func interval(_ row: Row) -> (low: Double, high: Double)? {
    guard let low = row.low, let high = row.high, low <= high,
      PlotScale.isShown(low, on: axis), PlotScale.isShown(high, on: axis)
    else { return nil }
    return (low, high)
  }

  /// Where bars begin: at 0, or at the least value where 0 is not on the axis.
  private var zeroPlace: Double {
    scale.place(PlotScale.isShown(0, on: axis) ? 0 : scale.domain.lowerBound)
  }

  private static func figure(_ row: Row) -> String {
    var text = Numbers.readable(row.value)
    if !row.mark.isEmpty { text += " \(row.mark)" }
    if let above = row.above, above > 0 {
      let change = (row.value / above - 1) * 100
      let sign = change < -0.5 ? "−" : (change >= 0.5 ? "+" : "±")
      text += " (\(sign)\(Numbers.fixed(abs(change), 0)) %)"
    }
    return text
  }

  private func told(_ row: Row) -> String {
    var text = Numbers.readable(row.value)
    if let (low, high) = interval(row) {
      text += " (\(Numbers.readable(low))–\(Numbers.readable(high)))"
    }
    return "\(text) \(axis.title)"
  }

  private func ticks(_ svg: inout SvgWriter, from top: Double, at foot: Double) {
    svg.line(zeroPlace, top, zeroPlace, foot, class: "axis")
    var free = 0.0
    for tick in scale.ticks(most: 4) {
      let half = PlotStyle.textWidth(tick.label) / 2
      let middle = max(scale.place(tick.value), half + 2)
      guard middle - half >= free, middle + half <= width else { continue }
      free = middle + half + 4
      svg.label(tick.label, x: middle, y: foot + 14, class: "soft", anchor: "middle")
    }
  }

  private func legend(_ svg: inout SvgWriter, from top: Double) -> Double {
    guard series.count > 1 else { return top - 4 }
    var across = Self.left
    var down = top
    for (index, name) in series.enumerated() {
      let name = PlotStyle.fitted(name, to: width - 34)
      let room = PlotStyle.textWidth(name) + 32
      if across > Self.left, across + room > width {
        across = Self.left
        down += 18
      }
      svg.rectangle(
        x: across, y: down - 2, width: 14, height: 11, class: "f\(index % PlotStyle.seriesCount)")
      svg.label(name, x: across + 19, y: down + 8)
      across += room
    }
    return down + 18
  }
}
