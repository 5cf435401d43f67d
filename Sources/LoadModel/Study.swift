import Statistics

/// What a suite found: points in the space of its parameters, with figures at each.
public struct Study: Codable, Sendable, Equatable {
  public var suite: Suite
  /// The question that it answers, in a sentence.
  public var question: String
  public var points: [StudyPoint] = []
  /// What a reader must know besides the figures: what was left out, and why.
  public var notes: [String] = []

  public init(suite: Suite, question: String) {
    self.suite = suite
    self.question = question
  }
}

/// One point: what tells it from the others, and what was measured there.
public struct StudyPoint: Codable, Sendable, Equatable {
  /// A parameter and its value, as text.
  public struct Label: Codable, Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A distribution, such as latencies in nanoseconds, of all repetitions together.
  public struct Distribution: Codable, Sendable, Equatable {
    public var name: String
    public var histogram: HistogramData

    public init(_ name: String, _ histogram: HistogramData) {
      self.name = name
      self.histogram = histogram
    }
  }

  public var labels: [Label]
  public var figures: [StudyFigure] = []
  public var histograms: [Distribution] = []
  /// Fewer repetitions than were wanted.
  public var isPartial = false
  /// How many repetitions failed; nil where none did.
  public var failures: Int?

  public init(_ labels: [Label], figures: [StudyFigure] = [], histograms: [Distribution] = []) {
    self.labels = labels
    self.figures = figures
    self.histograms = histograms
  }

  /// The value of the label of this name.
  public func label(_ name: String) -> String? { labels.first { $0.name == name }?.value }

  public func figure(_ name: String) -> StudyFigure? { figures.first { $0.name == name } }
}

/// A figure and its samples, mostly one a repetition. One that could not be measured is absent:
/// never 0.
public struct StudyFigure: Codable, Sendable, Equatable {
  public var name: String
  /// `MB/s`, `s/GB`, `ns`; empty for counts.
  public var unit: String
  public var samples: [Double]

  public init(_ name: String, _ unit: String, _ samples: [Double]) {
    self.name = name
    self.unit = unit
    self.samples = samples
  }

  /// Median and range; nil without samples.
  public var summary: Summary? { Summary(samples) }
  public var median: Double? { summary?.median }
}

extension Study {
  /// Adds what one more repetition found: the samples go to the point with the same labels, the
  /// distributions are merged with those that are there.
  ///
  /// - Returns: The places of the points.
  @discardableResult
  public mutating func add(_ found: [StudyPoint]) -> [Int] {
    found.map { point in
      guard let index = points.firstIndex(where: { $0.labels == point.labels }) else {
        points.append(point)
        return points.count - 1
      }
      points[index].add(point)
      return index
    }
  }
}

extension StudyPoint {
  fileprivate mutating func add(_ other: StudyPoint) {
    for figure in other.figures {
      if let index = figures.firstIndex(where: { $0.name == figure.name }) {
        figures[index].samples += figure.samples
      } else {
        figures.append(figure)
      }
    }
    for distribution in other.histograms {
      guard let index = histograms.firstIndex(where: { $0.name == distribution.name }),
        var merged = try? histograms[index].histogram.histogram(),
        let more = try? distribution.histogram.histogram()
      else {
        histograms.append(distribution)
        continue
      }
      merged.merge(more)
      histograms[index].histogram = HistogramData(merged)
    }
  }
}
