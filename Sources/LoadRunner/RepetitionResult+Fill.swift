import EventLoop
import LoadModel
import Statistics

extension RepetitionResult {
  /// Takes over what the clients counted.
  ///
  /// - Parameter wasCut: It ended before its time (Ctrl-C, a broker that died, a full disk): then
  ///   the time that counts ends with what was acknowledged or read last.
  mutating func fill(
    from sent: [ProducerFleet.Driver.Outcome], _ read: [ConsumerOutcome],
    window: MeasureWindow, plan: MeasurementPlan, wasCut: Bool
  ) {
    let produced = sent.reduce(into: ProducerTally()) { $0.merge($1.tally) }
    let consumed = read.reduce(into: ConsumerTally()) { $0.merge($1.tally) }
    let mode = plan.workload.mode
    durationS = duration(produced, consumed, window: window, mode: mode, wasCut: wasCut)
    if !isEndedByCount(window) {
      plannedDurationS = Double(window.untilNanos - window.fromNanos) / 1e9
    }
    if mode != .consume {
      let seconds = Double(produced.lastAckNanos - window.fromNanos) / 1e9
      self.produced = Flow(
        records: produced.records, bytes: produced.bytes,
        durationS: isEndedByCount(window) || isShort ? max(seconds, 0) : nil)
      fillProducer(produced, sent, plan: plan)
    }
    if mode != .produce {
      self.consumed = flow(of: consumed, window: window, mode: mode)
      endToEndLatency =
        mode == .both && !consumed.endToEnd.isEmpty ? HistogramData(consumed.endToEnd) : nil
      fetchLatency = consumed.fetchLatency.isEmpty ? nil : HistogramData(consumed.fetchLatency)
      fetchRequests = consumed.fetches
      if consumed.wireBytes > 0 {
        fetchedCompressionRatio =
          Double(consumed.uncompressedBytes) / Double(consumed.wireBytes)
      }
    }
    errors = produced.errors.merging(consumed.errors, uniquingKeysWith: +)
      .sorted { $0.key < $1.key }.map { ErrorCount(name: $0.key, count: $0.value) }
    intervals = Self.intervals(
      produced.series, consumed.series, window: window, durationS: durationS, mode: mode)
  }

  /// What a part of the consumers received: its rate is told as that of all.
  func flow(of part: ConsumerTally, window: MeasureWindow, mode: LoadMode) -> Flow {
    let from = mode == .consume ? part.firstNanos : window.fromNanos
    let seconds = part.records > 0 ? Double(part.lastNanos - from) / 1e9 : 0
    return Flow(
      records: part.records, bytes: part.bytes,
      durationS: isEndedByCount(window) || mode == .consume || isShort ? max(seconds, 0) : nil)
  }

  /// The measured time is shorter than it was to be.
  private var isShort: Bool { plannedDurationS.map { durationS < $0 } ?? false }

  private func isEndedByCount(_ window: MeasureWindow) -> Bool { window.untilNanos == .max }

  private func duration(
    _ produced: ProducerTally, _ consumed: ConsumerTally, window: MeasureWindow, mode: LoadMode,
    wasCut: Bool
  ) -> Double {
    let last = max(produced.lastAckNanos, mode == .produce ? 0 : consumed.lastNanos)
    guard !isEndedByCount(window), mode != .consume else {
      let from = mode == .consume ? min(consumed.firstNanos, last) : window.fromNanos
      return max(0, Double(last - from) / 1e9)
    }
    let end = min(window.untilNanos, max(last, window.fromNanos))
    // What came to grief after the window leaves it whole.
    let isShort = wasCut && window.untilNanos - end > Measurement.stillNanos
    return Double((isShort ? end : window.untilNanos) - window.fromNanos) / 1e9
  }

  private mutating func fillProducer(
    _ produced: ProducerTally, _ sent: [ProducerFleet.Driver.Outcome], plan: MeasurementPlan
  ) {
    if !produced.latency.isEmpty { produceLatency = HistogramData(produced.latency) }
    if !produced.serviceTime.isEmpty { serviceTime = HistogramData(produced.serviceTime) }
    if !produced.scheduleLag.isEmpty { scheduleLag = HistogramData(produced.scheduleLag) }
    if plan.workload.rate.isOpenLoop { unsentRecords = produced.unsent }
    batches = produced.batches
    if produced.batches > 0 {
      batchSizeAchievedBytes = Double(produced.uncompressedBytes) / Double(produced.batches)
    }
    if produced.wireBytes > 0 {
      compressionRatio = Double(produced.uncompressedBytes) / Double(produced.wireBytes)
    }
    produceRequests = sent.reduce(0) { $0 + Int64($1.statistics.requests) }
  }

  private static func intervals(
    _ produced: IntervalSeries, _ consumed: IntervalSeries, window: MeasureWindow,
    durationS: Double, mode: LoadMode
  ) -> [IntervalSample] {
    let warmup = Double(window.fromNanos - window.startNanos) / 1e9
    let seconds = Double(window.intervalNanos) / 1e9
    // An interval in which nothing happened is one all the same.
    let count =
      durationS > 0 && durationS < 1e7 ? Int((durationS / seconds - 1e-6).rounded(.up)) : 0
    let all = Set(produced.finished.keys).union(consumed.finished.keys)
      .union((0..<max(0, count)).map { MeasureWindow.Place(isMeasured: true, index: $0) })
    return all.sorted().map { place in
      // The last interval of the warm-up, and of all, is as long as there was load.
      let start = Double(place.index) * seconds - (place.isMeasured ? 0 : warmup)
      var end = start + seconds
      if !place.isMeasured {
        end = min(end, 0)
      } else if durationS > start, mode != .consume {
        end = min(end, durationS)
      }
      var sample = IntervalSample(startS: start, durationS: end - start)
      if mode != .consume {
        let part = produced.finished[place] ?? IntervalSeries.Part()
        sample.recordsProduced = part.records
        sample.bytesProduced = part.bytes
        sample.produceLatency = part.latency
        sample.errors += part.errors
      }
      if mode != .produce {
        let part = consumed.finished[place] ?? IntervalSeries.Part()
        sample.recordsConsumed = part.records
        sample.bytesConsumed = part.bytes
        sample.endToEndLatency = part.latency
        sample.errors += part.errors
      }
      return sample
    }
  }
}
