import EventLoop
import LoadModel
import Statistics

/// The same batches, step by step from the raw disk to a broker in a process of its own.
struct SequentialWrite: SuiteProgram {
  private let bench: SuiteBench
  private let settings: SequentialWriteSettings
  private let places: [WriteTurn]
  /// Bytes a second of each case's steps, as the practice round found them.
  private var rates: [String: [Double]] = [:]

  /// How often the log and the brokers that are measured look for old segments, in milliseconds:
  /// what they keep beyond the retention is small beside it, and fits into memory that is warm.
  static let retentionCheckMs: Int64 = 50
  private static let deletion = ["log.retention.check.interval.ms": "\(retentionCheckMs)"]

  var question: String { settings.question }
  let warmsUp = true
  var turns: [SuiteTurn] {
    places.map { place in
      let long = SequentialWriteSettings.longRounds(bench.settings.repetitions)
      return SuiteTurn(place.name, repetitions: place.isLong ? long : nil)
    }
  }

  init(_ bench: SuiteBench) throws(RunError) {
    self.bench = bench
    settings = SequentialWriteSettings(bench.scenario)
    places = settings.turns
    noteWhatIsLeftOut()
  }

  mutating func measure(_ turn: Int, repetition: Int) throws(RunError) -> [StudyPoint] {
    let place = places[turn]
    let entry = place.entry
    var batch = try newBatch(entry.batchSize, entry.recordSize)
    let volume = volume(of: entry, batch: batch)
    let name = "turn-\(turn)"
    let directory = try bench.makeDirectory(name)
    defer { bench.removeDirectory(name) }
    var lane = try lane(place, directory: directory, batch: batch, volume: volume)
    defer { lane.close() }
    if Interrupt.requested { return [] }
    if place.isLong {
      let long = WriteBackRun(bench: bench, milliseconds: settings.writeBackMs)
      return try long.measure(
        &lane, &batch, [.init("step", place.step.rawValue)] + entry.labels,
        hasSeries: repetition == 1)
    }
    if repetition == 0 {
      let rate = try practise(&lane, &batch, place.step, volume: volume)
      // Rewriting in place is no layer: how fast it is does not say how much the others write.
      if place.step != .rawRewrite, place.step != .rawRandom {
        rates[entry.name, default: []].append(rate)
      }
      return []
    }
    let start = EventLoop.currentTime.nanoseconds
    let pass = passBytes(of: place, volume, batch)
    // Long enough for a disk that stalls, short enough for somebody who waits.
    let limit = WriteLimit(
      batches: pass / batch.bytes.count, untilNanos: start + settings.durationMs * 1_000_000 * 10)
    let run = try lane.run(&batch, limit)
    note(run, volume: pass, place)
    return [entry.point(place.step, run, batch, volume: pass)]
  }

  /// Writes for about half the duration and throws the figures away.
  ///
  /// - Returns: Bytes a second: the median of parts, so that one stall does not say how much all
  ///   steps are to write.
  private func practise(
    _ lane: inout any WriteLane, _ batch: inout WriteBatch, _ step: WriteStep, volume: Int
  ) throws(RunError) -> Double {
    // A broker that is compiled as it runs is slow at first.
    let millis = settings.durationMs * (step == .cluster ? 5 : 1)
    var rates: [Double] = []
    for _ in 0..<5 {
      var limit = WriteLimit(
        untilNanos: EventLoop.currentTime.nanoseconds + millis * 1_000_000 / 10)
      if settings.volumeBytes != nil { limit.batches = max(1, volume / batch.bytes.count / 5) }
      let run = try lane.run(&batch, limit)
      rates.append(Double(run.bytes) / max(1e-6, Double(run.durableNanos ?? run.nanos) / 1e9))
    }
    return median(rates) ?? 0
  }

  mutating func finish() {}

  // MARK: How much

  private func newBatch(_ size: Int, _ recordSize: Int) throws(RunError) -> WriteBatch {
    try WriteBatch(
      size: size, recordBytes: recordSize, seed: bench.seed, nowMs: EventLoop.wallClockMsNow())
  }

  /// Whole batches of what every step of the case writes.
  private func volume(of entry: WriteCase, batch: WriteBatch) -> Int {
    let size = batch.bytes.count
    var bytes =
      settings.volumeBytes.map(Double.init) ?? settings.volume(of: rates[entry.name] ?? [])
    let free = bench.freeDiskBytes ?? .max
    let most = min(SequentialWriteSettings.mostVolumeBytes, free / 4)
    if settings.volumeBytes == nil, let wanted = bytes, wanted > Double(most) {
      bench.note(
        "Steps of `\(entry.name)` wrote \(RunPlan.size(most)) each: more is never written, nor more"
          + " than a quarter of the free disk.")
      bytes = Double(most)
    }
    let wanted = bytes.map { Int($0) } ?? (256 << 20)
    return max(8, wanted / size) * size
  }

  /// Places are spread over a file that is many times as large: fewer bytes at once, then.
  private func passBytes(of place: WriteTurn, _ volume: Int, _ batch: WriteBatch) -> Int {
    guard place.step == .rawRewrite || place.step == .rawRandom else { return volume }
    let size = batch.bytes.count
    let bytes = SequentialWriteSettings.placesBytes(volume: Int64(volume), batchBytes: size)
    return max(1, Int(bytes) / size) * size
  }

  private func note(_ run: WriteRun, volume: Int, _ place: WriteTurn) {
    if run.bytes < Int64(volume) {
      bench.note(
        "`\(place.name)` took more than ten times its duration and was cut off: it wrote fewer"
          + " bytes than the other steps of its case.")
    }
  }

  private func noteWhatIsLeftOut() {
    if settings.leavesOutLocal {
      bench.note(
        "The cluster is on other machines, so that what this one's disk can do says nothing of it:"
          + " raw writes, the log, the core and our own brokers were left out.")
    }
    if settings.steps.contains(.cluster) {
      bench.note(
        "Of the cluster only acknowledged batches are measured, on one partition with"
          + " \(bench.replicationFactor) replica\(bench.replicationFactor == 1 ? "" : "s"):"
          + " it does not report its fsyncs, its CPU is known only with `--broker-pid`, and the"
          + " long run into write-back is left out. Kafka looks for old segments every 5 minutes by"
          + " default: its log grew. A broker on a JVM becomes faster for minutes.")
    }
    for size in settings.batchSizes {
      for record in settings.recordSizes.prefix(1) where record + 80 > size {
        bench.note(
          "A batch of \(ValueText.size(Int64(size))) has no room for a record of"
            + " \(ValueText.size(Int64(record))): it holds one that fills it.")
      }
    }
  }

  // MARK: The steps

  private func lane(
    _ place: WriteTurn, directory: String, batch: WriteBatch, volume: Int
  ) throws(RunError) -> any WriteLane {
    let entry = place.entry
    var lane: any WriteLane
    switch place.step {
    case .rawRewrite, .rawRandom:
      // One file for all of them: to make it anew would take longer than what is measured.
      return try PlacesLane(
        path: "\(bench.dataDirectory)/places", batch: batch,
        bytes: Int64(passBytes(of: place, volume, batch)), isRandom: place.step == .rawRandom,
        flush: entry.flush, seed: bench.seed)
    case .rawGrowing:
      lane = try RawLane(
        .growing, directory: directory, retention: nil, segmentBytes: settings.segmentBytes,
        flush: entry.flush)
    case .rawBounded, .rawPreallocated:
      lane = try RawLane(
        .rotating(preallocates: place.step == .rawPreallocated), directory: directory,
        retention: entry.retention, segmentBytes: settings.segmentBytes, flush: entry.flush)
    case .log:
      lane = try LogLane(
        directory: directory, retention: entry.retention, segmentBytes: settings.segmentBytes,
        flush: entry.flush)
    case .core:
      var own = bench.settings
      own.brokerProperties = Self.deletion.merging(own.brokerProperties) { $1 }
      lane = try CoreLane(
        directory: directory, properties: BenchTarget.brokerProperties(own),
        topicConfigs: topicConfigs(entry))
    case .loopback: lane = try socketLane(.embedded, entry, directory)
    case .process: lane = try socketLane(.process, entry, directory)
    case .cluster: lane = try socketLane(bench.settings.target, entry, directory)
    }
    if place.isLong { return lane }
    if let retention = entry.retention, place.step != .rawGrowing {
      let size = max(entry.batchSize, min(1 << 20, Int(settings.segmentBytes) / 4))
      // Some segments more than are kept: retention deletes before the clock runs.
      try lane.fill(try newBatch(size, 1024), bytes: retention + settings.segmentBytes * 4)
    } else if place.step != .cluster {
      try ScratchFile.warmMemory(directory: directory, bytes: Int64(volume))
    }
    return lane
  }

  private func socketLane(_ kind: BrokerTarget, _ entry: WriteCase, _ directory: String)
    throws(RunError) -> SocketLane
  {
    try SocketLane(
      bench, kind, directory: directory, properties: Self.deletion,
      topicConfigs: topicConfigs(entry))
  }

  private func topicConfigs(_ entry: WriteCase) -> [String: String] {
    let largest = max(1 << 20, entry.batchSize) + 65_536
    var configs = [
      "retention.bytes": "\(entry.retention ?? -1)", "retention.ms": "-1",
      "segment.bytes": "\(settings.segmentBytes)", "max.message.bytes": "\(largest)",
      // The files of old segments go at once: memory that is written again is warm.
      "file.delete.delay.ms": "0",
    ]
    switch entry.flush {
    case .none: break
    case .eachBatch: configs["flush.messages"] = "1"
    case .everyMessages(let count): configs["flush.messages"] = "\(count)"
    case .everyMs(let ms): configs["flush.ms"] = "\(ms)"
    }
    return configs
  }
}
