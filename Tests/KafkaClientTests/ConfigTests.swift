import Testing
import Transport

@testable import KafkaClient

@Suite struct ConfigTests {
  @Test("Kafka's names and values are read")
  func names() throws {
    let config = try ProducerConfig(properties: [
      "bootstrap.servers": "a:9092, [::1]:9093,PLAINTEXT://c:1", "acks": "-1",
      "batch.size": "65536", "linger.ms": "7", "compression.type": "zstd",
      "compression.zstd.level": "5", "compression.gzip.level": "9",
      "key.serializer": "org.apache.kafka.common.serialization.StringSerializer",
      "partitioner.class": "org.apache.kafka.clients.producer.RoundRobinPartitioner",
      "buffer.memory": "1000000", "client.id": "me", "security.protocol": "PLAINTEXT",
    ])
    #expect(
      config.client.bootstrapServers == [
        NetworkAddress(host: "a", port: 9092), NetworkAddress(host: "::1", port: 9093),
        NetworkAddress(host: "c", port: 1),
      ])
    #expect(config.acks == .all && config.batchSize == 65536 && config.lingerMs == 7)
    #expect(config.compression == .zstd && config.compressionLevel == 5)
    #expect(config.partitioning == .roundRobin && config.enableIdempotence)
    #expect(config.client.ignoredProperties == ["key.serializer"])
  }

  @Test(
    "what is not understood is refused by name",
    arguments: [
      ["acks": "2"], ["batch.size": "-1"], ["linger.ms": "soon"], ["compression.type": "brotli"],
      ["enable.idempotence": "yes"], ["retries": "99999999999"], ["compression.lz4.level": "0"],
      ["bootstrap.servers": "nohost"], ["bootstrap.servers": "a:0"],
      ["bootstrap.servers": "a:99999"],
      ["max.in.flight.requests.per.connection": "0"],
    ])
  func refused(properties: [String: String]) {
    let pair = properties.first ?? ("", "")
    do {
      _ = try ProducerConfig(properties: properties)
      #expect(Bool(false), "\(pair) was taken")
    } catch {
      guard case .invalidValue(pair.key, pair.value, _) = error else {
        return #expect(Bool(false), "\(error)")
      }
      #expect(error.description.contains(pair.key))
    }
  }

  @Test("unknown keys get the nearest known one")
  func unknown() {
    #expect(throws: ConfigurationError.unknownKey("batch.sise", nearest: "batch.size")) {
      _ = try ProducerConfig(properties: ["batch.sise": "1"])
    }
    #expect(throws: ConfigurationError.unknownKey("bananas.are.yellow", nearest: nil)) {
      _ = try ConsumerConfig(properties: ["bananas.are.yellow": "1"])
    }
  }

  @Test(
    "TLS, SASL, transactions and groups get a plain refusal",
    arguments: [
      ["security.protocol": "SASL_SSL"], ["sasl.mechanism": "PLAIN"],
      ["ssl.truststore.location": "/x"],
    ])
  func security(properties: [String: String]) {
    for make in [
      { _ = try ProducerConfig(properties: properties) },
      { _ = try ConsumerConfig(properties: properties) },
      { _ = try AdminConfig(properties: properties) },
    ] as [() throws -> Void] {
      do {
        try make()
        #expect(Bool(false), "\(properties) was taken")
      } catch {
        guard case .unsupported? = error as? ConfigurationError else {
          return #expect(Bool(false), "\(error)")
        }
      }
    }
    #expect(throws: ConfigurationError.self) {
      _ = try ProducerConfig(properties: ["transactional.id": "x"])
    }
    #expect(throws: ConfigurationError.self) {
      _ = try ConsumerConfig(properties: ["group.id": "x"])
    }
  }

  @Test("idempotence yields by default and conflicts when asked for, as Java's")
  func idempotence() throws {
    #expect(try ProducerConfig(properties: [:]).enableIdempotence)
    #expect(try !ProducerConfig(properties: ["acks": "1"]).enableIdempotence)
    #expect(try !ProducerConfig(properties: ["retries": "0"]).enableIdempotence)
    #expect(throws: ConfigurationError.self) {
      _ = try ProducerConfig(properties: ["acks": "1", "enable.idempotence": "true"])
    }
    #expect(throws: ConfigurationError.self) {
      _ = try ProducerConfig(properties: ["delivery.timeout.ms": "1000"])
    }
  }

  @Test("a group member's names and values are read; what cannot work together is refused")
  func groups() throws {
    let config = try GroupConsumerConfig(properties: [
      "bootstrap.servers": "a:9092", "group.id": "g", "group.instance.id": "one",
      "session.timeout.ms": "6000", "heartbeat.interval.ms": "500",
      "max.poll.interval.ms": "1000", "enable.auto.commit": "false",
      "auto.commit.interval.ms": "7", "auto.offset.reset": "earliest", "client.rack": "r",
      "partition.assignment.strategy":
        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor, sticky",
    ])
    #expect(config.groupId == "g" && config.groupInstanceId == "one")
    #expect(config.sessionTimeoutMs == 6000 && config.heartbeatIntervalMs == 500)
    #expect(config.maxPollIntervalMs == 1000 && !config.enableAutoCommit)
    #expect(config.autoCommitIntervalMs == 7 && config.clientRack == "r")
    #expect(config.assignors.map(\.name) == ["cooperative-sticky", "sticky"])
    // One of them can only be eager.
    #expect(config.rebalanceProtocol == .eager)
    let refused: [[String: String]] = [
      [:], ["group.instance.id": ""], ["session.timeout.ms": "0"],
      ["heartbeat.interval.ms": "45000"], ["partition.assignment.strategy": "best"],
      ["partition.assignment.strategy": "range,range"], ["group.protocol": "consumer"],
      ["enable.auto.commit": "perhaps"], ["grup.instance.id": "x"],
    ]
    for (index, properties) in refused.enumerated() {
      let all = index == 0 ? properties : properties.merging(["group.id": "g"]) { $1 }
      #expect(throws: ConfigurationError.self, "\(properties)") {
        _ = try GroupConsumerConfig(properties: all)
      }
    }
  }
}
