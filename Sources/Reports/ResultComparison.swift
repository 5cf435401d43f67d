import LoadModel
import Statistics

/// Any number of results side by side: medians of the repetitions, percentiles included, what each
/// differs from the first, and how sure that is. No verdict: they were measured at different times,
/// and nothing tells what the machine did.
public struct ResultComparison: Sendable {
  /// One result: what it is called, and the samples of its cases.
  public struct Entry: Sendable {
    public var name: String
    public var cases: [CaseSamples]
    /// It ended before all was measured.
    public var isPartial: Bool
    /// What was run; nil where that is not known.
    public var configuration: EffectiveConfiguration?
    /// What a suite found.
    public var study: Study?
    /// Why nothing is concluded from a case or a point, by its label: it was not steady, too short,
    /// or limited by the load generator.
    public var doubts: [String: String]

    public init(
      name: String, cases: [CaseSamples], isPartial: Bool = false,
      configuration: EffectiveConfiguration? = nil, study: Study? = nil,
      doubts: [String: String] = [:]
    ) {
      self.study = study
      self.doubts = doubts
      self.name = name
      self.cases = cases
      self.isPartial = isPartial
      self.configuration = configuration
    }
  }

  /// One figure of one case in one result.
  public struct Cell: Codable, Sendable {
    public var result: String
    public var caseLabel: String
    public var metric: String
    public var title: String
    public var median: Double
    public var repetitions: Int
    /// Against the first result, as a share; nil for the first and where it has no such figure.
    /// From three repetitions on each side it is the ratio of trimmed means (see `Contest`), not of
    /// the medians.
    public var change: Double?
    /// The 95 % interval of `change`; nil with fewer than three repetitions on a side.
    public var changeLow: Double?
    public var changeHigh: Double?
    /// Of a change this large by chance alone, corrected for all changes of the comparison (Holm).
    public var probability: Double?
    /// Shown: improbable by chance, at least 5 %, above what identical cases differ by, and nothing
    /// is known against it.
    public var isClear: Bool
    /// Why nothing is concluded from it, on either side: `not steady: rate`.
    public var doubt: String?
  }

  /// With fewer repetitions on a side an interval says nothing.
  public static let fewestRepetitions = TrimmedMean.fewestValues

  public let cells: [Cell]
  /// What a reader must know of the results as a whole.
  public let notes: [String]
  /// How many changes were corrected together.
  public let contestCount: Int
  let names: [String]

  /// - Parameter entries: The first is what the others are compared with.
  public init(_ entries: [Entry]) {
    names = entries.map(\.name)
    var cells: [Cell] = []
    var contests: [Int: Contest] = [:]
    let labels = Self.labels(entries)
    for label in labels {
      for metric in CheckMetric.all {
        let figure = Figure(label: label, metric: metric.name, title: metric.title)
        Self.add(figure, of: entries, to: &cells, &contests) { entry in
          let found = Self.found(entry, label, isOnly: labels.count == 1)
          return Side(
            values: found?.repetitions.compactMap { $0.values[metric.name] } ?? [],
            doubt: found.flatMap { entry.doubts[$0.label] })
        }
      }
    }
    Self.addStudies(entries, to: &cells, &contests)
    let floors = Self.noiseFloors(entries)
    contests = contests.corrected { floors[cells[$0].metric] ?? 0 }
    for (place, contest) in contests {
      cells[place].change = contest.factor - 1
      cells[place].changeLow = contest.interval.map { $0.low - 1 }
      cells[place].changeHigh = contest.interval.map { $0.high - 1 }
      cells[place].probability = contest.adjusted
      cells[place].isClear = contest.isShown && cells[place].doubt == nil
    }
    self.cells = cells
    contestCount = contests.values.count { $0.adjusted != nil }
    notes =
      entries.filter(\.isPartial).map {
        "\($0.name) is partial: it ended early, and its whole repetitions alone are compared."
      } + entries.dropFirst().compactMap { Self.difference($0, from: entries[0]) }
      + Self.sameness(entries) + Self.doubtNotes(entries)
  }

  struct Figure {
    var label: String
    var metric: String
    var title: String
  }

  struct Side {
    var values: [Double]
    var doubt: String?
  }

  /// One figure of all results that have it.
  static func add(
    _ figure: Figure, of entries: [Entry], to cells: inout [Cell], _ contests: inout [Int: Contest],
    _ side: (Entry) -> Side
  ) {
    var first: Side?
    for (index, entry) in entries.enumerated() {
      let own = side(entry)
      guard let middle = median(own.values) else { continue }
      var cell = Cell(
        result: entry.name, caseLabel: figure.label, metric: figure.metric, title: figure.title,
        median: middle, repetitions: own.values.count, isClear: false)
      if let first, let base = median(first.values) {
        contests[cells.count] = Contest(unpaired: own.values, to: first.values)
        // Of 0 no share of anything is known, but that it is another.
        cell.change = ratio(middle, to: base).map { $0 - 1 }
        cell.doubt = own.doubt ?? first.doubt
      }
      if index == 0 { first = own }
      cells.append(cell)
    }
  }

  /// What two cases of one result that are the same experiment differ by, as the logarithm of a
  /// ratio: the most of any result, by the figure.
  private static func noiseFloors(_ entries: [Entry]) -> [String: Double] {
    var floors: [String: Double] = [:]
    for entry in entries {
      for (place, own) in entry.cases.enumerated() {
        guard
          let twin = entry.cases[..<place].first(where: {
            $0.workload.isSameExperiment(as: own.workload)
          })
        else { continue }
        for metric in CheckMetric.all {
          let contest = Contest(own.values(metric.name), to: twin.values(metric.name))
          guard let size = contest?.estimate.map({ abs($0.mean) }) else { continue }
          floors[metric.name] = max(floors[metric.name] ?? 0, size)
        }
      }
    }
    return floors
  }

  /// Results of one case each that are the same experiment under two names.
  private static func sameness(_ entries: [Entry]) -> [String] {
    guard entries.allSatisfy({ $0.cases.count == 1 }), let first = entries.first?.cases.first else {
      return []
    }
    return entries.dropFirst().compactMap { entry in
      guard let own = entry.cases.first, own.workload != first.workload,
        own.workload.isSameExperiment(as: first.workload)
      else { return nil }
      return
        "\(entry.name) is the same experiment as \(entries[0].name): what their settings differ"
        + " in changes nothing (with one replica acks=1 and acks=all are the same)."
    }
  }

  /// Cases from which nothing is concluded, once for each reason.
  private static func doubtNotes(_ entries: [Entry]) -> [String] {
    entries.flatMap { entry in
      let reasons = Set(entry.doubts.values).sorted()
      return reasons.map { reason in
        let points = entry.study?.points.map(\.comparedLabel) ?? []
        let labels = (entry.cases.map(\.label) + points).filter { entry.doubts[$0] == reason }
        let noun = entry.study == nil ? "cases" : "points"
        let names = labels.count > 3 ? "\(labels.count) \(noun)" : labels.joined(separator: ", ")
        return "\(entry.name): no conclusion on the broker from \(names) (\(reason))."
      }
    }
  }

  /// Settings that say what was measured, and are not the same.
  private static func difference(_ entry: Entry, from first: Entry) -> String? {
    guard let own = entry.configuration, let base = first.configuration else { return nil }
    func values(_ configuration: EffectiveConfiguration) -> [String: String] {
      Dictionary(
        configuration.entries.filter { !Baseline.isPlace($0.name) }
          .map { ($0.name, $0.values.joined(separator: ",")) }, uniquingKeysWith: { $1 })
    }
    let (here, there) = (values(own), values(base))
    let names = Set(here.keys).union(there.keys).filter { here[$0] != there[$0] }.sorted()
    guard !names.isEmpty else { return nil }
    func told(_ value: String?) -> String { value.flatMap { $0.isEmpty ? nil : $0 } ?? "none" }
    let parts = names.map { "\($0) \(told(here[$0])) instead of \(told(there[$0]))" }
    return "\(entry.name) was run with \(parts.joined(separator: ", ")) of \(first.name)."
  }

  /// Results of one case each are compared whatever their cases are called.
  private static func labels(_ entries: [Entry]) -> [String] {
    if entries.allSatisfy({ $0.cases.count == 1 }), let first = entries.first?.cases.first {
      return [first.label]
    }
    var labels: [String] = []
    for label in entries.flatMap({ $0.cases.map(\.label) }) where !labels.contains(label) {
      labels.append(label)
    }
    return labels
  }

  private static func found(_ entry: Entry, _ label: String, isOnly: Bool) -> CaseSamples? {
    isOnly ? entry.cases.first : entry.cases.first { $0.label == label }
  }
}
