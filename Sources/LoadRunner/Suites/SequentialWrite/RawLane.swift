import CommitLog
import EventLoop
import LoadModel

/// The batches by one `pwrite` each, with nothing else: the ceiling.
struct RawLane: WriteLane {
  enum Shape {
    case growing
    case bounded(preallocates: Bool)
  }

  private let shape: Shape
  private let directory: String
  private let segmentBytes: Int64
  private let keptSegments: Int
  private let files: PosixFileSystem
  private let syncs = SyncCount()
  private var flush: FlushTimer
  private let isFlushed: Bool
  private var file: LogFile?
  private var position: Int64 = 0
  private var segment = 0
  /// Full segments that the next flush has to bring to the disk, oldest first, as the log's does.
  private var unsynced: [(segment: Int, file: LogFile)] = []
  /// Something was written to `file` since it was synced.
  private var isDirty = false

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
    isFlushed = flush != .none
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
        if flush.isDue(records: batch.records) { try syncAll() }
        if run.batches % stride == 0, EventLoop.currentTime.nanoseconds >= limit.untilNanos {
          break
        }
      }
    } catch { throw Self.failure(error) }
    run.nanos = EventLoop.currentTime.nanoseconds - start
    run.syncs = syncs.total - syncsBefore
    run.cpu = CPUSeconds.ofThisThread() - cpu
    run.bytes = Int64(run.batches) * Int64(batch.bytes.count)
    return run
  }

  mutating func close() {
    file = nil
    unsynced = []
  }

  private mutating func write(_ bytes: [UInt8]) throws(FileError) {
    switch shape {
    case .growing:
      if file == nil { file = try files.open("\(directory)/grown", .createEmpty) }
    case .bounded(let preallocates):
      if file == nil || position + Int64(bytes.count) > segmentBytes {
        try nextSegment(preallocates: preallocates)
      }
    }
    try file?.write(bytes.rawSpan, at: position)
    isDirty = true
    position += Int64(bytes.count)
  }

  private mutating func nextSegment(preallocates: Bool) throws(FileError) {
    // Without a flush policy a segment that is full is left to the system.
    if isFlushed, isDirty, let file { unsynced.append((segment - 1, file)) }
    file = nil
    if segment >= keptSegments {
      let gone = segment - keptSegments
      // What is deleted need not reach the disk.
      unsynced.removeAll { $0.segment <= gone }
      try files.remove("\(directory)/\(gone)")
    }
    let opened = try files.open("\(directory)/\(segment)", .createEmpty)
    if preallocates { try? opened.allocate(from: 0, count: segmentBytes) }
    file = opened
    position = 0
    segment += 1
  }

  /// All that was written and is kept goes to the disk.
  private mutating func syncAll() throws(FileError) {
    for full in unsynced { try full.file.sync() }
    unsynced = []
    try file?.sync()
    isDirty = false
  }

  static func failure(_ error: FileError) -> RunError { .load("writing: \(error)") }
}
