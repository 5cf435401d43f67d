import KafkaClient
import KafkaFormat

/// One topic being written to; lives on its loop's thread.
final class ProduceSession: ProducerDelegate {
  struct Written: Sendable {
    var acknowledged = 0
    /// Lines that are too long, and those that the broker refused.
    var refused = 0
    var firstError: String?
  }

  private let loop: ClientLoop.Loop
  private let producer: Producer<ClientLoop.Loop>
  private let topic: TopicHandle
  private let lines: RecordLines
  private var headers = RecordHeaders()
  private var written = Written()
  /// By partition.
  private var lineNumbers: [Int32: LineNumbers] = [:]
  private let maxRequestSize: Int
  private let maxMessageBytes: Int?
  /// So many refused lines are named one by one.
  private static let namedMax = 20
  /// The chunk that waits for room, from which line on, and who waits for it.
  private var waiting: (LineChunk, Int, ClientLoop.Finish<Void>)?

  private init(
    _ loop: ClientLoop.Loop, _ producer: Producer<ClientLoop.Loop>, _ topic: TopicHandle,
    _ lines: RecordLines, maxMessageBytes: Int?
  ) {
    self.loop = loop
    self.producer = producer
    self.topic = topic
    self.lines = lines
    self.maxMessageBytes = maxMessageBytes
    maxRequestSize = producer.config.maxRequestSize
    for header in lines.headers { headers.append(key: header.key, value: header.value) }
    producer.delegate = self
  }

  static func open(
    on loop: ClientLoop.Loop, config: ProducerConfig, topic: String, lines: RecordLines,
    maxMessageBytes: Int?,
    _ finish: @escaping ClientLoop.Finish<LoopConfined<ProduceSession>>
  ) {
    do {
      let producer = try Producer(transport: loop, config: config)
      producer.openTopic(topic) { result in
        finish(
          result.map {
            LoopConfined(
              ProduceSession(loop, producer, $0, lines, maxMessageBytes: maxMessageBytes))
          }
          .mapError { CommandFailure("\(topic): \($0)") })
      }
    } catch {
      finish(.failure(error))
    }
  }

  /// Appends every line; finishes once all are taken, not yet acknowledged. Lines that are too
  /// long are named and passed over.
  func append(_ chunk: LineChunk, _ finish: @escaping ClientLoop.Finish<Void>) {
    for line in chunk.overlong {
      refuse(
        [line.number],
        "\(line.size) bytes; a line may have \(maxRequestSize) (max.request.size)")
    }
    append(chunk, from: 0, finish)
  }

  private func append(
    _ chunk: LineChunk, from first: Int, _ finish: @escaping ClientLoop.Finish<Void>
  ) {
    let now = loop.wallClockMs
    let nanos = loop.now.nanoseconds
    for index in first..<chunk.lines.count {
      let line = chunk.lines[index]
      switch append(chunk.bytes, line.range, now, nanos) {
      case .appended(let partition):
        lineNumbers[partition, default: LineNumbers()].append(line.number)
      case .full:
        waiting = (chunk, index, finish)
        return
      case .rejected(let error):
        if case .recordTooLarge = error {
          refuse([line.number], "\(error)")
          continue
        }
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
    let numbers =
      lineNumbers[batch.partition]?.settle(
        first: batch.firstRecordIndex, count: batch.recordCount) ?? []
    guard let error = batch.error else {
      written.acknowledged += batch.recordCount
      return
    }
    if error.code == .messageTooLarge, let maxMessageBytes {
      refuse(numbers, "\(error); the topic's max.message.bytes is \(maxMessageBytes)")
    } else {
      let last = batch.lastError.map { "; last answer: \($0), after \(batch.attempts) attempts" }
      refuse(numbers, "\(error)\(last ?? "")")
    }
  }

  /// Counts lines that are not written, and names the first ones.
  private func refuse(_ numbers: [Int], _ reason: String) {
    if written.firstError == nil { written.firstError = reason }
    for number in numbers {
      written.refused += 1
      if written.refused <= Self.namedMax {
        Console.complain("weir: line \(number) was not written: \(reason)")
      } else if written.refused == Self.namedMax + 1 {
        Console.complain("weir: further lines that are not written are counted only")
      }
    }
  }

  func producerFailed(_ error: ClientError) {
    if written.firstError == nil { written.firstError = "\(error)" }
    guard let (_, _, finish) = waiting else { return }
    waiting = nil
    finish(.failure(CommandFailure("\(error)")))
  }
}
