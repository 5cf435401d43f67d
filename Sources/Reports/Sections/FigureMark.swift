import LoadModel
import Statistics

/// What a reader must know of one figure, told beside it: a letter, and a line below the table.
struct FigureMark: Hashable {
  /// Which figures of a case it concerns.
  enum Kind { case rate, latency, cost }

  let letter: String
  let meaning: String
  let kinds: Set<Kind>

  static let all = [
    moving, generator, delay, partial, short, lost, unsound, errors, rate, unsent, behind, spread,
    negative,
  ]

  static let generator = FigureMark(
    letter: "g",
    meaning: "the load generator was the limit: the broker can do at least this",
    kinds: [.rate, .latency])
  /// In a sentence.
  static let generatorLimit = "the load generator was the limit"
  static let moving = FigureMark(
    letter: "m", meaning: "no steady state in most repetitions", kinds: [.rate, .latency, .cost])
  static let delay = FigureMark(
    letter: "d",
    meaning: "some of it is the generator's own delay (how much is said under \"Before you believe"
      + " it\"): look at the service time",
    kinds: [.latency])
  static let partial = FigureMark(
    letter: "p", meaning: "from repetitions that ended early", kinds: [.rate, .latency, .cost])
  static let short = FigureMark(
    letter: "t", meaning: "measured for less than half a second", kinds: [.rate, .latency, .cost])
  static let lost = FigureMark(
    letter: "l", meaning: "records are lost", kinds: [.rate, .latency, .cost])
  static let unsound = FigureMark(
    letter: "u", meaning: "records came twice, out of order or corrupt",
    kinds: [.rate, .latency, .cost])
  static let errors = FigureMark(
    letter: "e", meaning: "clients met errors", kinds: [.rate, .latency, .cost])
  static let rate = FigureMark(
    letter: "r", meaning: "the offered rate was not reached: latency is a growing queue's",
    kinds: [.rate, .latency])
  static let unsent = FigureMark(
    letter: "o", meaning: "records that were due were never offered: latency is at least this",
    kinds: [.latency])
  static let behind = FigureMark(
    letter: "c", meaning: "the consumers fell behind: end-to-end latency is a queue's",
    kinds: [.latency])
  static let spread = FigureMark(
    letter: "s", meaning: "repetitions differ by more than a fifth", kinds: [.rate])
  static let negative = FigureMark(
    letter: "n", meaning: "some latencies were below zero and are in no percentile",
    kinds: [.latency])

  /// The marks of every case that has any, by the case's index.
  static func found(in run: RunResult) -> [Int: [FigureMark]] {
    var marks: [Int: [FigureMark]] = [:]
    for warning in run.allWarnings {
      if let (index, mark) = mark(of: warning) { marks[index, default: []].append(mark) }
    }
    for entry in run.cases {
      let repetitions = entry.repetitions
      if !repetitions.isEmpty, repetitions.allSatisfy(\.isPartial) {
        marks[entry.index, default: []].append(.partial)
      }
    }
    return marks.mapValues { found in all.filter(found.contains) }
  }

  static func mark(of warning: RunWarning) -> (Int, FigureMark)? {
    switch warning {
    case .notSteady(let index, _, _, _, _): (index, .moving)
    case .generatorBottleneck(let index, _): (index, .generator)
    case .generatorDelay(let index, _, _, _): (index, .delay)
    case .errors(let index, _, _), .truncatedLog(let index, _): (index, .errors)
    case .shortMeasurement(let index, _): (index, .short)
    case .lostRecords(let index, _): (index, .lost)
    case .unsoundRecords(let index, _): (index, .unsound)
    case .rateNotReached(let index, _, _): (index, .rate)
    case .unsentRecords(let index, _): (index, .unsent)
    case .consumersFellBehind(let index, _): (index, .behind)
    case .wideSpread(let index, _): (index, .spread)
    case .negativeLatencies(let index, _): (index, .negative)
    default: nil
    }
  }

  /// Whether figures of this kind are another thing than those of other cases: they win nothing.
  static func disturbs(_ marks: [FigureMark], _ kind: Kind) -> Bool {
    marks.contains { $0 != .spread && $0.kinds.contains(kind) }
  }

  /// `[gs]`, or nothing.
  static func text(_ marks: [FigureMark], for kind: Kind) -> String {
    let letters = marks.filter { $0.kinds.contains(kind) }.map(\.letter).joined()
    return letters.isEmpty ? "" : "[\(letters)]"
  }
}
