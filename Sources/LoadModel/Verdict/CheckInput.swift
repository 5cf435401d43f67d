import Glibc
import Statistics

/// What a check decides on.
public struct CheckInput: Sendable {
  /// Two or more lanes of the same thing; they show the noise of this machine as well.
  public struct Side: Sendable {
    /// Each lane's cases, in the same order everywhere.
    public var lanes: [[CaseSamples]]

    public init(lanes: [[CaseSamples]]) { self.lanes = lanes }

    /// A figure of a case: by round, where lanes of one round count as their geometric mean.
    func byRound(_ label: String, _ metric: String) -> [Int: Double] {
      var found: [Int: [Double]] = [:]
      for lane in lanes {
        guard let entry = lane.first(where: { $0.label == label }) else { continue }
        for (round, value) in entry.values(metric) { found[round, default: []].append(value) }
      }
      return found.mapValues { values in
        values.count == 1 ? values[0] : geometricMean(values)
      }
    }

    /// All values of a figure of a case, round by round.
    func all(_ label: String, _ metric: String) -> [Double] {
      lanes.flatMap { lane in
        lane.filter { $0.label == label }.flatMap(\.repetitions)
          .compactMap { $0.values[metric] }
      }
    }

    /// Logarithms of ratios of lanes that are the same thing, a pair a round.
    func identicalPairs(_ label: String, _ metric: String) -> [Double] {
      guard lanes.count >= 2 else { return [] }
      let sides = lanes.prefix(2).map { lane in
        lane.first { $0.label == label }?.values(metric) ?? [:]
      }
      return sides[0].sorted { $0.key < $1.key }.compactMap { round, value in
        sides[1][round].flatMap { logRatio($0, to: value) }
      }
    }

    var controls: [ControlSample] {
      lanes.flatMap { $0.flatMap { $0.repetitions.compactMap(\.control) } }
    }
  }

  public enum Design: Sendable, Equatable {
    /// Both sides took turns in one run: pairs by round.
    case turns
    /// The reference was measured at another time.
    /// - Parameter otherMachine: What differs, where it was measured elsewhere.
    case stored(otherMachine: String?, noiseFloors: [String: [String: Double]])
  }

  public var reference: Side
  public var candidate: Side
  public var design: Design
  public var settings: CheckSettings
  /// Cases that reached no steady state, by label, with what did not settle: they give no verdict.
  public var unsteady: [String: String] = [:]
  /// Both sides ran on as many CPUs.
  public var isMemoryComparable = true

  public init(reference: Side, candidate: Side, design: Design, settings: CheckSettings) {
    self.reference = reference
    self.candidate = candidate
    self.design = design
    self.settings = settings
  }
}

/// How a check decides.
public struct CheckSettings: Codable, Sendable, Equatable {
  /// How much worse a figure may be, as a share; times its `toleranceFactor`.
  public var tolerance = 0.05
  /// For single figures, by the names of `CheckMetric`.
  public var tolerances: [String: Double] = [:]
  /// Of the intervals, both sides together: a PASS is wrong at most half as often as they are.
  public var confidence = 0.95

  public init() {}

  public func tolerance(of metric: CheckMetric) -> Double {
    tolerances[metric.name] ?? min(tolerance * metric.toleranceFactor, Self.toleranceMost)
  }

  /// Nearly twice as slow, or half as fast.
  private static let toleranceMost = 0.95
}

extension CheckInput {
  /// Whether a figure takes part in the verdict.
  func decides(_ metric: CheckMetric, _ label: String) -> Bool {
    if metric.isMemory, !isMemoryComparable { return false }
    let entry = candidate.lanes.first?.first { $0.label == label }
    return entry.map { metric.decides($0.workload, inTurns: design == .turns) } ?? false
  }

  /// The same, where zeros are half the smallest that was seen of their figure: a ratio knows none,
  /// and to leave them out would favour what is slow, and hide what grew from nothing.
  ///
  /// Of CPU times they are less than a step of the kernel's clock, which is one for all cases; what
  /// else there is of one case says nothing of another.
  func withoutZeros() -> CheckInput {
    var result = self
    let lanes = reference.lanes + candidate.lanes
    for metric in CheckMetric.all {
      func place(_ entry: CaseSamples) -> String { metric.kind == .cpu ? "" : entry.label }
      let isZeroSeen = lanes.joined().contains { entry in
        entry.repetitions.contains { $0.values[metric.name] == 0 }
      }
      guard isZeroSeen else { continue }
      var least: [String: Double] = [:]
      for entry in lanes.joined() {
        for value in entry.repetitions.compactMap({ $0.values[metric.name] }) where value > 0 {
          least[place(entry)] = min(value, least[place(entry)] ?? value)
        }
      }
      for side in [\CheckInput.reference, \CheckInput.candidate] {
        for lane in result[keyPath: side].lanes.indices {
          for index in result[keyPath: side].lanes[lane].indices {
            guard let seen = least[place(result[keyPath: side].lanes[lane][index])] else {
              continue
            }
            result[keyPath: side].lanes[lane][index].raise(metric.name, to: seen / 2)
          }
        }
      }
    }
    return result
  }
}

extension CaseSamples {
  fileprivate mutating func raise(_ metric: String, to least: Double) {
    for index in repetitions.indices where repetitions[index].values[metric] == 0 {
      repetitions[index].values[metric] = least
    }
  }
}

func geometricMean(_ values: [Double]) -> Double {
  guard !values.isEmpty, values.allSatisfy({ $0 > 0 }) else { return 0 }
  return exp(values.reduce(0) { $0 + log($1) } / Double(values.count))
}

/// Nil where one of them is not above zero.
func logRatio(_ value: Double, to reference: Double) -> Double? {
  value > 0 && reference > 0 ? log(value / reference) : nil
}
