import KafkaClient
import Transport

/// Prints the records of some partitions; lives on its loop's thread.
final class ConsumeSession: ConsumerDelegate {
  private let consumer: Consumer<ClientLoop.Loop>
  private let output: RecordOutput
  /// Keeps the session until it has ended: the consumer refers to it weakly.
  private var itself: ConsumeSession?

  private init(
    _ consumer: Consumer<ClientLoop.Loop>, _ output: RecordOutput,
    _ finish: @escaping ClientLoop.Finish<Void>
  ) {
    self.consumer = consumer
    self.output = output
    itself = self
    consumer.delegate = self
    output.onEnd = { [weak self] result in
      consumer.close()
      self?.itself = nil
      finish(result)
    }
  }

  /// Asked to end: what was read is printed first.
  func stop() { output.end(.success(())) }

  /// Reads until `maxRecords` were printed, or none came for `timeoutMs`, or it fails.
  static func run(
    on loop: ClientLoop.Loop, config: ConsumerConfig, partitions: [TopicPartition],
    start: StartPosition, _ settings: RecordOutput.Settings,
    _ finish: @escaping ClientLoop.Finish<Void>
  ) -> ConsumeSession {
    let consumer = Consumer(transport: loop, config: config)
    let output = RecordOutput(loop, settings)
    let session = ConsumeSession(consumer, output, finish)
    consumer.assign(partitions.map { ($0, start) }) { result in
      if case .failure(let error) = result { output.end(.failure(error)) }
    }
    output.waitForRecords()
    return session
  }

  func received(_ batch: borrowing FetchedBatch) {
    guard output.left > 0 else { return }
    let partition = consumer.topicPartition(batch.partition).partition
    do {
      _ = try output.append(batch, partition: partition)
    } catch {
      output.end(.failure(CommandFailure("partition \(partition): \(error)")))
    }
  }

  func fetchCompleted(_ fetch: CompletedFetch) { output.fetchCompleted() }

  func partitionFailed(_ partition: PartitionHandle, _ error: ClientError) {
    output.end(.failure(CommandFailure("\(consumer.topicPartition(partition)): \(error)")))
  }

  func positionReset(_ partition: PartitionHandle, from: Int64, to: Int64) {
    SkippedOffsets.complain(consumer.topicPartition(partition), from: from, to: to)
  }

  func logTruncated(_ partition: PartitionHandle, from: Int64, to: Int64) {
    SkippedOffsets.complainOfTruncation(consumer.topicPartition(partition), from: from, to: to)
  }

  func consumerFailed(_ error: ClientError) { output.end(.failure(error)) }
}
