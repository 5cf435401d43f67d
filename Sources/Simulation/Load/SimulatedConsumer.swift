import KafkaClient
import KafkaFormat
import Transport

/// Reads all partitions from their start, without a group, and compares what it reads with the
/// ledger.
final class SimulatedConsumer: ConsumerDelegate {
  private let transport: SimulatedTransport
  private let run: SimulationRun
  private var consumer: Consumer<SimulatedTransport>?
  private var numbers: [PartitionHandle: Int] = [:]
  /// Of each partition, where it is.
  private(set) var positions: [Int64]
  /// What it read, where that is kept.
  private(set) var records: [[(offset: Int64, text: String)]] = []
  private let keepsRecords: Bool

  init(_ run: SimulationRun, _ machine: SimulatedMachine, keepsRecords: Bool = false) {
    self.run = run
    self.keepsRecords = keepsRecords
    positions = Array(repeating: 0, count: run.partitionCount)
    records = Array(repeating: [], count: run.partitionCount)
    transport = SimulatedTransport(machine, run.network)
  }

  func begin() {
    var config = ConsumerConfig(bootstrapServers: [run.bootstrap])
    config.client = run.clientConfig()
    config.fetchMaxWaitMs = 200
    config.autoOffsetReset = .none
    let consumer = Consumer(transport: transport, config: config)
    consumer.delegate = self
    self.consumer = consumer
    numbers = [:]
    let wanted = positions.indices.map { index in
      (
        TopicPartition(topic: run.topic, partition: Int32(index)),
        StartPosition.offset(positions[index]) as StartPosition?
      )
    }
    consumer.assign(wanted) { [weak self] in self?.assigned($0) }
  }

  private func assigned(_ result: Result<[PartitionHandle], ClientError>) {
    switch result {
    case .success(let handles):
      for (index, handle) in handles.enumerated() { numbers[handle] = index }
    case .failure: restart()
    }
  }

  private func restart() {
    consumer?.delegate = nil
    consumer?.close()
    consumer = nil
    transport.machine.schedule(afterNanos: 300_000_000) { [weak self] in self?.begin() }
  }

  func end() {
    consumer?.delegate = nil
    consumer?.close()
    consumer = nil
  }

  // MARK: ConsumerDelegate

  func received(_ batch: borrowing FetchedBatch) {
    guard let index = numbers[batch.partition] else { return }
    var records = batch.records()
    do {
      while let record = try records.next() {
        let offset = batch.baseOffset + Int64(record.offsetDelta)
        if offset < batch.firstWantedOffset { continue }
        if offset != positions[index] {
          run.fail("partition \(index): offset \(offset) follows \(positions[index] - 1)")
        }
        let text = Self.text(record.value)
        run.ledger.read(text, partition: index, at: offset)
        if keepsRecords { self.records[index].append((offset, text)) }
        positions[index] = offset + 1
        if offset >= batch.highWatermark {
          run.fail("partition \(index): offset \(offset) was read above the high watermark")
        }
      }
    } catch { run.fail("partition \(index): a batch that cannot be read: \(error)") }
  }

  private static func text(_ value: RawSpan?) -> String {
    guard let value else { return "" }
    return String(decoding: [UInt8](copying: value), as: UTF8.self)
  }

  func fetchCompleted(_ fetch: CompletedFetch) {}

  func partitionFailed(_ partition: PartitionHandle, _ error: ClientError) {
    run.fail("partition \(numbers[partition] ?? -1): a consumer cannot go on: \(error)")
  }

  func logTruncated(_ partition: PartitionHandle, from: Int64, to: Int64) {
    run.fail("partition \(numbers[partition] ?? -1): read up to \(from), and the log ends at \(to)")
  }

  func consumerFailed(_ error: ClientError) {
    transport.machine.schedule(afterNanos: 0) { [weak self] in self?.restart() }
  }
}
