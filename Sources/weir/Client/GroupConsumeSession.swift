import KafkaClient
import Transport

/// Prints what one member of a group reads, and commits what was printed; lives on its loop's
/// thread.
final class GroupConsumeSession: GroupConsumerDelegate {
  private let loop: ClientLoop.Loop
  private let consumer: GroupConsumer<ClientLoop.Loop>
  private let timeoutMs: Int64?
  private let showsPartitions: Bool
  private var printer: RecordPrinter
  private var left: Int
  private var finish: ClientLoop.Finish<Void>?
  private var timer: TimerID?
  /// Keeps the session until it has ended: the consumer refers to it weakly.
  private var itself: GroupConsumeSession?

  private init(
    _ loop: ClientLoop.Loop, _ consumer: GroupConsumer<ClientLoop.Loop>,
    _ settings: Settings, _ finish: @escaping ClientLoop.Finish<Void>
  ) {
    self.loop = loop
    self.consumer = consumer
    timeoutMs = settings.timeoutMs
    showsPartitions = settings.showsPartitions
    printer = RecordPrinter(format: settings.format)
    left = settings.maxRecords ?? .max
    self.finish = finish
    itself = self
    consumer.delegate = self
  }

  struct Settings: Sendable {
    var format: RecordFormat
    var maxRecords: Int?
    var timeoutMs: Int64?
    /// Tells on standard error which partitions the member has.
    var showsPartitions: Bool
  }

  /// Joins the group and reads until `maxRecords` were printed, or none came for `timeoutMs`, or
  /// it fails, or `stop` is called; then leaves it.
  static func run(
    on loop: ClientLoop.Loop, config: GroupConsumerConfig, topic: String, _ settings: Settings,
    _ finish: @escaping ClientLoop.Finish<Void>
  ) -> GroupConsumeSession {
    let session = GroupConsumeSession(
      loop, GroupConsumer(transport: loop, config: config), settings, finish)
    session.consumer.subscribe(topics: [topic])
    session.waitForRecords()
    return session
  }

  func stop() { end(.success(())) }

  func received(_ batch: borrowing FetchedBatch) {
    let partition = consumer.topicPartition(batch.partition).partition
    do {
      let printed = try printer.append(batch, partition: partition, atMost: left)
      left -= printed.count
      // What is not printed shall not be committed; the next member reads it.
      if left == 0 { consumer.seek(batch.partition, to: .offset(printed.nextOffset)) }
    } catch {
      consumer.seek(batch.partition, to: .offset(batch.firstWantedOffset))
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

  func partitionsAssigned(_ partitions: [PartitionHandle]) { showPartitions() }

  func partitionsRevoked(_ partitions: [PartitionHandle]) {
    // Before the commit of what was read.
    _ = printer.flush()
  }

  private func showPartitions() {
    guard showsPartitions, finish != nil else { return }
    let names = consumer.assignment.map { "\(consumer.topicPartition($0))" }
    Console.complain("weir: reads \(names.isEmpty ? "nothing" : names.joined(separator: " "))")
  }

  func partitionFailed(_ partition: PartitionHandle, _ error: ClientError) {
    end(.failure(CommandFailure("\(consumer.topicPartition(partition)): \(error)")))
  }

  func autoCommitFailed(_ error: ClientError) {
    Console.complain("weir: the group did not take a commit: \(error)")
  }

  func groupFailed(_ error: ClientError) { end(.failure(error)) }

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
    consumer.close(timeoutMs: 5000) { [self] in
      itself = nil
      finish(result)
    }
  }
}
