import KafkaClient
import KafkaFormat

/// One topic being written to; lives on its loop's thread.
final class ProduceSession: ProducerDelegate {
  struct Written: Sendable {
    var acknowledged = 0
    var failed = 0
    var firstError: String?
  }

  private let loop: ClientLoop.Loop
  private let producer: Producer<ClientLoop.Loop>
  private let topic: TopicHandle
  private let lines: RecordLines
  private var headers = RecordHeaders()
  private var written = Written()
  /// The chunk that waits for room, from which line on, and who waits for it.
  private var waiting: (LineChunk, Int, ClientLoop.Finish<Void>)?

  private init(
    _ loop: ClientLoop.Loop, _ producer: Producer<ClientLoop.Loop>, _ topic: TopicHandle,
    _ lines: RecordLines
  ) {
    self.loop = loop
    self.producer = producer
    self.topic = topic
    self.lines = lines
    for header in lines.headers { headers.append(key: header.key, value: header.value) }
    producer.delegate = self
  }

  static func open(
    on loop: ClientLoop.Loop, config: ProducerConfig, topic: String, lines: RecordLines,
    _ finish: @escaping ClientLoop.Finish<LoopConfined<ProduceSession>>
  ) {
    do {
      let producer = try Producer(transport: loop, config: config)
      producer.openTopic(topic) { result in
        finish(
          result.map { LoopConfined(ProduceSession(loop, producer, $0, lines)) }
            .mapError { CommandFailure("\(topic): \($0)") })
      }
    } catch {
      finish(.failure(error))
    }
  }

  /// Appends every line; finishes once all are taken, not yet acknowledged.
  func append(_ chunk: LineChunk, _ finish: @escaping ClientLoop.Finish<Void>) {
    append(chunk, from: 0, finish)
  }

  private func append(
    _ chunk: LineChunk, from first: Int, _ finish: @escaping ClientLoop.Finish<Void>
  ) {
    let now = loop.wallClockMs
    let nanos = loop.now.nanoseconds
    for index in first..<chunk.lines.count {
      switch append(chunk.bytes, chunk.lines[index], now, nanos) {
      case .appended: continue
      case .full:
        waiting = (chunk, index, finish)
        return
      case .rejected(let error):
        finish(.failure(CommandFailure("\(error)")))
        return
      }
    }
    finish(.success(()))
  }

  private func append(
    _ bytes: [UInt8], _ line: Range<Int>, _ timestampMs: Int64, _ nanos: Int64
  ) -> AppendResult {
    let all = bytes.rawSpan
    let split = lines.split(bytes, line)
    let value = all.extracting((split?.valueStart ?? line.lowerBound)..<line.upperBound)
    let key: RawSpan? =
      if let split { all.extracting(line.lowerBound..<split.keyEnd) } else { nil }
    if headers.count == 0 {
      return producer.append(
        topic, partition: lines.partition, key: key, value: value, timestampMs: timestampMs,
        scheduledNanos: nanos)
    }
    return producer.append(
      topic, partition: lines.partition, key: key, value: value, headers: headers,
      timestampMs: timestampMs, scheduledNanos: nanos)
  }

  /// Sends what is left and waits for its result.
  func close(_ finish: @escaping ClientLoop.Finish<Written>) {
    producer.flush { [self] in
      producer.close(timeoutMs: 0) { [self] in finish(.success(written)) }
    }
  }

  func producerReady() {
    guard let (chunk, index, finish) = waiting else { return }
    waiting = nil
    append(chunk, from: index, finish)
  }

  func batchCompleted(_ batch: borrowing CompletedBatch) {
    if let error = batch.error {
      written.failed += batch.recordCount
      if written.firstError == nil {
        let last = batch.lastError.map { "; last answer: \($0), after \(batch.attempts) attempts" }
        written.firstError = "\(error)\(last ?? "")"
      }
    } else {
      written.acknowledged += batch.recordCount
    }
  }

  func producerFailed(_ error: ClientError) {
    if written.firstError == nil { written.firstError = "\(error)" }
    guard let (_, _, finish) = waiting else { return }
    waiting = nil
    finish(.failure(CommandFailure("\(error)")))
  }
}
