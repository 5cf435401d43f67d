import Statistics

/// A plot as a plain value; `PlotSvg` draws it.
///
/// Values that are no finite numbers (or not above 0 on a logarithmic axis) are left out: nothing
/// is drawn for what is not known.
public struct Plot: Sendable, Equatable {
  /// The stem of its file, unique in a report: small letters, digits and `-`; others become `-`.
  public var name: String
  public var title: String
  /// What to see in it, or how it was made; may be empty.
  public var note: String
  public var content: Content

  public enum Content: Sendable, Equatable {
    case lines(LinePlot)
    case bars(BarPlot)
    case staircase(StaircasePlot)
  }

  public init(name: String, title: String, note: String = "", content: Content) {
    self.name = String(
      name.unicodeScalars.map { scalar in
        ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
      })
    self.title = title
    self.note = note
    self.content = content
  }

  /// Where its SVG lies, from the report's directory.
  public var file: String { "plots/\(name).svg" }
}

/// An axis of numbers.
public struct PlotAxis: Sendable, Equatable {
  public enum Scale: Sendable, Equatable {
    case linear
    /// Logarithmic where all values are above 0 and span 1.5 decades or more, else linear.
    case automatic
    /// Powers of ten, or of two where values are sizes and counts.
    case logarithmic(base: Int = 10)
    /// Values are percentiles, 0 ..< 100; each further nine takes the same room.
    case percentile
  }

  /// What it is, unit included: `MB/s`.
  public var title: String
  public var scale: Scale
  /// A linear axis begins at 0, so that heights can be compared; without, at the least value.
  public var includesZero: Bool
  /// Numbers at the ticks are bytes: `16 KiB`.
  public var isBytes: Bool
  /// Shown whatever the plot's own values are: plots beside each other that have it in common can
  /// be compared by eye.
  public var extent: ClosedRange<Double>?

  public init(
    _ title: String, scale: Scale = .linear, includesZero: Bool = true, isBytes: Bool = false,
    extent: ClosedRange<Double>? = nil
  ) {
    self.title = title
    self.scale = scale
    self.includesZero = includesZero
    self.isBytes = isBytes
    self.extent = extent
  }

  /// From this quotient of the largest and the least value on, an automatic axis is logarithmic:
  /// 1.5 decades.
  private static let logarithmicFrom = 31.6

  /// The axis with a scale of its own, for these values.
  func resolved(for values: [Double]) -> PlotAxis {
    guard scale == .automatic else { return self }
    var axis = self
    axis.scale = .linear
    let ends = extent.map { [$0.lowerBound, $0.upperBound] } ?? []
    let shown = (values + ends).filter { PlotScale.isShown($0, on: axis) }
    if let low = shown.min(), let high = shown.max(), low > 0, high >= Self.logarithmicFrom * low {
      axis.scale = .logarithmic()
    }
    return axis
  }
}

/// A point with, where known, the interval that holds it.
public struct PlotPoint: Sendable, Equatable {
  public var x: Double
  public var y: Double
  public var low: Double?
  public var high: Double?

  public init(x: Double, y: Double, low: Double? = nil, high: Double? = nil) {
    self.x = x
    self.y = y
    self.low = low
    self.high = high
  }

  /// Between two points of a series: the line is broken there.
  public static let gap = PlotPoint(x: .infinity, y: .infinity)
  public var isGap: Bool { self == .gap }
}

/// Several series over two axes: lines, steps, markers, fitted curves.
public struct LinePlot: Sendable, Equatable {
  public struct Series: Sendable, Equatable {
    public enum Style: Sendable, Equatable {
      /// Markers joined by straight lines.
      case line
      /// A line without markers: many points, or a function.
      case curve
      /// A level until the next point.
      case steps
      /// Markers alone: measured points beside a fitted curve.
      case markers
    }

    public var name: String
    public var points: [PlotPoint]
    public var style: Style
    /// `low` and `high` as a band behind the line; else as a mark at each point.
    public var hasBand: Bool
    /// Which colour, dash and marker it has, so that one thing looks alike in several plots; nil:
    /// by its place in this plot.
    public var look: Int?

    public init(
      _ name: String, points: [PlotPoint], style: Style = .line, hasBand: Bool = false,
      look: Int? = nil
    ) {
      self.name = name
      self.points = points
      self.style = style
      self.hasBand = hasBand
      self.look = look
    }
  }

  /// A level or a moment to compare with, named.
  public struct Reference: Sendable, Equatable {
    public enum Direction: Sendable, Equatable { case x, y }
    public var name: String
    public var value: Double
    /// The axis that `value` lies on.
    public var direction: Direction

    public init(_ name: String, value: Double, on direction: Direction = .y) {
      self.name = name
      self.value = value
      self.direction = direction
    }
  }

  /// A stretch of the x axis, named: what comes before it and after it is another phase.
  public struct Span: Sendable, Equatable {
    public var name: String
    public var from: Double
    /// The same as `from` for a moment.
    public var to: Double

    public init(_ name: String, from: Double, to: Double) {
      self.name = name
      self.from = from
      self.to = to
    }
  }

  public var x: PlotAxis
  public var y: PlotAxis
  public var series: [Series]
  public var references: [Reference]
  public var spans: [Span]

  public init(
    x: PlotAxis, y: PlotAxis, series: [Series], references: [Reference] = [], spans: [Span] = []
  ) {
    self.spans = spans
    self.x = x
    self.y = y
    self.series = series
    self.references = references
  }
}

/// Lying bars in groups, each with its interval; long names stand above their bar.
public struct BarPlot: Sendable, Equatable {
  public struct Bar: Sendable, Equatable {
    /// Which of `series` it belongs to.
    public var series: Int
    public var value: Double
    public var low: Double?
    public var high: Double?
    /// Single measurements, as dots over the bar.
    public var samples: [Double]
    /// Beside the figure: the mark of a footnote.
    public var mark: String

    public init(
      series: Int = 0, value: Double, low: Double? = nil, high: Double? = nil,
      samples: [Double] = [], mark: String = ""
    ) {
      self.series = series
      self.value = value
      self.low = low
      self.high = high
      self.samples = samples
      self.mark = mark
    }

    /// Median, range and each of the samples; nil without any.
    init?(series: Int, samples: [Double]) {
      guard let found = Summary(samples) else { return nil }
      self.init(
        series: series, value: found.median, low: found.min, high: found.max, samples: samples)
    }
  }

  public struct Group: Sendable, Equatable {
    public var name: String
    public var bars: [Bar]

    public init(_ name: String, bars: [Bar]) {
      self.name = name
      self.bars = bars
    }
  }

  public var axis: PlotAxis
  /// What bars of the same place in their groups have in common; empty for a single kind.
  public var series: [String]
  public var groups: [Group]

  public init(axis: PlotAxis, series: [String] = [], groups: [Group]) {
    self.axis = axis
    self.series = series
    self.groups = groups
  }
}

/// Steps from a ceiling down: what is left after each, and what that step cost.
public struct StaircasePlot: Sendable, Equatable {
  public struct Step: Sendable, Equatable {
    public var name: String
    public var value: Double
    public var low: Double?
    public var high: Double?
    /// Beside the figure: the mark of a footnote.
    public var mark: String

    public init(
      _ name: String, value: Double, low: Double? = nil, high: Double? = nil, mark: String = ""
    ) {
      self.name = name
      self.value = value
      self.low = low
      self.high = high
      self.mark = mark
    }
  }

  public var axis: PlotAxis
  /// From the ceiling down.
  public var steps: [Step]

  public init(axis: PlotAxis, steps: [Step]) {
    self.axis = axis
    self.steps = steps
  }
}
