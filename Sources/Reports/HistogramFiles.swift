import FoundationEssentials
import LoadModel
import Statistics

/// `histograms/case-N.hlog`: the latencies of a case in HdrHistogram's log format.
///
/// A line a repetition and kind, tagged by kind: all lines of a tag together are the case. Those
/// that were kept by the interval have a second tag, `…-intervals`.
///
/// `histograms/study.hlog`: a suite's distributions, tagged `point-N-name`.
enum HistogramFiles {
  private static let kinds: [(tag: String, data: @Sendable (RepetitionResult) -> HistogramData?)] =
    [
      ("produce-latency", { $0.produceLatency }), ("service-time", { $0.serviceTime }),
      ("schedule-lag", { $0.scheduleLag }), ("end-to-end-latency", { $0.endToEndLatency }),
      ("fetch-latency", { $0.fetchLatency }),
    ]

  private static let intervalKinds:
    [(tag: String, data: @Sendable (IntervalSample) -> HistogramData?)] = [
      ("produce-latency-intervals", { $0.produceLatency }),
      ("end-to-end-latency-intervals", { $0.endToEndLatency }),
    ]

  /// Each case that has a latency; what cannot be read again is left out.
  static func files(_ run: RunResult) -> [(name: String, text: String)] {
    let cases = run.cases.compactMap { entry in
      log(entry, of: run).map { (name: "histograms/case-\(entry.index).hlog", text: $0) }
    }
    let study = run.study.flatMap { log($0, of: run) }
    return cases + (study.map { [(name: "histograms/study.hlog", text: $0)] } ?? [])
  }

  /// All repetitions of a point are in one line: how long it took is not known, and told as 0.
  private static func log(_ study: Study, of run: RunResult) -> String? {
    var log = HistogramLog(
      comment: "\(run.runId) \(study.suite.rawValue)", startS: seconds(run.startedUtc) ?? 0,
      startText: run.startedUtc)
    let head = log.text
    for (index, point) in study.points.enumerated() {
      for distribution in point.histograms {
        guard let histogram = read(distribution.histogram) else { continue }
        log.append(
          histogram, tag: "point-\(index)-\(distribution.name)", startS: 0, durationS: 0)
      }
    }
    return log.text == head ? nil : log.text
  }

  private static func log(_ entry: CaseResult, of run: RunResult) -> String? {
    let start = seconds(run.startedUtc) ?? 0
    var log = HistogramLog(
      comment: "\(run.runId) case \(entry.index): \(entry.label)", startS: start,
      startText: run.startedUtc)
    let head = log.text
    for repetition in entry.repetitions {
      let begun = (seconds(repetition.startedUtc) ?? start) - start
      for kind in kinds {
        guard let histogram = read(kind.data(repetition)) else { continue }
        log.append(
          histogram, tag: kind.tag, startS: begun, durationS: repetition.durationS)
      }
      for sample in repetition.intervals {
        for kind in intervalKinds {
          guard let histogram = read(kind.data(sample)) else { continue }
          log.append(
            histogram, tag: kind.tag, startS: begun + sample.startS,
            durationS: sample.durationS)
        }
      }
    }
    return log.text == head ? nil : log.text
  }

  private static func read(_ data: HistogramData?) -> Histogram? {
    guard let histogram = try? data?.histogram(), histogram.totalCount > 0 else { return nil }
    return histogram
  }

  private static func seconds(_ utc: String) -> Double? {
    (try? Date(utc, strategy: .iso8601))?.timeIntervalSince1970
  }
}
