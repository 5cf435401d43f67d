import KafkaClient
import Transport

/// Prints what one member of a group reads, and commits what was written, never what was only
/// read; lives on its loop's thread.
final class GroupConsumeSession: GroupConsumerDelegate {
  private let loop: ClientLoop.Loop
  private let consumer: GroupConsumer<ClientLoop.Loop>
  private let output: RecordOutput
  private let showsPartitions: Bool
  /// nil: nothing is committed.
  private let commitIntervalMs: Int64?
  private var commitTimer: TimerID?
  private var isCommitting = false

  /// What was taken for printing since it was last written: the offset after it.
  private var taken: [TopicPartition: Int64] = [:]
  /// What was written.
  private var written: [TopicPartition: Int64] = [:]
  /// The positions as of the last time that all was written.
  private var positions: [TopicPartition: OffsetAndMetadata] = [:]
  private var committed: [TopicPartition: OffsetAndMetadata] = [:]
  /// Keeps the session until it has ended: the consumer refers to it weakly.
  private var itself: GroupConsumeSession?

  /// - Parameter config: Its automatic commits are the session's.
  private init(
    _ loop: ClientLoop.Loop, _ config: GroupConsumerConfig, _ settings: Settings,
    _ finish: @escaping ClientLoop.Finish<Void>
  ) {
    self.loop = loop
    commitIntervalMs = config.enableAutoCommit ? max(1, config.autoCommitIntervalMs) : nil
    var config = config
    config.enableAutoCommit = false
    consumer = GroupConsumer(transport: loop, config: config)
    output = RecordOutput(loop, settings.output)
    showsPartitions = settings.showsPartitions
    itself = self
    consumer.delegate = self
    output.onEnd = { [weak self] result in self?.close(result, finish) }
  }

  struct Settings: Sendable {
    var output: RecordOutput.Settings
    /// Tells on standard error which partitions the member has.
    var showsPartitions: Bool
  }

  /// Joins the group and reads until `maxRecords` were printed, or none came for `timeoutMs`, or
  /// it fails, or `stop` is called; then leaves it. Fails where the group did not take a commit of
  /// what was printed.
  static func run(
    on loop: ClientLoop.Loop, config: GroupConsumerConfig, topic: String, _ settings: Settings,
    _ finish: @escaping ClientLoop.Finish<Void>
  ) -> GroupConsumeSession {
    let session = GroupConsumeSession(loop, config, settings, finish)
    session.consumer.subscribe(topics: [topic])
    session.output.waitForRecords()
    session.armCommits()
    return session
  }

  func stop() { output.end(.success(())) }

  func received(_ batch: borrowing FetchedBatch) {
    let name = consumer.topicPartition(batch.partition)
    do {
      let printed = try output.append(batch, partition: name.partition)
      if printed.count > 0 { taken[name] = printed.nextOffset }
      // What is not printed shall not be committed; the next member reads it.
      if output.left == 0 { consumer.seek(batch.partition, to: .offset(printed.nextOffset)) }
    } catch {
      consumer.seek(batch.partition, to: .offset(batch.firstWantedOffset))
      output.end(.failure(CommandFailure("partition \(name.partition): \(error)")))
    }
  }

  func fetchCompleted(_ fetch: CompletedFetch) {
    output.fetchCompleted()
    if !output.isOver { note() }
  }

  func partitionsAssigned(_ partitions: [PartitionHandle]) { showPartitions() }

  func partitionsRevoked(_ partitions: [PartitionHandle]) {
    note()
    commit()
  }

  func partitionsLost(_ partitions: [PartitionHandle]) { note() }

  private func showPartitions() {
    guard showsPartitions, !output.isOver else { return }
    let names = consumer.assignment.map { "\(consumer.topicPartition($0))" }
    Console.complain("weir: reads \(names.isEmpty ? "nothing" : names.joined(separator: " "))")
  }

  func partitionFailed(_ partition: PartitionHandle, _ error: ClientError) {
    output.end(.failure(CommandFailure("\(consumer.topicPartition(partition)): \(error)")))
  }

  func positionReset(_ partition: PartitionHandle, from: Int64, to: Int64) {
    SkippedOffsets.complain(consumer.topicPartition(partition), from: from, to: to)
  }

  func logTruncated(_ partition: PartitionHandle, from: Int64, to: Int64) {
    SkippedOffsets.complainOfTruncation(consumer.topicPartition(partition), from: from, to: to)
  }

  func groupFailed(_ error: ClientError) { output.end(.failure(error)) }

  // MARK: Commits

  /// Writes what was taken, and notes that it is safe to commit.
  private func note() {
    guard output.flush() else { return }
    written.merge(taken) { $1 }
    taken = [:]
    positions = consumer.positions()
  }

  private func armCommits() {
    guard let commitIntervalMs else { return }
    commitTimer = loop.schedule(at: loop.now.adding(milliseconds: commitIntervalMs)) {
      [weak self] in
      guard let self, !self.output.isOver else { return }
      if self.consumer.isStable, !self.isCommitting { self.commit() }
      self.armCommits()
    }
  }

  private func commit() {
    // Another's partitions are not for this member to commit, whatever it once had of them.
    let moved = positions.filter {
      committed[$0.key] != $0.value && consumer.handle(of: $0.key) != nil
    }
    guard commitIntervalMs != nil, !moved.isEmpty else { return }
    isCommitting = true
    consumer.commit(moved) { [self] result in
      isCommitting = false
      switch result {
      case .success: committed.merge(moved) { $0.offset > $1.offset ? $0 : $1 }
      case .failure(.closed): break
      case .failure(let error):
        Console.complain("weir: the group did not take a commit: \(error)")
      }
    }
  }

  private func close(
    _ result: Result<Void, any Error>, _ finish: @escaping ClientLoop.Finish<Void>
  ) {
    if let commitTimer { loop.cancel(commitTimer) }
    consumer.close(timeoutMs: 8000) { [self] in
      itself = nil
      let unsaved = written.filter { $0.value > committed[$0.key]?.offset ?? -1 }.keys
      guard commitIntervalMs != nil, !unsaved.isEmpty else { return finish(result) }
      let names = unsaved.map(\.description).sorted().joined(separator: " ")
      let failure = CommandFailure(
        "what was printed last of \(names) is not committed: the group reads it again")
      guard case .failure = result else { return finish(.failure(failure)) }
      Console.complain("weir: \(failure)")
      finish(result)
    }
  }
}
