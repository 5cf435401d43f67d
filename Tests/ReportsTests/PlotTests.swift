import Foundation
import LoadModel
import Testing

@testable import Reports

@Suite("Plots")
struct PlotTests {
  private func svg(_ content: Plot.Content) throws -> String {
    let text = PlotSvg.file(Plot(name: "A b/c", title: "Title & more", content: content))
    try HtmlReportTests.parse(text, "plot")
    return text
  }

  @Test("a plot's file is named by letters, digits and dashes alone")
  func names() {
    let plot = Plot(
      name: "../A b", title: "", content: .bars(BarPlot(axis: .init("x"), groups: [])))
    #expect(plot.file == "plots/-----b.svg")
    #expect(plot.isEmpty)
  }

  @Test(
    "values that an axis cannot show are left out, and nothing is drawn for them",
    arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, 0, -1])
  func unshowable(value: Double) throws {
    let bad = PlotPoint(x: value, y: value, low: value, high: value)
    let good = PlotPoint(x: 10, y: 20, low: value, high: value)
    for scale in [PlotAxis.Scale.linear, .logarithmic(), .logarithmic(base: 2), .percentile] {
      let axis = PlotAxis("x", scale: scale)
      let lines = LinePlot(
        x: axis, y: axis,
        series: [
          .init("a", points: [bad, good, bad], hasBand: true), .init("b", points: [good, bad]),
        ], references: [.init("limit", value: value)])
      let bars = BarPlot(
        axis: axis,
        groups: [.init("g", bars: [.init(value: value), .init(value: 3, low: value, high: value)])])
      let steps = StaircasePlot(
        axis: axis, steps: [.init("s", value: value), .init("t", value: 2)])
      for content in [Plot.Content.lines(lines), .bars(bars), .staircase(steps)] {
        let words = try svg(content).split { !$0.isLetter }.map { $0.lowercased() }
        #expect(!words.contains("nan") && !words.contains("inf"))
      }
    }
  }

  @Test("an interval without a value is a gap at its own place, whichever repetition has values")
  func gaps() throws {
    func sample(_ second: Int) -> IntervalSample {
      IntervalSample(startS: Double(second), durationS: 1)
    }
    var places = IntervalPlaces()
    // The first repetition has no value at 1 and 3, the second none at 3 and no interval 0 at all.
    for (second, value) in [(0, 10), (1, nil), (2, 12), (3, nil), (4, 14)] as [(Int, Double?)] {
      places.add(value, at: sample(second), lengthS: 1)
    }
    for (second, value) in [(1, 20), (2, 14), (3, nil), (4, 16)] as [(Int, Double?)] {
      places.add(value, at: sample(second), lengthS: 1)
    }
    let points = places.points
    #expect(points.map(\.x) == [0.5, 1.5, 2.5, .infinity, 4.5])
    #expect(points.map(\.y) == [10, 20, 13, .infinity, 15])
    #expect(places.count == 4)
    let axis = PlotAxis("x")
    let line = LinePlot(x: axis, y: axis, series: [.init("a", points: points, hasBand: true)])
    let text = try svg(.lines(line))
    // One line of three points, and no stroke across the gap; the point behind it has a marker.
    let path = try #require(text.split(separator: "<path").first { $0.contains("class=\"l l0\"") })
    let strokes = path.split(separator: "\"")[1]
    #expect(strokes.split(separator: "M").count == 1 && strokes.split(separator: "L").count == 3)
    Golden.expect(
      "plot-gap.svg", PlotSvg.inline(Plot(name: "gap", title: "A gap", content: .lines(line))))
  }

  @Test("a staircase tells what each step lost")
  func staircase() throws {
    let plot = StaircasePlot(
      axis: PlotAxis("MB/s"),
      steps: [.init("pwrite", value: 2000), .init("log", value: 1500, low: 1400, high: 1600)])
    _ = try svg(.staircase(plot))
    Golden.expect(
      "plot-staircase.svg",
      PlotSvg.inline(Plot(name: "steps", title: "Steps", content: .staircase(plot))))
  }

  @Test("measured points beside a fitted curve: markers alone, and a line alone")
  func scatter() throws {
    let points = [1.0, 10, 100].map { PlotPoint(x: $0, y: $0 * 2, low: $0, high: $0 * 3) }
    let text = try svg(
      .lines(
        LinePlot(
          x: PlotAxis("partitions", scale: .logarithmic()), y: PlotAxis("MB/s"),
          series: [
            .init("measured", points: points, style: .markers),
            .init("fitted", points: points, style: .curve),
          ])))
    #expect(text.components(separatedBy: "class=\"m f0\"").count - 1 == 4)
    #expect(text.components(separatedBy: "class=\"e e0\"").count - 1 == 3)
    #expect(text.components(separatedBy: "class=\"m f1\"").count - 1 == 0)
    #expect(text.contains("class=\"l l1\""))
  }

  @Test(
    "ticks are few, ascending, distinct and within the axis",
    arguments: [
      (0.0, 1.0), (0, 1_234_567), (0.001, 0.0017), (3, 3), (-5, 12), (1e-9, 1e9), (0, 1e17),
      (999, 1001),
    ])
  func ticks(low: Double, high: Double) {
    let scales: [PlotAxis.Scale] = [
      .linear, .logarithmic(), .logarithmic(base: 2), .percentile,
    ]
    for scale in scales {
      for includesZero in [true, false] {
        let axis = PlotAxis("x", scale: scale, includesZero: includesZero)
        let made = PlotScale(axis, values: [low, high], from: 0, to: 100)
        let ticks = made.ticks(most: 6)
        #expect((1...9).contains(ticks.count), "\(scale) \(low) \(high): \(ticks)")
        #expect(Set(ticks.map(\.label)).count == ticks.count, "\(ticks)")
        #expect(ticks.map(\.value) == ticks.map(\.value).sorted())
        #expect(ticks.allSatisfy { (-0.1...100.1).contains(made.place($0.value)) })
      }
    }
  }

  @Test("each further nine takes the same room")
  func nines() {
    let scale = PlotScale(
      PlotAxis("p", scale: .percentile), values: [0, 99.9], from: 0, to: 300)
    #expect(abs(scale.place(90) - 100) < 0.01)
    #expect(abs(scale.place(99) - 200) < 0.01)
    #expect(abs(scale.place(99.9) - 300) < 0.01)
  }

  @Test("sizes are told in their own units")
  func sizes() {
    #expect(PlotScale.bytes(16_384) == "16 KiB")
    #expect(PlotScale.bytes(1_572_864) == "1.5 MiB")
    #expect(PlotScale.short(25_000, step: 1) == "25 k")
    #expect(PlotScale.short(0.25, step: 0.05) == "0.25")
  }
}

@Suite("Sections")
struct SectionTests {
  private var section: ReportSection {
    var table = ReportTable(["a", "b"], caption: "c", footnotes: ["[g] why."])
    table.row(["`x|y`", "1"])
    table.row(["short"])
    return ReportSection(
      title: "T", question: "Q?", answer: "A **is** `b`.", paragraphs: ["P <b>"],
      points: ["one", "two"], tables: [table],
      plots: [
        Plot(
          name: "p", title: "T",
          content: .bars(
            BarPlot(axis: PlotAxis("x"), groups: [.init("g", bars: [.init(value: 1)])]))
        )
      ], parts: [ReportSection(title: "Part", paragraphs: ["inner"]), ReportSection(title: "none")])
  }

  @Test("as Markdown")
  func markdown() {
    Golden.expect("section.md", SectionMarkdown.text(section))
  }

  @Test("as HTML")
  func html() {
    Golden.expect("section.html", SectionHtml.text(section, id: "s1"))
  }

  @Test("marks that are not closed stand for themselves")
  func marks() {
    #expect(ReportText.plain("a ` b ** c") == "a ` b ** c")
    #expect(ReportText.runs(of: "**a** `b` c").map(\.text) == ["a", " ", "b", " c"])
    #expect(ReportText.code("a`b\nc") == "`a'b c`")
    #expect(
      HtmlText.inline("**x `<`** y") == "<strong>x </strong><code class=\"k\">&lt;</code> y")
  }
}

@Suite("Axes and looks of plots")
struct PlotAxisTests {
  @Test("an automatic axis is logarithmic where all values are above 0 and span 1.5 decades")
  func automatic() {
    let axis = PlotAxis("x", scale: .automatic)
    #expect(axis.resolved(for: [1, 31]).scale == .linear)
    #expect(axis.resolved(for: [1, 32]).scale == .logarithmic())
    #expect(axis.resolved(for: [0, 1, 1000]).scale == .linear)
    #expect(axis.resolved(for: [-1, 1000]).scale == .linear)
    #expect(axis.resolved(for: []).scale == .linear)
    #expect(axis.resolved(for: [1, .nan, .infinity, 1000]).scale == .logarithmic())
    #expect(PlotAxis("x").resolved(for: [1, 1000]).scale == .linear)
  }

  @Test("bars on a logarithmic axis are dots: a length would say nothing")
  func dots() {
    func svg(_ values: [Double]) -> String {
      let groups = values.map { BarPlot.Group("\($0)", bars: [.init(value: $0)]) }
      let plot = BarPlot(axis: PlotAxis("", scale: .automatic), groups: groups)
      return PlotSvg.file(Plot(name: "a", title: "", content: .bars(plot)))
    }
    #expect(svg([1, 2]).components(separatedBy: "class=\"f0\"").count == 3)
    #expect(!svg([1, 2]).contains("<circle"))
    #expect(svg([1, 200]).components(separatedBy: "<circle").count == 3)
    #expect(!svg([1, 200]).contains("<rect x=\"6\""))
  }

  @Test("plots of one figure share their axes, and a case looks alike in all of them")
  func shared() throws {
    var run = try SampleRun.make(
      flags: [("rate", "1000"), ("batch-size", (1...8).map { "\($0)KiB" }.joined(separator: ","))])
    // One case has no latency over time: the others keep their looks.
    for index in run.cases[2].repetitions.indices {
      for place in run.cases[2].repetitions[index].intervals.indices {
        run.cases[2].repetitions[index].intervals[place].endToEndLatency = nil
      }
    }
    let plots = RunReport(run).sections.flatMap(\.allPlots)
    var looks: [String: Set<Int?>] = [:]
    for stem in [
      "produced-over-time", "end-to-end-latency-over-time", "produce-latency-percentiles",
    ] {
      let parts = plots.filter { $0.name.hasPrefix(stem) }.compactMap { plot -> LinePlot? in
        if case .lines(let lines) = plot.content { lines } else { nil }
      }
      #expect(parts.count == 2 && parts[0].x == parts[1].x && parts[0].y == parts[1].y, "\(stem)")
      #expect(parts[0].y.extent != nil)
      #expect(parts.map(\.series.count).max() == 4, "\(stem)")
      for series in parts.flatMap(\.series) { looks[series.name, default: []].insert(series.look) }
    }
    #expect(looks.count == 8 && looks.values.allSatisfy { $0.count == 1 })
    #expect(Set(looks.values).count == 8)
  }

  @Test("a plot alone has a drawing as wide as the page, and one for a phone")
  func widths() {
    let plot = Plot(
      name: "a", title: "A",
      content: .bars(
        BarPlot(axis: PlotAxis("x"), groups: [.init("g", bars: [.init(value: 1)])])))
    func html(_ count: Int) -> String {
      SectionHtml.text(
        ReportSection(title: "T", plots: [Plot](repeating: plot, count: count)), id: "s")
    }
    #expect(html(1).contains("flow c1") && html(1).contains("viewBox=\"0 0 1100 "))
    #expect(html(2).contains("flow c2") && html(4).contains("flow c2"))
    #expect(html(3).contains("flow c3") && !html(3).contains("class=\"wide\""))
    for count in 1...4 { #expect(html(count).contains("viewBox=\"0 0 344 ")) }
  }
}
