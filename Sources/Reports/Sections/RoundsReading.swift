import LoadModel
import Statistics

/// A figure of a point with its certainty: the trimmed mean of its rounds and the 95 % interval.
struct RoundsReading: Equatable {
  let value: Double
  /// Nil with fewer than three rounds: the value is their mean then.
  /// Of values that are not negative, it is not either.
  private(set) var interval: ConfidenceInterval?

  /// - Returns: Nil without a round.
  init?(_ figure: StudyFigure?) {
    guard let samples = figure?.samples.filter(\.isFinite), !samples.isEmpty else { return nil }
    let mean = TrimmedMean(samples)
    value = mean?.mean ?? samples.reduce(0, +) / Double(samples.count)
    interval = mean?.interval()
    if (samples.min() ?? 0) >= 0, let low = interval?.low, low < 0 { interval?.low = 0 }
  }

  /// `577 MB/s (540–600)`
  func text(_ unit: String = "", by divisor: Double = 1) -> String {
    plain(by: divisor) + (unit.isEmpty ? "" : " " + unit) + bracket(by: divisor)
  }

  /// As `text`; nil where there are too few samples for an interval.
  func claim(_ unit: String, by divisor: Double = 1) -> String? {
    interval == nil ? nil : text(unit, by: divisor)
  }

  /// `**577 MB/s** (540–600)`
  func strong(_ unit: String) -> String { "**\(plain()) \(unit)**\(bracket())" }

  /// The value alone.
  func plain(by divisor: Double = 1) -> String { Numbers.readable(value / divisor) }

  private func bracket(by divisor: Double = 1) -> String {
    interval.map { " (\(Numbers.range($0.low / divisor, $0.high / divisor)))" } ?? ""
  }

  /// With its interval as a plot draws it.
  func point(x: Double) -> PlotPoint {
    PlotPoint(x: x, y: value, low: interval?.low ?? value, high: interval?.high ?? value)
  }
}

extension Contest {
  /// As `init(_:_:_:)`, and nil where a repetition of either failed, for which samples are of one
  /// round is not known then, or where a broker was lost meanwhile.
  init?(whole point: StudyPoint?, _ other: StudyPoint?, _ figure: String) {
    for one in [point, other] {
      guard (one?.failures ?? 0) == 0, one?.figure("nodes lost") == nil else { return nil }
    }
    self.init(point, other, figure)
  }

  /// `1.65× (1.50–1.80)`; a difference that is not claimed with that remark.
  var remark: String { isShown || estimate == nil ? text : "\(text), \(Self.noneShown)" }

  /// For tables: the reason as a mark.
  var cell: String { isShown ? text : "\(text) \(Self.equal)" }
  private static let equal = "[=]"
  static let cellNote = "\(equal) no difference of 5 % or more shown"

  /// What the marks of a table's cells mean.
  static func notes(of table: ReportTable) -> [String] {
    table.rows.contains { $0.contains { $0.hasSuffix(equal) } } ? [cellNote] : []
  }
  static let noneShown = "no difference shown"
}

extension Dictionary where Value == Contest {
  /// There are contests, and none has as many rounds as an interval needs.
  var areTooShort: Bool { !isEmpty && values.allSatisfy { $0.estimate == nil } }
}
