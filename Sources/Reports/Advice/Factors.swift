import Glibc
import LoadModel
import Statistics

/// The cases of a sweep by the values of the settings that were swept.
struct Factors {
  struct Axis: Equatable {
    /// The flag's name.
    var name: String
    var values: [String]
  }

  /// One experiment: its cases differ in nothing that changes anything.
  struct Cell {
    /// The values of each case, one for each axis.
    var values: [[String]]
    var entries: [CaseResult]

    /// A figure by its round: the geometric mean of those of its cases.
    func rounds(_ metric: Metric) -> [Int: Double] {
      var logarithms: [Int: [Double]] = [:]
      for entry in entries {
        for (round, value) in metric.rounds(entry) {
          logarithms[round, default: []].append(log(value))
        }
      }
      return logarithms.mapValues { exp($0.reduce(0, +) / Double($0.count)) }
    }
  }

  /// Two experiments that differ in one setting alone, and what the others are held at.
  struct Pair {
    var own: Int
    var base: Int
    /// `compression=lz4`; what all pairs share, and what changes nothing, is left out.
    var context: String
  }

  /// In the order of the schema, of which the first varies slowest.
  let axes: [Axis]
  let cells: [Cell]
  /// The cell of a point by its values.
  private let places: [[String]: Int]

  /// - Parameters:
  ///   - axes: Name and values of each, in the schema's order.
  ///   - cases: Numbered as the cross product of the axes is; others are left out.
  init(axes: [Axis], cases: [CaseResult]) {
    self.axes = axes
    var cells: [Cell] = []
    var places: [[String]: Int] = [:]
    for entry in cases {
      guard let values = Self.values(of: entry, axes), places[values] == nil else { continue }
      let same = cells.firstIndex { $0.entries[0].workload.isSameExperiment(as: entry.workload) }
      if let same {
        cells[same].values.append(values)
        cells[same].entries.append(entry)
      } else {
        cells.append(Cell(values: [values], entries: [entry]))
      }
      places[values] = same ?? cells.count - 1
    }
    self.cells = cells
    self.places = places
  }

  private static func values(of entry: CaseResult, _ axes: [Axis]) -> [String]? {
    var rest = entry.index
    guard rest >= 0 else { return nil }
    var values: [String] = []
    for axis in axes.reversed() {
      values.append(axis.values[rest % axis.values.count])
      rest /= axis.values.count
    }
    values.reverse()
    let label = zip(axes, values).map { "\($0.name)=\($1)" }.joined(separator: " ")
    return rest == 0 && label == entry.label ? values : nil
  }

  var entries: [CaseResult] { cells.flatMap(\.entries) }

  /// The experiment of these values, by its place in `cells`.
  func cell(_ values: [String]) -> Int? { places[values] }

  /// Every pair in which `value` stands instead of `other` and all else is equal, once each.
  ///
  /// Two values that are the same experiment make no pair.
  func pairs(of value: String, insteadOf other: String, on axis: Axis) -> [Pair] {
    guard let place = axes.firstIndex(of: axis) else { return [] }
    var found: [(own: Int, base: Int, held: [[String]])] = []
    for (values, own) in places.sorted(by: { $0.value < $1.value }) where values[place] == value {
      var wanted = values
      wanted[place] = other
      guard let base = places[wanted], base != own else { continue }
      if let same = found.firstIndex(where: { $0.own == own && $0.base == base }) {
        found[same].held.append(values)
      } else {
        found.append((own, base, [values]))
      }
    }
    return found.map { pair in
      let context = axes.indices.filter { $0 != place && axes[$0].values.count > 1 }
        .compactMap { other -> String? in
          let held = axes[other].values.filter { value in
            pair.held.contains { $0[other] == value }
          }
          let isAll = held.count == axes[other].values.count
          return isAll ? nil : "\(axes[other].name)=\(held.joined(separator: "/"))"
        }
      return Pair(own: pair.own, base: pair.base, context: context.joined(separator: " "))
    }
  }

  // MARK: The same experiment under several names

  /// Values of an axis that name the same experiment wherever they were measured: `[1, all]`.
  func sameValues(on axis: Axis) -> [String]? {
    guard let place = axes.firstIndex(of: axis) else { return nil }
    let values = axis.values.filter { value in
      cells.contains { cell in
        Set(cell.values.map { $0[place] }).count > 1 && cell.values.contains { $0[place] == value }
      }
    }
    return values.isEmpty ? nil : values
  }

  /// The largest ratio that two cases of one experiment showed (A/A), as a logarithm from 0; nil
  /// where no experiment was measured twice in three rounds.
  func noiseFloor(_ metric: Metric) -> Double? {
    let contests = cells.flatMap { cell -> [Contest] in
      let rounds = cell.entries.map(metric.rounds)
      return rounds.dropFirst().compactMap { Contest($0, to: rounds[0]) }
    }
    return contests.compactMap { $0.estimate.map { abs($0.mean) } }.max()
  }
}
