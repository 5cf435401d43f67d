import KafkaClient
import KafkaFormat
import Transport

/// Sends records at random times, keeps what was promised of them, and begins anew where its
/// producer fails for good.
final class SimulatedProducer: ProducerDelegate {
  private let transport: SimulatedTransport
  private let run: SimulationRun
  private let isIdempotent: Bool
  private var producer: Producer<SimulatedTransport>?
  private var topic: TopicHandle?
  private var number = 0
  private var isEnding = false
  /// When the last acknowledgement came; virtual time.
  private(set) var lastAckNanos: Int64 = 0

  private static let meanWaitNanos: Int64 = 20_000_000

  init(_ run: SimulationRun, _ machine: SimulatedMachine, isIdempotent: Bool) {
    self.run = run
    self.isIdempotent = isIdempotent
    transport = SimulatedTransport(machine, run.network)
  }

  func begin() {
    number = run.nextProducerNumber()
    var config = ProducerConfig(bootstrapServers: [run.bootstrap])
    config.client = run.clientConfig()
    config.acks = .all
    config.enableIdempotence = isIdempotent
    config.lingerMs = run.world.pick(0...20)
    config.batchSize = Int(run.world.pick(1...4)) << 10
    config.deliveryTimeoutMs = 30_000
    config.compression = [.none, .lz4, .zstd][Int(run.world.pick(0...2))]
    do {
      let producer = try Producer(transport: transport, config: config)
      producer.delegate = self
      self.producer = producer
      topic = nil
      producer.openTopic(run.topic) { [weak self] in self?.opened($0) }
    } catch { run.fail("a producer cannot be made: \(error)") }
  }

  private func opened(_ result: Result<TopicHandle, ClientError>) {
    switch result {
    case .success(let topic):
      self.topic = topic
      sendNext()
    case .failure: restart()
    }
  }

  private func restart() {
    producer?.delegate = nil
    producer?.abort()
    producer = nil
    guard !isEnding else { return }
    transport.machine.schedule(afterNanos: 500_000_000) { [weak self] in self?.begin() }
  }

  private func sendNext() {
    guard !isEnding, let producer, let topic else { return }
    for _ in 0..<run.world.pick(1...5) {
      let partition = Int32(run.world.pick(0...Int64(run.partitionCount - 1)))
      let index = producer.nextRecordIndex(topic, partition: partition)
      let record = Ledger.RecordName(producer: number, index: index)
      let value = Array("\(record.text)/\(String(repeating: "x", count: size()))".utf8)
      let result = producer.append(
        topic, partition: partition, key: nil, value: value.rawSpan,
        timestampMs: transport.wallClockMs, scheduledNanos: transport.now.nanoseconds)
      guard case .appended = result else { break }
      run.ledger.sent(record, partition: Int(partition))
    }
    let wait = run.world.wait(meanNanos: Self.meanWaitNanos)
    transport.machine.schedule(afterNanos: wait) { [weak self] in self?.sendNext() }
  }

  private func size() -> Int { run.world.happens(0.05) ? 3_000 : Int(run.world.pick(0...200)) }

  /// Sends nothing more. What is under way is decided within `delivery.timeout.ms`.
  func end() { isEnding = true }

  // MARK: ProducerDelegate

  func producerReady() {}

  func batchCompleted(_ batch: borrowing CompletedBatch) {
    guard batch.error == nil else { return }
    lastAckNanos = run.world.nowNanos
    for place in 0..<batch.recordCount {
      let record = Ledger.RecordName(
        producer: number, index: batch.firstRecordIndex + Int64(place))
      let offset = batch.baseOffset < 0 ? -1 : batch.baseOffset + Int64(place)
      run.ledger.acknowledged(record, partition: Int(batch.partition), at: offset)
    }
    run.world.trace.add(batch.baseOffset)
  }

  func producerFailed(_ error: ClientError) {
    transport.machine.schedule(afterNanos: 0) { [weak self] in self?.restart() }
  }
}
