import KafkaClient
import LoadModel
import Statistics

/// What one consumer's fetches add up to; kept on its loop, merged at the end.
struct ConsumerTally: Sendable {
  /// Records and payload bytes received within the window.
  var records: Int64 = 0
  var bytes: Int64 = 0
  /// Of batches handed out within the window: as they were fetched, and without compression.
  var wireBytes: Int64 = 0
  var uncompressedBytes: Int64 = 0
  /// All that came, whenever.
  var seenRecords: Int64 = 0
  var seenBytes: Int64 = 0
  /// What its group had received before, whenever.
  var redelivered: Int64 = 0
  /// When the first counted fetch was sent, and when the last had arrived: what the first one
  /// brought took time, too.
  var firstNanos = Int64.max
  var lastNanos: Int64 = 0
  /// Of records that were due within the window, whenever they came: those that waited longest
  /// come last.
  var endToEnd = Histogram()
  var fetchLatency = Histogram()
  var fetches: Int64 = 0
  var errors: [String: Int64] = [:]
  var series = IntervalSeries()
  private var isShown = false

  /// A batch begins that arrived at `now`.
  mutating func begin(atNanos now: Int64, in window: MeasureWindow) {
    isShown = window.shows(now)
    if isShown { series.enter(window.place(of: now)) }
  }

  /// Counts one record that was due at `dueNanos` (nil where it does not say).
  mutating func add(payloadBytes: Int, dueNanos: Int64?, nowNanos: Int64, in window: MeasureWindow)
  {
    seenRecords += 1
    seenBytes += Int64(payloadBytes)
    if isShown {
      series.current.records += 1
      series.current.bytes += Int64(payloadBytes)
    }
    let isWithin = window.contains(nowNanos)
    if isWithin {
      records += 1
      bytes += Int64(payloadBytes)
    }
    guard let dueNanos, window.contains(dueNanos) else { return }
    endToEnd.record(nowNanos - dueNanos)
    if isWithin { series.latency.record(nowNanos - dueNanos) }
  }

  /// Counts a fetch that brought records within the window.
  mutating func count(_ fetch: CompletedFetch, in window: MeasureWindow) {
    fetches += 1
    fetchLatency.record(fetch.latencyNanos)
    firstNanos = min(firstNanos, max(window.fromNanos, fetch.sentNanos))
  }

  /// Counts from here on, by a window that was decided or moved: what was counted by another does
  /// not count. Errors, and what was seen at all, do.
  mutating func restart() {
    var fresh = ConsumerTally()
    fresh.errors = errors
    (fresh.seenRecords, fresh.seenBytes, fresh.redelivered) = (seenRecords, seenBytes, redelivered)
    fresh.series = series
    fresh.series.forgetMeasured()
    self = fresh
  }

  /// Counts a batch that was handed out within the window, as it was fetched.
  mutating func count(wireBytes: Int, recordBytes: Int, nowNanos: Int64, in window: MeasureWindow) {
    guard window.contains(nowNanos) else { return }
    self.wireBytes += Int64(wireBytes)
    uncompressedBytes += Int64(recordBytes)
  }

  mutating func merge(_ other: ConsumerTally) {
    records += other.records
    wireBytes += other.wireBytes
    uncompressedBytes += other.uncompressedBytes
    bytes += other.bytes
    redelivered += other.redelivered
    firstNanos = min(firstNanos, other.firstNanos)
    lastNanos = max(lastNanos, other.lastNanos)
    endToEnd.merge(other.endToEnd)
    fetchLatency.merge(other.fetchLatency)
    fetches += other.fetches
    errors.merge(other.errors, uniquingKeysWith: +)
    series.merge(other.series)
  }
}
