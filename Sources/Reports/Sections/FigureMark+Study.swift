import LoadModel
import Statistics

extension FigureMark {
  static let queue = FigureMark(
    letter: "q",
    meaning: "no steady state: half of the records waited for more than half of the measured time,"
      + " so that it is a queue that was measured; in no answer and no fit",
    kinds: [.rate, .latency, .cost])
  static let fewBatches = FigureMark(
    letter: "b", meaning: "fewer than 8 batches a partition: how one begins weighs much",
    kinds: [.rate, .cost])
  static let failed = FigureMark(
    letter: "f", meaning: "a repetition failed and is left out", kinds: [.rate, .latency, .cost])
  static let fewer = FigureMark(
    letter: "p", meaning: "fewer repetitions than were wanted", kinds: [.rate, .latency, .cost])
  static let moment = FigureMark(
    letter: "t", meaning: "measured for less than 0.3 s", kinds: [.rate, .latency, .cost])

  static let nodeLost = FigureMark(
    letter: "x", meaning: "a broker was lost or away meanwhile: not compared",
    kinds: [.rate, .latency, .cost])

  /// The marks of a point of a study, from what its generator and its repetitions tell.
  static func found(in point: StudyPoint) -> [FigureMark] {
    func most(_ name: String) -> Double? { point.figure(name)?.summary?.max }
    func least(_ name: String) -> Double? { point.figure(name)?.summary?.min }
    var marks: [FigureMark] = []
    let lag = most("schedule lag p99") ?? 0
    let isLate = lag > 1 && lag > (point.figure("produce p99")?.median ?? .infinity) / 2
    // A buffer that stands nearly empty: the broker waits for the generator.
    let isStarving = (point.figure("buffer filled")?.median ?? 100) < 10
    if (most("generator busy") ?? 0) >= 95 || isLate || isStarving { marks.append(.generator) }
    if (most("nodes lost") ?? 0) > 0 { marks.append(.nodeLost) }
    if point.isPartial { marks.append(.fewer) }
    if (point.failures ?? 0) > 0 { marks.append(.failed) }
    if let seconds = least("duration"), seconds < 0.29 { marks.append(.moment) }
    if !isSteady(point) { marks.append(.queue) }
    if let batches = least("batches a partition"), batches < 8, most("rate reached") == nil {
      marks.append(.fewBatches)
    }
    if (most("errors") ?? 0) > 0 { marks.append(.errors) }
    if let reached = point.figure("rate reached")?.median, reached < 98 { marks.append(.rate) }
    if (most("unsent") ?? 0) > 0 { marks.append(.unsent) }
    if let rates = point.figure("throughput")?.summary, rates.count > 1,
      (rates.relativeRange ?? 0) > 0.2
    {
      marks.append(.spread)
    }
    return marks
  }

  /// Half of the records were acknowledged within the warm-up's time, or within half of the time
  /// that was measured: else what is told of the rate is how fast a buffer fills.
  static func isSteady(_ point: StudyPoint) -> Bool {
    guard let waited = point.figure("produce p50")?.median,
      let seconds = point.figure("duration")?.median
    else { return true }
    let warmup = point.figure("warm-up")?.median ?? 0
    return waited <= max(seconds * 500, warmup * 1000)
  }

  /// ` [gs]`, or nothing.
  static func suffix(_ marks: [FigureMark]) -> String {
    marks.isEmpty ? "" : " [\(marks.map(\.letter).joined())]"
  }

  /// Those of a point whose spread stands beside it as an interval.
  static func besideIntervals(_ point: StudyPoint) -> [FigureMark] {
    found(in: point).filter { $0 != .spread }
  }

  /// A line a mark, once each.
  static func footnotes(_ marks: [FigureMark]) -> [String] {
    var shown: [FigureMark] = []
    for mark in marks where !shown.contains(mark) { shown.append(mark) }
    return shown.map { "[\($0.letter)] \($0.meaning)" }
  }
}
