import CommitLog
import EventLoop
import LoadModel

/// The batches by one `pwrite` each, with nothing else: the ceiling.
struct RawLane: WriteLane {
  enum Shape {
    case growing
    case bounded(preallocates: Bool)
    case rewrite(isRandom: Bool)
  }

  /// The order in which the batches of a file are written over, again and again.
  private struct Places {
    var order: [Int32]
    var next = 0

    mutating func take() -> Int64 {
      let place = order[next]
      next = next + 1 == order.count ? 0 : next + 1
      return Int64(place)
    }
  }

  private let shape: Shape
  private let directory: String
  private let segmentBytes: Int64
  private let keptSegments: Int
  private let files: PosixFileSystem
  private let syncs = SyncCount()
  private var flush: FlushTimer
  private var file: LogFile?
  private var position: Int64 = 0
  private var segment = 0
  private var places: Places?

  /// - Parameter retention: What is kept; nil keeps all.
  init(
    _ shape: Shape, directory: String, retention: Int64?, segmentBytes: Int64, flush: FlushPolicy
  ) {
    self.shape = shape
    self.directory = directory
    self.segmentBytes = segmentBytes
    keptSegments = Int(max(1, (retention ?? .max) / segmentBytes))
    files = PosixFileSystem(syncs: syncs)
    self.flush = FlushTimer(flush)
  }

  /// Makes the file that `rewrite` writes over, of whole batches, and has it on the disk.
  mutating func prepare(_ batch: WriteBatch, bytes: Int64, seed: UInt64) throws(RunError) {
    guard case .rewrite(let isRandom) = shape else { return }
    let size = batch.bytes.count
    let count = max(1, Int(bytes / Int64(size)))
    do throws(FileError) {
      let made = try files.open("\(directory)/places", .createEmpty)
      let block = [UInt8](repeating: 0x5a, count: 1 << 20)
      var at: Int64 = 0
      while at < Int64(count * size) {
        try made.write(block.rawSpan, at: at)
        at += Int64(block.count)
      }
      try made.sync()
      file = made
    } catch { throw Self.failure(error) }
    var order = (0..<Int32(clamping: count)).map { $0 }
    if isRandom {
      var random = SeededRandom(seed: seed)
      order.shuffle(using: &random)
    }
    places = Places(order: order)
  }

  mutating func fill(_ batch: WriteBatch, bytes: Int64) throws(RunError) {
    do throws(FileError) {
      var written: Int64 = 0
      while written < bytes {
        try write(batch.bytes)
        written += Int64(batch.bytes.count)
      }
    } catch { throw Self.failure(error) }
  }

  mutating func run(_ batch: inout WriteBatch, _ limit: WriteLimit) throws(RunError) -> WriteRun {
    var run = WriteRun()
    let stride = WriteLimit.stride(batch.bytes.count)
    let syncsBefore = syncs.total
    let cpu = CPUSeconds.ofThisThread()
    let start = EventLoop.currentTime.nanoseconds
    do throws(FileError) {
      while run.batches < limit.batches {
        try write(batch.bytes)
        run.batches += 1
        if flush.isDue(records: batch.records) { try file?.sync() }
        if run.batches % stride == 0, EventLoop.currentTime.nanoseconds >= limit.untilNanos {
          break
        }
      }
      run.nanos = EventLoop.currentTime.nanoseconds - start
      run.syncs = syncs.total - syncsBefore
      run.cpu = CPUSeconds.ofThisThread() - cpu
      if places != nil {
        try file?.sync()
        run.durableNanos = EventLoop.currentTime.nanoseconds - start
      }
    } catch { throw Self.failure(error) }
    run.bytes = Int64(run.batches) * Int64(batch.bytes.count)
    return run
  }

  mutating func close() { file = nil }

  private mutating func write(_ bytes: [UInt8]) throws(FileError) {
    switch shape {
    case .growing:
      if file == nil { file = try files.open("\(directory)/grown", .createEmpty) }
    case .bounded(let preallocates):
      if file == nil || position + Int64(bytes.count) > segmentBytes {
        try nextSegment(preallocates: preallocates)
      }
    case .rewrite:
      position = (places?.take() ?? 0) * Int64(bytes.count)
    }
    try file?.write(bytes.rawSpan, at: position)
    position += Int64(bytes.count)
  }

  private mutating func nextSegment(preallocates: Bool) throws(FileError) {
    // A segment that is full is left to the system, as the log leaves it for a while.
    file = nil
    if segment >= keptSegments { try files.remove("\(directory)/\(segment - keptSegments)") }
    let opened = try files.open("\(directory)/\(segment)", .createEmpty)
    if preallocates { try? opened.allocate(from: 0, count: segmentBytes) }
    file = opened
    position = 0
    segment += 1
  }

  private static func failure(_ error: FileError) -> RunError { .load("writing: \(error)") }
}
