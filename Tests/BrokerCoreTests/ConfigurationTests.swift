import KafkaFormat
import Testing

@testable import BrokerCore

@Suite struct ConfigurationTests {
  @Test("Kafka's defaults hold")
  func defaults() throws {
    let config = try BrokerConfig(properties: [:])
    #expect(config.listeners == [BrokerListener(name: "PLAINTEXT", host: "", port: 9092)])
    #expect(config.logDirs == ["/tmp/kafka-logs"])
    #expect(config.topicDefaults.log.retentionMs == 604_800_000)
    #expect(config.topicDefaults.log.flushMs == Int64.max)
    #expect(config.topicDefaults.rules.maxMessageBytes == 1_048_588)
  }

  @Test("older and coarser names give way to newer and finer ones")
  func precedence() throws {
    #expect(try BrokerConfig(properties: ["broker.id": "7"]).nodeId == 7)
    #expect(try BrokerConfig(properties: ["broker.id": "7", "node.id": "8"]).nodeId == 8)
    let config = try BrokerConfig(properties: [
      "log.retention.hours": "1", "log.retention.minutes": "2", "log.roll.hours": "3",
      "log.flush.scheduler.interval.ms": "50",
    ])
    #expect(config.topicDefaults.log.retentionMs == 120_000)
    #expect(config.topicDefaults.log.segmentMs == 3 * 3_600_000)
    #expect(config.topicDefaults.log.flushMs == 50)
  }

  @Test("unknown keys are listed, those not acted upon too")
  func warnings() throws {
    let config = try BrokerConfig(properties: ["no.such.key": "1", "log.cleaner.threads": "2"])
    #expect(config.unknownKeys == ["no.such.key"])
    #expect(config.unenforcedKeys == ["log.cleaner.threads"])
  }

  @Test("a broker's key has an effect exactly where the topics' key that inherits it has one")
  func inheritedKeys() throws {
    for key in TopicConfigKeys.all {
      for synonym in key.synonyms {
        let broker = try #require(BrokerConfigKeys.byName[synonym.name], "\(synonym.name)")
        #expect(broker.isEnforced == key.definition.isEnforced, "\(synonym.name)")
      }
    }
    let config = try BrokerConfig(properties: ["min.insync.replicas": "2"])
    #expect(config.unenforcedKeys.isEmpty)
  }

  @Test(
    "impossible values are refused with key and value",
    arguments: [
      ("num.partitions", "0"), ("num.partitions", "many"), ("log.segment.bytes", "14"),
      ("auto.create.topics.enable", "yes"), ("log.cleanup.policy", "shred"),
      ("listeners", "9092"), ("listeners", "SSL://:9092"), ("compression.type", "brotli"),
      ("advertised.listeners", "PLAINTEXT://0.0.0.0:9092"), ("log.dirs", "/a,,/a"),
    ])
  func impossible(key: String, value: String) throws {
    let error = #expect(throws: ConfigError.self) {
      try BrokerConfig(properties: [key: value])
    }
    #expect(error?.key == key)
  }

  @Test("properties files are read as Java reads them")
  func propertiesFile() throws {
    let text = """
      # comment
      ! another \\
      a=1
        b : two words\\u0021
      c\\ d\tx\\
          y
      empty
      a=3\r
      """
    let entries = try PropertiesFile.parse(text)
    #expect(
      entries == [
        .init(key: "a", value: "1", line: 3), .init(key: "b", value: "two words!", line: 4),
        .init(key: "c d", value: "xy", line: 5), .init(key: "empty", value: "", line: 7),
        .init(key: "a", value: "3", line: 8),
      ])
    #expect(throws: PropertiesFile.Failure.self) { try PropertiesFile.parse("a=\\u00g0") }
    #expect(throws: PropertiesFile.Failure(line: 2, reason: "a value without a key")) {
      try PropertiesFile.parse("x=1\n=2")
    }
  }
}
