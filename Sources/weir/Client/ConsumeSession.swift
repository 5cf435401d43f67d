import KafkaClient
import Transport

/// Prints the records of some partitions; lives on its loop's thread.
final class ConsumeSession: ConsumerDelegate {
  private let loop: ClientLoop.Loop
  private let consumer: Consumer<ClientLoop.Loop>
  private let timeoutMs: Int64?
  private var left: Int
  private var printer: RecordPrinter
  private var finish: ClientLoop.Finish<Void>?
  private var timer: TimerID?
  /// Keeps the session until it has ended: the consumer refers to it weakly.
  private var itself: ConsumeSession?

  private init(
    _ loop: ClientLoop.Loop, _ consumer: Consumer<ClientLoop.Loop>, _ format: RecordFormat,
    maxRecords: Int?, timeoutMs: Int64?, _ finish: @escaping ClientLoop.Finish<Void>
  ) {
    self.loop = loop
    self.consumer = consumer
    printer = RecordPrinter(format: format)
    self.timeoutMs = timeoutMs
    self.finish = finish
    left = maxRecords ?? .max
    itself = self
    consumer.delegate = self
  }

  /// Reads until `maxRecords` were printed, or none came for `timeoutMs`, or it fails.
  static func run(
    on loop: ClientLoop.Loop, config: ConsumerConfig, partitions: [TopicPartition],
    start: StartPosition, format: RecordFormat, maxRecords: Int?, timeoutMs: Int64?,
    _ finish: @escaping ClientLoop.Finish<Void>
  ) {
    let consumer = Consumer(transport: loop, config: config)
    let session = ConsumeSession(
      loop, consumer, format, maxRecords: maxRecords, timeoutMs: timeoutMs, finish)
    consumer.assign(partitions.map { ($0, start) }) { result in
      if case .failure(let error) = result { session.end(.failure(error)) }
    }
    session.waitForRecords()
  }

  func received(_ batch: borrowing FetchedBatch) {
    guard left > 0 else { return }
    let partition = consumer.topicPartition(batch.partition).partition
    do {
      left -= try printer.append(batch, partition: partition, atMost: left).count
    } catch {
      end(.failure(CommandFailure("partition \(partition): \(error)")))
    }
  }

  func fetchCompleted(_ fetch: CompletedFetch) {
    if !printer.isEmpty {
      guard printer.flush() else { return end(.success(())) }
      waitForRecords()
    }
    if left == 0 { end(.success(())) }
  }

  func partitionFailed(_ partition: PartitionHandle, _ error: ClientError) {
    end(.failure(CommandFailure("\(consumer.topicPartition(partition)): \(error)")))
  }

  func consumerFailed(_ error: ClientError) { end(.failure(error)) }

  /// Starts the patience for the next record anew.
  private func waitForRecords() {
    guard let timeoutMs, finish != nil else { return }
    if let timer { loop.cancel(timer) }
    timer = loop.schedule(at: loop.now.adding(milliseconds: timeoutMs)) { [weak self] in
      self?.end(.success(()))
    }
  }

  private func end(_ result: Result<Void, any Error>) {
    guard let finish else { return }
    self.finish = nil
    left = 0
    if let timer { loop.cancel(timer) }
    _ = printer.flush()
    consumer.close()
    itself = nil
    finish(result)
  }
}
