import CommitLog
import EventLoop
import Glibc
import KafkaFormat
import Synchronization

/// The commit log beside the same bytes written by hand, in the same mode: 128 MiB segments,
/// eight of them kept, disk space allocated ahead (mode `ringf` of the floor).
///
/// Both run in one process and take turns, for memory and disk change their mind within seconds.
enum CommitLogBenchmarks {
  static let segmentBytes = 128 << 20
  static let keptSegments = 8
  static let batchBytes = 1 << 20

  static func append() -> [MicroBenchmark] {
    let rounds = 64
    return [
      MicroBenchmark("log/append+crc/\(batchBytes)", bytes: rounds * batchBytes) {
        let path = try scratchDirectory()
        let lane = try AppendLane(path, batch: batch())
        return { try lane.run(rounds) }
      },
      MicroBenchmark("log/raw-pwrite/\(batchBytes)", bytes: rounds * batchBytes) {
        let path = try scratchDirectory()
        let lane = try RawLane(path, batch: batch())
        return { try lane.run(rounds) }
      },
    ]
  }

  /// Both lanes A B B A, each turn a whole ring once, after one turn of each that is not counted.
  ///
  /// - Returns: Seconds and CPU seconds of the log and of the raw writes, by turn.
  static func compare(turns: Int, batches: Int) throws -> [(log: Cost, raw: Cost)] {
    let bytes = batch()
    let log = try AppendLane(try scratchDirectory(), batch: bytes)
    let raw = try RawLane(try scratchDirectory(), batch: bytes)
    func cost(_ body: (Int) throws -> Int) rethrows -> Cost {
      let start = ContinuousClock.now
      let startCPU = threadSeconds()
      _ = try body(batches)
      return Cost(
        bytes: Double(batches * bytes.count),
        seconds: (ContinuousClock.now - start) / .seconds(1),
        cpuSeconds: threadSeconds() - startCPU)
    }
    _ = try cost(log.run)
    _ = try cost(raw.run)
    var rates: [(log: Cost, raw: Cost)] = []
    for turn in 0..<turns {
      if turn % 2 == 0 {
        let first = try cost(log.run)
        rates.append((first, try cost(raw.run)))
      } else {
        let first = try cost(raw.run)
        rates.append((try cost(log.run), first))
      }
    }
    return rates
  }

  struct Cost {
    var bytes: Double
    var seconds: Double
    var cpuSeconds: Double
    var rate: Double { bytes / seconds }
  }

  /// CPU time of this thread so far, user and system: what neighbours on the machine do to the
  /// wall clock, they do much less to this.
  private static func threadSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func scratchDirectory() throws -> String {
    let path = ".build/benchmark-log/\(KafkaUUID.random())"
    try PosixFileSystem().createDirectory(path)
    return path
  }

  /// One batch of 1 KiB records, as close to 1 MiB as they come.
  private static func batch() -> [UInt8] {
    var builder = RecordBatchBuilder(capacity: batchBytes)
    let value = (0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    while builder.append(timestamp: 1_000, key: nil, value: value.rawSpan) {}
    return (try? builder.finish()) ?? []
  }
}

/// What the broker does with a batch: checksum, then append; what a disk can make wait is done by
/// another thread, as the broker's disk pool does it.
private final class AppendLane {
  let path: String
  let log: PartitionLog
  var batch: [UInt8]
  var nowMs: Int64 = 1_000
  private let disk: EventLoopThread
  private let finished = FinishedJobs()

  init(_ path: String, batch: [UInt8]) throws {
    self.path = path
    self.batch = batch
    disk = try EventLoopThread(name: "disk")
    var config = LogConfig()
    config.segmentBytes = CommitLogBenchmarks.segmentBytes
    config.retentionBytes = Int64(CommitLogBenchmarks.keptSegments * config.segmentBytes)
    config.retentionMs = -1
    config.fileDeleteDelayMs = 0
    log = try PartitionLog.open(
      topic: "benchmark", partition: 0, directory: path, fileSystem: PosixFileSystem(),
      config: config, options: LogOpenOptions(nowMs: nowMs))
  }

  func run(_ count: Int) throws -> Int {
    // Out of the object, so that it is changed in place.
    var bytes = batch
    batch = []
    defer { batch = bytes }
    for _ in 0..<count {
      let header = try RecordBatchHeader(bytes.rawSpan)
      guard RecordBatch.checksum(of: bytes.rawSpan) == header.crc else { return -1 }
      var span = bytes.mutableSpan
      let segments = log.segmentCount
      _ = try log.append(&span, header: header, leaderEpoch: 0, nowMs: nowMs)
      if log.segmentCount != segments {
        log.maintain(nowMs: nowMs, highWatermark: log.logEndOffset)
      }
      handOverJobs()
    }
    return Int(truncatingIfNeeded: log.logEndOffset)
  }

  private func handOverJobs() {
    for result in finished.take() { log.apply(result) }
    guard log.hasJobs else { return }
    let finished = finished
    for job in log.takeJobs() {
      disk.post { _ in finished.add(job.run()) }
    }
  }

  deinit {
    disk.stop()
    disk.join()
    try? PosixFileSystem().removeTree(path)
  }
}

/// What the disk thread has done and the log has not heard of yet.
private final class FinishedJobs: Sendable {
  private let results = Mutex<[LogJobResult]>([])

  func add(_ result: LogJobResult) { results.withLock { $0.append(result) } }

  func take() -> [LogJobResult] {
    results.withLock { results in
      guard !results.isEmpty else { return [] }
      defer { results = [] }
      return results
    }
  }
}

/// The same bytes by one `pwrite` each, with nothing else.
private final class RawLane {
  let path: String
  let batch: [UInt8]
  var file: LogFile?
  var position: Int64 = 0
  var segment = 0

  init(_ path: String, batch: [UInt8]) throws {
    self.path = path
    self.batch = batch
  }

  func run(_ count: Int) throws -> Int {
    let bytes = batch
    for _ in 0..<count {
      if file == nil || position + Int64(bytes.count) > Int64(CommitLogBenchmarks.segmentBytes) {
        try next()
      }
      try file?.write(bytes.rawSpan, at: position)
      position += Int64(bytes.count)
    }
    return Int(position)
  }

  private func next() throws {
    file = nil
    let files = PosixFileSystem()
    if segment >= CommitLogBenchmarks.keptSegments {
      try files.remove("\(path)/\(segment - CommitLogBenchmarks.keptSegments)")
    }
    let opened = try files.open("\(path)/\(segment)", .createEmpty)
    try opened.allocate(from: 0, count: Int64(CommitLogBenchmarks.segmentBytes))
    file = opened
    position = 0
    segment += 1
  }

  deinit { try? PosixFileSystem().removeTree(path) }
}
