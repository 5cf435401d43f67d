import Foundation
import KafkaClient

/// Where `groups reset-offsets` sets a group's offsets.
enum OffsetReset: Equatable, Sendable {
  case earliest
  case latest
  case offset(Int64)
  /// The first record at or after a time, in milliseconds since the Unix epoch; the end where
  /// there is none.
  case time(Int64)
  /// So much further than committed; back where it is negative.
  case shift(Int64)

  /// The offset for one partition, never outside of its log, as Kafka's tool has it.
  ///
  /// - Parameters:
  ///   - committed: nil where the group has none.
  ///   - found: For `.time` what the broker found; −1 for no such record.
  /// - Throws: `CommandFailure` where there is nothing to shift.
  func target(
    earliest: Int64, latest: Int64, committed: Int64?, found: Int64
  ) throws(CommandFailure) -> Int64 {
    let wanted: Int64
    switch self {
    case .earliest: return earliest
    case .latest: return latest
    case .offset(let offset): wanted = offset
    case .time: wanted = found < 0 ? latest : found
    case .shift(let count):
      guard let committed else { throw CommandFailure("has no committed offset to shift") }
      let (sum, overflow) = committed.addingReportingOverflow(count)
      wanted = overflow ? (count < 0 ? .min : .max) : sum
    }
    return min(max(wanted, earliest), latest)
  }

  /// What the partition's leader has to be asked beside its ends; nil where nothing.
  var query: OffsetQuery? {
    if case .time(let milliseconds) = self { .timestamp(milliseconds) } else { nil }
  }

  /// A time as Kafka's tool takes it, `2026-11-24T08:30:00.000`, in UTC unless it names a zone.
  static let dateTime: ValueParser<Int64> = { text throws(ValueError) in
    let hasFraction = text.contains(".")
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: hasFraction)
    let zoned = text.firstMatch(of: /T.*(Z|[+-]\d\d:?\d\d)$/) == nil ? text + "Z" : text
    guard let date = try? Date(zoned, strategy: style) else {
      throw ValueError(
        allowed: "a time such as 2026-11-24T08:30:00 or 2026-11-24T08:30:00.250+01:00")
    }
    return Int64((date.timeIntervalSince1970 * 1000).rounded())
  }

  /// A duration in milliseconds, as Kafka's tool takes it, `P1DT2H30M`, or as ours do, `30m`.
  static let duration: ValueParser<Int64> = { text throws(ValueError) in
    guard text.hasPrefix("P") else { return try Values.milliseconds(text) }
    let pattern = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/
    guard let match = text.wholeMatch(of: pattern), text.last != "T", text != "P" else {
      throw ValueError(allowed: "a duration such as 30m, 1h or P1DT2H30M")
    }
    let parts = [match.1, match.2, match.3, match.4].map { $0.flatMap { Double($0) } ?? 0 }
    let seconds = zip(parts, [86_400, 3600, 60, 1]).reduce(0) { $0 + $1.0 * $1.1 }
    return Int64(min(seconds * 1000, 1e15))
  }
}

/// A topic of `--topic`, with some of its partitions or all.
struct TopicSelection: Equatable, Sendable {
  var topic: String
  /// nil: all.
  var partitions: [Int32]?

  /// `events` or `events:0,3`.
  static let parser: ValueParser<TopicSelection> = { text throws(ValueError) in
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let topic = parts.first, !topic.isEmpty else {
      throw ValueError(allowed: "TOPIC or TOPIC:PARTITION,…")
    }
    guard parts.count == 2 else { return TopicSelection(topic: text, partitions: nil) }
    let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false)
      .map { Int32($0) }
    guard !numbers.contains(where: { $0.map { $0 < 0 } ?? true }) else {
      throw ValueError(allowed: "TOPIC or TOPIC:PARTITION,…")
    }
    return TopicSelection(topic: String(topic), partitions: numbers.compactMap { $0 })
  }
}
