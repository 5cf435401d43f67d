import BrokerCore
import CommitLog
import EventLoop
import KafkaFormat
import KafkaMessages
import LoadModel

/// The broker's core on this thread: whole Produce requests are read, checked, appended and
/// answered, and no socket is between.
final class CoreLane: WriteLane {
  private let node: BrokerNode
  private let processor: RequestProcessor
  private let disk: DiskWorker<DiskCompletion>
  private let syncs: SyncCount
  private let topic = "weir"
  private let connection: UInt64 = 1
  private var jobsUnderWay = 0
  /// The answer that came as an action.
  private var late: Response?
  private var refusal: String?

  init(directory: String, properties: [String: String], topicConfigs: [String: String])
    throws(RunError)
  {
    var all = properties
    all["listeners"] = "PLAINTEXT://127.0.0.1:0"
    all["log.dirs"] = directory
    let syncs = SyncCount()
    self.syncs = syncs
    disk = try DiskWorker()
    do {
      node = try BrokerNode.open(
        try BrokerConfig(properties: all), fileSystem: PosixFileSystem(syncs: syncs), loopCount: 1,
        nowMs: EventLoop.wallClockMsNow())
      try node.register(
        listeners: [BrokerListener(name: "PLAINTEXT", host: "127.0.0.1", port: 1)],
        hostName: "", nowMs: EventLoop.wallClockMsNow())
    } catch { throw .brokerFailed("the broker's core cannot start: \(error)") }
    processor = RequestProcessor(node: node, loop: 0)
    try createTopic(topicConfigs)
  }

  private func createTopic(_ configs: [String: String]) throws(RunError) {
    let request = CreateTopicsRequest(topics: [
      .init(
        name: topic, numPartitions: 1, replicationFactor: 1,
        configs: configs.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
    ])
    var frame = request.frame(version: 5, correlationId: 1, clientId: "weir-suite")
    let answer = try handle(&frame)
    let bytes = Array(answer.head[answer.headRange])
    var reader = ByteReader(bytes.rawSpan)
    guard (try? reader.skip(4)) != nil,
      (try? ResponseHeader(from: &reader, version: 1)) != nil,
      let response = try? CreateTopicsResponse(from: &reader, version: 5),
      response.topics.allSatisfy({ $0.errorCode == .none })
    else { throw .brokerFailed("the broker's core makes no topic") }
  }

  func fill(_ batch: WriteBatch, bytes: Int64) throws(RunError) {
    var batch = batch
    _ = try run(&batch, WriteLimit(batches: Int(bytes / Int64(batch.bytes.count))))
  }

  func run(_ batch: inout WriteBatch, _ limit: WriteLimit) throws(RunError) -> WriteRun {
    var frame = ProduceFrame(topic: topic, batch: batch)
    var run = WriteRun()
    let stride = WriteLimit.stride(batch.bytes.count)
    let syncsBefore = syncs.total
    let diskBefore = disk.cpu
    let cpu = CPUSeconds.ofThisThread()
    let start = EventLoop.currentTime.nanoseconds
    while run.batches < limit.batches {
      frame.forgetOffset()
      let answer = try handle(&frame.bytes)
      if let refusal = frame.refusal(in: answer.head[answer.headRange]) {
        throw .load("the broker's core refused a batch: \(refusal)")
      }
      run.batches += 1
      if run.batches % stride == 0, EventLoop.currentTime.nanoseconds >= limit.untilNanos { break }
    }
    run.nanos = EventLoop.currentTime.nanoseconds - start
    run.syncs = syncs.total - syncsBefore
    run.cpu = (CPUSeconds.ofThisThread() - cpu) + (disk.cpu - diskBefore)
    run.bytes = Int64(run.batches) * Int64(batch.bytes.count)
    return run
  }

  /// One request, from its frame to its answer.
  private func handle(_ frame: inout [UInt8]) throws(RunError) -> Response {
    let nowNanos = EventLoop.currentTime.nanoseconds
    let nowMs = EventLoop.wallClockMsNow()
    if processor.nextDeadlineNanos <= nowNanos {
      processor.tick(nowMs: nowMs, nowNanos: nowNanos)
    }
    if jobsUnderWay > 0 { complete(disk.take()) }
    var all = frame.mutableSpan
    var span = all._mutatingExtracting(4..<all.count)
    let outcome = processor.handle(
      frame: &span, connection: connection, clientAddress: "127.0.0.1", listener: 0,
      nowMs: nowMs, nowNanos: nowNanos)
    carryOut()
    switch outcome {
    case .respond(let response): return response
    case .noResponse: throw .load("the broker's core gave no answer")
    case .close(let reason): throw .load("the broker's core refused a request: \(reason)")
    case .pending: return try awaitAnswer()
    }
  }

  private func awaitAnswer() throws(RunError) -> Response {
    while true {
      if let refusal { throw .load("the broker's core refused a request: \(refusal)") }
      if let response = late {
        late = nil
        return response
      }
      guard jobsUnderWay > 0 else { throw .load("the broker's core waits for nothing") }
      complete(disk.waitForSome())
    }
  }

  private func complete(_ completions: [DiskCompletion]) {
    jobsUnderWay -= completions.count
    for completion in completions {
      processor.complete(
        completion, nowMs: EventLoop.wallClockMsNow(),
        nowNanos: EventLoop.currentTime.nanoseconds)
    }
    carryOut()
  }

  private func carryOut() {
    while processor.hasActions {
      for action in processor.takeActions() {
        switch action {
        case .respond(_, let response): late = response
        case .close(_, let reason): refusal = reason
        case .disk(let job):
          jobsUnderWay += 1
          disk.submit { job.run() }
        case .wake(_, let wake):
          processor.wake(
            wake, nowMs: EventLoop.wallClockMsNow(),
            nowNanos: EventLoop.currentTime.nanoseconds)
        case .resume, .log: break
        }
      }
    }
  }

  func close() {
    while jobsUnderWay > 0 { complete(disk.waitForSome()) }
    // The node itself is only let go of: a clean stop would flush what nobody keeps.
    disk.finish()
  }
}
