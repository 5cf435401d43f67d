import Statistics

/// What a suite found: points in the space of its parameters, with figures at each.
public struct Study: Codable, Sendable, Equatable {
  public var suite: Suite
  /// The question that it answers, in a sentence.
  public var question: String
  public var points: [StudyPoint] = []
  /// What a reader must know besides the figures: what was left out, and why.
  public var notes: [String] = []
  /// Settings of clients that decide the figures and are not flags, such as
  /// `heartbeat.interval.ms`, by Kafka's names; nil in older files.
  public var conditions: [StudyPoint.Label]?
  /// Turns during which a node was lost or a partition's leader moved; nil where there was none,
  /// and in older files.
  public var disturbances: [StudyDisturbance]?

  public init(suite: Suite, question: String) {
    self.suite = suite
    self.question = question
  }
}

/// What happened to the cluster while a turn of a suite was measured.
public struct StudyDisturbance: Codable, Sendable, Equatable {
  /// The turn's name, such as `range`.
  public var turn: String
  /// From 1; 0 in a round that warms up and does not count.
  public var repetition: Int
  public var events: RunEvents
  /// Nodes that the cluster had when the suite began and not when the turn did; nil where none was
  /// missing.
  public var missingNodes: [Int32]?

  public init(
    turn: String, repetition: Int, events: RunEvents, missingNodes: [Int32]? = nil
  ) {
    self.turn = turn
    self.repetition = repetition
    self.events = events
    self.missingNodes = missingNodes
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
  /// One number a sample, of figures that have all samples: samples of two points with the same
  /// number were measured together. The repetition, or, where a repetition has several samples,
  /// `repetition × pairingStep` and the time of each in seconds. Nil in older files.
  public var pairing: [Double]?

  /// More than a repetition lasts, in seconds.
  public static let pairingStep = 1e6

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
    if let more = other.pairing { pairing = (pairing ?? []) + more }
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
