import CommitLog
import EventLoop
import LoadModel

/// The batches written over a file that is there and on the disk: one behind the other, or at
/// places far apart in random order.
///
/// ```
/// in sequence  |b0|b1|b2|b3|                                  the file's beginning
/// at random    |  |  |b2|  |  |  |  | …  |b0|  |  | …         one place of every eight or more
/// ```
/// Every pass writes each place once and ends with a sync. At random no two places are neighbours,
/// so that neither the page cache nor the device can join them again.
struct PlacesLane: WriteLane {
  private let files: PosixFileSystem
  private let syncs = SyncCount()
  private var flush: FlushTimer
  private let file: LogFile
  /// The slots of a pass in its order, as numbers of batches from the file's beginning.
  private let order: [Int32]

  /// - Parameters:
  ///   - path: A file that earlier lanes may have made; it grows to what is needed.
  ///   - bytes: Of one pass; at least one batch.
  /// - Throws: `.load` where the file cannot be written.
  init(
    path: String, batch: WriteBatch, bytes: Int64, isRandom: Bool, flush: FlushPolicy, seed: UInt64
  ) throws(RunError) {
    files = PosixFileSystem(syncs: syncs)
    let count = max(1, Int(bytes / Int64(batch.bytes.count)))
    let spread = Int(SequentialWriteSettings.placesSpread(batchBytes: batch.bytes.count))
    do throws(FileError) {
      file = try Self.prepare(path, bytes: Int64(count * batch.bytes.count * spread), files)
    } catch { throw RawLane.failure(error) }
    var order = (0..<Int32(clamping: count)).map { $0 }
    if isRandom {
      var random = SeededRandom(seed: seed)
      order = order.map { stripe in
        // Neither the first nor the last place of a stripe: there might be a neighbour.
        stripe * Int32(spread) + 1 + Int32(random.next() % UInt64(spread - 2))
      }
      order.shuffle(using: &random)
    }
    self.order = order
    self.flush = FlushTimer(flush)
  }

  /// The file with every byte up to `bytes` written and on the disk.
  private static func prepare(_ path: String, bytes: Int64, _ files: PosixFileSystem)
    throws(FileError) -> LogFile
  {
    let file = try files.open(path, .create)
    let block = [UInt8](repeating: 0x5a, count: 1 << 20)
    var at = try file.size()
    while at < bytes {
      try file.write(block.rawSpan, at: at)
      at += Int64(block.count)
    }
    try file.sync()
    return file
  }

  mutating func fill(_ batch: WriteBatch, bytes: Int64) {}

  /// Whole passes, until as many batches are written; one that the time ends is ended by a sync as
  /// well.
  mutating func run(_ batch: inout WriteBatch, _ limit: WriteLimit) throws(RunError) -> WriteRun {
    var run = WriteRun()
    let stride = WriteLimit.stride(batch.bytes.count)
    let syncsBefore = syncs.total
    let cpu = CPUSeconds.ofThisThread()
    let start = EventLoop.currentTime.nanoseconds
    var isOver = false
    do throws(FileError) {
      while !isOver {
        let from = EventLoop.currentTime.nanoseconds
        for slot in order {
          try file.write(batch.bytes.rawSpan, at: Int64(slot) * Int64(batch.bytes.count))
          run.batches += 1
          if flush.isDue(records: batch.records) { try file.sync() }
          isOver =
            run.batches >= limit.batches
            || (run.batches % stride == 0
              && EventLoop.currentTime.nanoseconds >= limit.untilNanos)
          if isOver { break }
        }
        run.nanos += EventLoop.currentTime.nanoseconds - from
        try file.sync()
      }
    } catch { throw RawLane.failure(error) }
    run.durableNanos = EventLoop.currentTime.nanoseconds - start
    run.syncs = syncs.total - syncsBefore
    run.cpu = CPUSeconds.ofThisThread() - cpu
    run.bytes = Int64(run.batches) * Int64(batch.bytes.count)
    return run
  }

  mutating func close() {}
}
