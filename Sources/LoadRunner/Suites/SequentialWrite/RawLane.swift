import CommitLog
import EventLoop
import LoadModel

/// The batches by one `pwrite` each, with nothing else: the reference of the steps above.
///
/// Its segments are made, allocated and deleted as the log does it: the next one on a thread for
/// the disk while the one before it fills, the oldest ones there as well, as often as the log looks
/// after its own. So a step above differs in what it does, not in what its files find.
struct RawLane: WriteLane {
  enum Shape {
    /// One file that grows.
    case growing
    case rotating(preallocates: Bool)
  }

  private let shape: Shape
  private let directory: String
  private let segmentBytes: Int64
  private let keptSegments: Int
  private let files: PosixFileSystem
  private let disk: DiskWorker<Result<LogFile?, FileError>>
  private let syncs = SyncCount()
  private var flush: FlushTimer
  private let isFlushed: Bool
  private var file: LogFile?
  private var position: Int64 = 0
  /// The segments that are there, oldest first; the last one is written.
  private var segments: [String] = []
  private var prepared: LogFile?
  private var isPreparing = false
  /// How many files were begun, for their names.
  private var begun = 0
  private var deletedNanos: Int64 = 0
  /// Full segments that the next flush has to bring to the disk, oldest first, as the log's does.
  private var unsynced: [LogFile] = []
  /// Something was written to `file` since it was synced.
  private var isDirty = false

  /// - Parameter retention: What is kept; nil keeps all.
  init(
    _ shape: Shape, directory: String, retention: Int64?, segmentBytes: Int64, flush: FlushPolicy
  ) throws(RunError) {
    self.shape = shape
    self.directory = directory
    self.segmentBytes = segmentBytes
    keptSegments = Int(max(1, (retention ?? .max) / segmentBytes))
    files = PosixFileSystem(syncs: syncs)
    disk = try DiskWorker()
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
    let diskBefore = disk.cpu
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
    run.cpu = (CPUSeconds.ofThisThread() - cpu) + (disk.cpu - diskBefore)
    run.bytes = Int64(run.batches) * Int64(batch.bytes.count)
    return run
  }

  mutating func close() {
    disk.finish()
    file = nil
    prepared = nil
    unsynced = []
  }

  private mutating func write(_ bytes: [UInt8]) throws(FileError) {
    switch shape {
    case .growing:
      if file == nil { file = try files.open("\(directory)/grown", .createEmpty) }
    case .rotating(let preallocates):
      if file == nil || position + Int64(bytes.count) > segmentBytes {
        try nextSegment()
      } else if position >= segmentBytes / 2, prepared == nil, !isPreparing {
        prepare(preallocates: preallocates)
      }
    }
    try file?.write(bytes.rawSpan, at: position)
    isDirty = true
    position += Int64(bytes.count)
  }

  private mutating func newPath() -> String {
    begun += 1
    return "\(directory)/\(begun)"
  }

  private mutating func prepare(preallocates: Bool) {
    isPreparing = true
    let (files, path, count) = (files, newPath(), preallocates ? segmentBytes : 0)
    disk.submit { () -> Result<LogFile?, FileError> in
      do throws(FileError) {
        let file = try files.open(path, .createEmpty)
        // A file system that cannot allocate is no reason to fail, as in the log.
        if count > 0 { try? file.allocate(from: 0, count: count) }
        return .success(file)
      } catch { return .failure(error) }
    }
  }

  private mutating func nextSegment() throws(FileError) {
    for result in disk.take() {
      switch result {
      case .failure(let error): throw error
      case .success(let made?):
        prepared = made
        isPreparing = false
      // A deletion brings no file.
      case .success(nil): break
      }
    }
    // Without a flush policy a segment that is full is left to the system.
    if isFlushed, isDirty, let file { unsynced.append(file) }
    // One that is still being prepared is the next one's.
    let next: LogFile
    if let made = prepared { next = made } else { next = try files.open(newPath(), .createEmpty) }
    prepared = nil
    segments.append(next.path)
    file = next
    position = 0
    deleteOldest()
  }

  private mutating func deleteOldest() {
    let now = EventLoop.currentTime.nanoseconds
    guard now - deletedNanos >= SequentialWrite.retentionCheckMs * 1_000_000 else { return }
    deletedNanos = now
    // As the log, which keeps what was asked for beside the segment that is written.
    let surplus = segments.count - 1 - keptSegments
    guard surplus > 0 else { return }
    let gone = Array(segments.prefix(surplus))
    segments.removeFirst(surplus)
    // What is deleted need not reach the disk.
    unsynced.removeAll { gone.contains($0.path) }
    let files = files
    disk.submit { () -> Result<LogFile?, FileError> in
      do throws(FileError) {
        for path in gone { try files.remove(path) }
        return .success(nil)
      } catch { return .failure(error) }
    }
  }

  /// All that was written and is kept goes to the disk.
  private mutating func syncAll() throws(FileError) {
    for full in unsynced { try full.sync() }
    unsynced = []
    try file?.sync()
    isDirty = false
  }

  static func failure(_ error: FileError) -> RunError { .load("writing: \(error)") }
}
