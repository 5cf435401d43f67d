import KafkaClient
import KafkaFormat
import Transport

/// The producer without a network: append, batch, checksum, request, completion.
enum ProducerBenchmarks {
  static func appending() -> [MicroBenchmark] {
    [(100, 1 << 20), (100, 16 << 10), (1024, 1 << 20)].flatMap { size, batchSize in
      let count = 20_000
      let value = [UInt8](repeating: 120, count: size)
      let bytes = size * count
      return [
        MicroBenchmark("client/append/\(size)/\(batchSize)", bytes: bytes, records: count) {
          let bench = try Bench(batchSize: batchSize)
          return { bench.append(value, count: count) }
        },
        MicroBenchmark("client/fill/\(size)/\(batchSize)", bytes: bytes, records: count) {
          let bench = try Bench(batchSize: batchSize)
          return { bench.fill(value, count: count) }
        },
      ]
    }
  }

  private final class Bench: ProducerDelegate {
    let transport = SinkTransport()
    let producer: Producer<SinkTransport>
    var topic: TopicHandle?
    var completed = 0

    init(batchSize: Int) throws {
      let config = try ProducerConfig(properties: [
        "bootstrap.servers": "sink:1", "acks": "0", "batch.size": "\(batchSize)",
        "max.request.size": "\(batchSize * 2)", "linger.ms": "1000",
      ])
      producer = try Producer(transport: transport, config: config)
      producer.delegate = self
      producer.openTopic("t") { self.topic = try? $0.get() }
      for _ in 0..<100 where topic == nil { transport.turn() }
    }

    func append(_ value: [UInt8], count: Int) -> Int {
      guard let topic else { return 0 }
      var left = count
      while left > 0 {
        let result = producer.append(
          topic, partition: 0, key: nil, value: value.rawSpan, timestampMs: 1, scheduledNanos: 7)
        if result == .full { transport.turn() } else { left -= 1 }
      }
      transport.turn()
      return completed
    }

    func fill(_ value: [UInt8], count: Int) -> Int {
      guard let topic else { return 0 }
      var left = count
      while left > 0 {
        let result = producer.fill(topic, partition: 0, nextBytes: value.count) { batch in
          while left > 0,
            batch.append(key: nil, value: value.rawSpan, timestampMs: 1, scheduledNanos: 7)
          {
            left -= 1
          }
        }
        if result == .full { transport.turn() }
      }
      transport.turn()
      return completed
    }

    func producerReady() {}
    func batchCompleted(_ batch: borrowing CompletedBatch) { completed += batch.recordCount }
    func producerFailed(_ error: ClientError) {}
  }
}
