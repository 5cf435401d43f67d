import CommitLog
import KafkaFormat

/// What holds for one topic: its own settings, else the broker's, else Kafka's defaults.
public struct TopicConfig: Sendable, Equatable {
  public var log = LogConfig()
  /// What batches are checked against.
  public var rules = RecordBatchRules()
  /// `compression.type`; nil is `producer`: batches are kept as they come.
  public var compressionType: CompressionCodec?
  /// The level where a batch is compressed here.
  public var compressionLevel: Int?
  public var isCompacted = false

  public init() {}

  /// - Parameters:
  ///   - overrides: Checked values by topic key.
  ///   - broker: Where the values of other keys come from.
  init(overrides: [String: String], broker: BrokerConfig) {
    let values = Values(overrides: overrides, broker: broker)
    log.segmentBytes = values.number("segment.bytes")
    log.segmentMs = values.number("segment.ms")
    log.segmentIndexBytes = values.number("segment.index.bytes")
    log.indexIntervalBytes = values.number("index.interval.bytes")
    log.flushMessages = values.number("flush.messages")
    log.flushMs = values.number("flush.ms")
    log.retentionBytes = values.number("retention.bytes")
    log.retentionMs = values.number("retention.ms")
    log.fileDeleteDelayMs = values.number("file.delete.delay.ms")
    log.producerIdExpirationMs = broker.producerIdExpirationMs
    let policies = ConfigText.list(values.text("cleanup.policy"))
    isCompacted = policies.contains("compact")
    log.deletesOldSegments = policies.contains("delete")

    rules.maxMessageBytes = values.number("max.message.bytes")
    rules.timestampType = TimestampType(name: values.text("message.timestamp.type")) ?? .createTime
    rules.timestampBeforeMaxMs = values.number("message.timestamp.before.max.ms")
    rules.timestampAfterMaxMs = values.number("message.timestamp.after.max.ms")
    rules.requiresKey = isCompacted
    rules.maxDecompressedBytes = broker.batchDecompressedBytesMax
    log.batchDecompressedBytesMax = max(
      log.batchDecompressedBytesMax, broker.batchDecompressedBytesMax)

    let type = values.text("compression.type")
    compressionType = type == "uncompressed" ? CompressionCodec.none : CompressionCodec(name: type)
    if let codec = compressionType, codec.levels != nil {
      let level: Int = values.number("compression.\(codec.name).level")
      compressionLevel = codec == .gzip && level == -1 ? nil : level
    }
  }

  /// Checked values by key.
  private struct Values {
    let overrides: [String: String]
    let broker: BrokerConfig

    func text(_ key: String) -> String {
      TopicConfigValue.effective(key, overrides: overrides, broker: broker) ?? ""
    }

    func number<T: FixedWidthInteger>(_ key: String) -> T {
      Int64(text(key)).map { T(clamping: $0) } ?? 0
    }
  }
}

/// Where the value of a topic's key comes from.
enum TopicConfigValue {
  /// The numbers of the protocol.
  enum Source: Int8 {
    case topic = 1
    case dynamicBroker = 2
    case dynamicDefaultBroker = 3
    case staticBroker = 4
    case defaultValue = 5
  }

  struct Origin: Equatable {
    var name: String
    /// In the unit of the topic's key.
    var value: String?
    /// As it is written under `name`: hours under `log.retention.hours`.
    var ownValue: String?
    var source: Source
  }

  /// The value that holds.
  static func effective(
    _ key: String, overrides: [String: String], broker: BrokerConfig
  ) -> String? {
    origins(key, overrides: overrides, broker: broker).first?.value
  }

  /// All places that give the key a value, the one that holds first.
  static func origins(
    _ key: String, overrides: [String: String], broker: BrokerConfig
  ) -> [Origin] {
    guard let entry = TopicConfigKeys.byName[key] else { return [] }
    var origins: [Origin] = []
    if let value = overrides[key] {
      origins.append(
        Origin(name: key, value: value.trimmed, ownValue: value.trimmed, source: .topic))
    }
    for synonym in entry.synonyms {
      if let value = broker.properties[synonym.name]?.trimmed {
        origins.append(
          Origin(
            name: synonym.name, value: scaled(value, synonym), ownValue: value,
            source: .staticBroker))
      }
    }
    let lastName = entry.synonyms.last?.name ?? key
    origins.append(
      Origin(
        name: lastName, value: entry.definition.defaultValue,
        ownValue: BrokerConfigKeys.byName[lastName]?.defaultValue ?? entry.definition.defaultValue,
        source: .defaultValue))
    return origins
  }

  private static func scaled(_ value: String, _ synonym: TopicConfigKeys.Synonym) -> String {
    guard synonym.factor != 1, let number = Int64(value) else { return value }
    if number < 0 { return "-1" }
    let (product, overflow) = number.multipliedReportingOverflow(by: synonym.factor)
    return String(overflow ? Int64.max : product)
  }
}
