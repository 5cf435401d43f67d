import CommitLog
import EventLoop
import KafkaFormat
import LoadModel

/// The commit log alone: what the broker does with a batch once it has one. The checksum is
/// compared, the batch appended; indexes, rolls and retention with it.
final class LogLane: WriteLane {
  private let log: PartitionLog
  private let disk: DiskWorker<LogJobResult>
  private let syncs = SyncCount()
  private var jobsUnderWay = 0
  private var maintainedMs: Int64 = 0

  init(directory: String, retention: Int64?, segmentBytes: Int64, flush: FlushPolicy)
    throws(RunError)
  {
    var config = LogConfig()
    config.segmentBytes = Int(segmentBytes)
    config.retentionBytes = retention ?? -1
    config.retentionMs = -1
    config.fileDeleteDelayMs = 0
    switch flush {
    case .none: break
    case .eachBatch: config.flushMessages = 1
    case .everyMessages(let count): config.flushMessages = count
    case .everyMs(let ms): config.flushMs = ms
    }
    do throws(LogError) {
      log = try PartitionLog.open(
        topic: "weir", partition: 0, directory: "\(directory)/weir-0",
        fileSystem: PosixFileSystem(syncs: syncs), config: config,
        options: LogOpenOptions(nowMs: EventLoop.wallClockMsNow()))
    } catch { throw .load("the log cannot be opened: \(error)") }
    disk = try DiskWorker()
  }

  func fill(_ batch: WriteBatch, bytes: Int64) throws(RunError) {
    var batch = batch
    let count = Int(bytes / Int64(batch.bytes.count))
    _ = try run(&batch, WriteLimit(batches: count))
  }

  func run(_ batch: inout WriteBatch, _ limit: WriteLimit) throws(RunError) -> WriteRun {
    var run = WriteRun()
    let stride = WriteLimit.stride(batch.bytes.count)
    let syncsBefore = syncs.total
    let diskBefore = disk.cpu
    let cpu = CPUSeconds.ofThisThread()
    let start = EventLoop.currentTime.nanoseconds
    do throws(LogError) {
      while run.batches < limit.batches {
        try append(&batch.bytes)
        run.batches += 1
        if run.batches % stride == 0, EventLoop.currentTime.nanoseconds >= limit.untilNanos {
          break
        }
      }
    } catch { throw .load("appending: \(error)") }
    run.nanos = EventLoop.currentTime.nanoseconds - start
    run.syncs = syncs.total - syncsBefore
    run.cpu = (CPUSeconds.ofThisThread() - cpu) + (disk.cpu - diskBefore)
    run.bytes = Int64(run.batches) * Int64(batch.bytes.count)
    return run
  }

  private func append(_ bytes: inout [UInt8]) throws(LogError) {
    guard let header = try? RecordBatchHeader(bytes.rawSpan),
      RecordBatch.checksum(of: bytes.rawSpan) == header.crc
    else { throw .invalidBatch("its checksum is another") }
    let nowMs = EventLoop.wallClockMsNow()
    var span = bytes.mutableSpan
    let appended = try log.append(&span, header: header, leaderEpoch: 0, nowMs: nowMs)
    // As often as the brokers that are measured look after theirs.
    if nowMs - maintainedMs >= SequentialWrite.retentionCheckMs {
      maintainedMs = nowMs
      log.maintain(nowMs: nowMs, highWatermark: log.logEndOffset)
    }
    if jobsUnderWay > 0 { apply(disk.take()) }
    handOver()
    guard appended.needsFlush else { return }
    while log.recoveryPoint <= appended.lastOffset, jobsUnderWay > 0 {
      apply(disk.waitForSome())
      handOver()
    }
  }

  private func apply(_ results: [LogJobResult]) {
    jobsUnderWay -= results.count
    for result in results { log.apply(result) }
  }

  private func handOver() {
    guard log.hasJobs else { return }
    for job in log.takeJobs() {
      jobsUnderWay += 1
      disk.submit { job.run() }
    }
  }

  func close() { disk.finish() }
}
