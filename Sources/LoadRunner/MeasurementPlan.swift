import EventLoop
import FoundationEssentials
import KafkaClient
import LoadModel
import Transport

/// All that one measurement needs to know, settled before anything is started.
struct MeasurementPlan: Sendable {
  let workload: Workload
  let bootstrap: [NetworkAddress]
  let topic: String
  /// The topic was there before and stays.
  let isExistingTopic: Bool
  var partitions: Int
  let codec: StampCodec
  let seed: UInt64
  let cores: Int
  let intervalMs: Int64
  /// `--topic-config`
  var topicConfig: [String: String]
  /// By the producer, by the topic or by a broker whose default is not known: then a codec sees
  /// what the payloads repeat.
  let mayBeCompressed: Bool
  let producerConfig: ProducerConfig
  let consumerConfig: ConsumerConfig
  /// Of the members of groups, but for the group's name; nil where there are no groups.
  let groupConfig: GroupConsumerConfig?
  /// A trial of a rate search: how long after its window records are still sent, and
  /// acknowledgements awaited, in seconds. The rest is given up, which is an outcome and no
  /// failure. Nil: `Measurement.patienceSeconds`, and a failure.
  var givesUpAfterS: Double?
  /// What members of groups do beside reading, in the order of its time.
  var groupEvents: [GroupEvent] = []
  /// Planted while it is measured, in the order of their time.
  var faults: [Fault]

  /// - Throws: `.usage` where a client property is not understood.
  init(
    _ workload: Workload, settings: RunSettings, bootstrap: [NetworkAddress], topic: String,
    seed: UInt64, runTag: UInt32, nowNanos: Int64
  ) throws(RunError) {
    self.workload = workload
    self.bootstrap = bootstrap
    self.topic = topic
    self.seed = seed
    isExistingTopic = settings.topic != nil
    partitions = Int(workload.partitions)
    cores = ProcessInfo.processInfo.activeProcessorCount
    intervalMs = settings.intervalMs ?? workload.usualIntervalMs
    topicConfig = settings.topicConfig
    faults = settings.faults
    codec = StampCodec(
      runTag: runTag,
      form: StampForm(
        recordSize: workload.recordSizeBytes, isPayloadFile: workload.payloadFile != nil),
      epochNanos: nowNanos)
    do throws(ConfigurationError) {
      producerConfig = try ProducerConfig(
        properties: Self.producerProperties(workload).merging(settings.producerProperties) { $1 },
        bootstrapServers: bootstrap)
    } catch { throw .usage("--producer-property: \(error)") }
    mayBeCompressed = producerConfig.compression != .none || Self.isTopicCompressed(settings)
    do throws(ConfigurationError) {
      var properties = Self.consumerProperties(workload)
      // Another producer's records have no checksum of their own.
      if settings.topic != nil, workload.mode == .consume { properties["check.crcs"] = "true" }
      properties.merge(settings.consumerProperties) { $1 }
      if workload.consumerGroups == nil {
        groupConfig = nil
        consumerConfig = try ConsumerConfig(properties: properties, bootstrapServers: bootstrap)
      } else {
        let group = try GroupConsumerConfig(
          properties: Self.groupProperties(workload).merging(properties) { $1 },
          bootstrapServers: bootstrap)
        groupConfig = group
        consumerConfig = group.consumer
      }
    } catch { throw .usage("--consumer-property: \(error)") }
  }

  /// Whether batches that come without compression may be stored with it: a topic that was there
  /// before and a cluster's default are not known.
  private static func isTopicCompressed(_ settings: RunSettings) -> Bool {
    let key = "compression.type"
    if settings.topic != nil { return true }
    if let own = settings.topicConfig[key] { return !["producer", "uncompressed"].contains(own) }
    if settings.target.kind == .cluster { return true }
    let own = settings.brokerProperties[key] ?? "producer"
    return !["producer", "uncompressed"].contains(own)
  }

  private static func producerProperties(_ workload: Workload) -> [String: String] {
    var properties = [
      "acks": workload.acks.text,
      "batch.size": String(workload.batchSizeBytes),
      "linger.ms": String(workload.lingerMs),
      "compression.type": workload.compression.codec.rawValue,
      "max.in.flight.requests.per.connection": String(workload.maxInFlight),
      "buffer.memory": String(workload.bufferMemoryBytes),
      // A batch and the head of its request; a record of any size asked for.
      "max.request.size": String(
        max(1_048_576, workload.batchSizeBytes + 4096, workload.recordSizeBytes + 65_536)),
      "enable.idempotence": String(workload.isIdempotent),
      "client.id": "weir-producer",
    ]
    if let level = workload.compression.level {
      properties["compression.\(workload.compression.codec.rawValue).level"] = String(level)
    }
    return properties
  }

  private static func consumerProperties(_ workload: Workload) -> [String: String] {
    [
      "fetch.min.bytes": String(workload.fetchMinBytes),
      "fetch.max.wait.ms": String(workload.fetchMaxWaitMs),
      "max.partition.fetch.bytes": String(workload.maxPartitionFetchBytes),
      "fetch.max.bytes": String(workload.fetchMaxBytes),
      // What retention deleted unread must be told, not jumped over.
      "auto.offset.reset": "none",
      // Every record's own checksum is verified; the batch's would be the same bytes again.
      "check.crcs": "false",
      "client.id": "weir-consumer",
    ]
  }

  private static func groupProperties(_ workload: Workload) -> [String: String] {
    [
      "group.id": "weir",
      "partition.assignment.strategy": (workload.assignor ?? .range).rawValue,
    ]
  }

  /// Of this measurement alone.
  func groupName(_ index: Int) -> String {
    let tag = isExistingTopic ? "-\(String(UInt64(bitPattern: codec.epochNanos), radix: 16))" : ""
    return "\(topic)\(tag)-group-\(index)"
  }

  /// Offsets in the order of the partitions; 0 where one is not known.
  func byPartition(_ offsets: [TopicPartition: Int64]) -> [Int64] {
    (0..<partitions).map { offsets[TopicPartition(topic: topic, partition: Int32($0))] ?? 0 }
  }

  /// The topic as it is to be made.
  var newTopic: NewTopic {
    var configs: [String: String] = [:]
    if let retention = workload.retentionBytes {
      let each = max(1, retention / Int64(partitions))
      configs["retention.bytes"] = String(each)
      configs["segment.bytes"] = String(workload.topicSegmentBytes)
    } else {
      configs["retention.bytes"] = "-1"
      configs["segment.bytes"] = String(workload.segmentBytes)
    }
    configs["retention.ms"] = "-1"
    let largest = max(workload.batchSizeBytes, workload.recordSizeBytes) + 65_536
    if largest > 1_048_588 { configs["max.message.bytes"] = String(largest) }
    if let least = workload.minInsyncReplicas { configs["min.insync.replicas"] = String(least) }
    configs.merge(topicConfig) { $1 }
    var made = NewTopic(
      name: topic, partitions: Int32(partitions), replicationFactor: workload.replicationFactor,
      configs: configs)
    made.configsAreOptional = topicConfig.isEmpty && workload.minInsyncReplicas == nil
    return made
  }

  /// How many records a topic is filled with that is only read while the clock runs.
  var fillRecords: Int64 { workload.records ?? 1_000_000 }

  /// Log bytes after which retention deletes the first segments, over all partitions; nil where it
  /// deletes nothing by size.
  var bytesUntilRetention: Int64? {
    if topicConfig["cleanup.policy"].map({ !$0.contains("delete") }) ?? false { return nil }
    let partitions = Int64(max(1, partitions))
    let kept =
      topicConfig["retention.bytes"].map { Int64($0) ?? -1 }
      ?? workload.retentionBytes.map { max(1, $0 / partitions) } ?? -1
    guard kept >= 0 else { return nil }
    let segment =
      topicConfig["segment.bytes"].flatMap { Int64($0) } ?? workload.topicSegmentBytes
    let each = kept.addingReportingOverflow(segment)
    let all = each.partialValue.multipliedReportingOverflow(by: partitions)
    return each.overflow || all.overflow ? nil : all.partialValue
  }

  /// What each partition keeps while producers and consumers work side by side; nil where nobody
  /// reads, or where nothing is deleted.
  var retainedBeforeReaders: Int64? {
    guard workload.mode == .both, !isExistingTopic else { return nil }
    if let own = topicConfig["retention.bytes"] { return Int64(own).flatMap { $0 < 0 ? nil : $0 } }
    return workload.retentionBytes.map { max(1, $0 / Int64(partitions)) }
  }
}
