import KafkaFormat

/// The keys of committed offsets and of the topic that holds them.
///
/// - Source: Kafka documentation, "Broker Configs" (4.3).
extension BrokerConfigKeys {
  static let offsets: [ConfigDefinition] = [
    .init(
      "offsets.topic.num.partitions", .int, "50", range: 1...Int64(Int32.max),
      "Partitions of __consumer_offsets, when it is made."),
    .init(
      "offsets.topic.replication.factor", .short, "3", range: 1...Int64(Int16.max),
      "Replicas of __consumer_offsets; never more than there are brokers."),
    .init(
      "offsets.topic.segment.bytes", .int, "104857600", range: 1...Int64(Int32.max),
      "The size at which a new segment of __consumer_offsets begins."),
    .init(
      "offsets.topic.compression.codec", .int, "0", range: 0...4,
      "How batches in __consumer_offsets are compressed: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd."),
    .init(
      "offset.metadata.max.bytes", .int, "4096", range: 0...Int64(Int32.max),
      "The longest text that a client may keep with an offset."),
    .init(
      "offsets.retention.minutes", .int, "10080", range: 1...Int64(Int32.max),
      "How long offsets are kept after their group lost its last member."),
    .init(
      "offsets.retention.check.interval.ms", .long, "600000", range: 1...Int64.max,
      "How often to look for offsets that have expired."),
    .init(
      "offsets.load.buffer.size", .int, "5242880", range: 1...Int64(Int32.max),
      "Bytes of __consumer_offsets that are read at a time at the start."),
    .init(
      "offsets.commit.timeout.ms", .int, "5000", range: 1...Int64(Int32.max), enforced: false,
      "A commit waits for no other broker."),
  ]
}

/// What the configuration says of committed offsets.
struct OffsetsConfig: Sendable, Equatable {
  /// `offsets.topic.num.partitions`
  var partitionCount: Int32 = 50
  /// `offsets.topic.segment.bytes`
  var segmentBytes = 104_857_600
  /// `offsets.topic.compression.codec`
  var codec = CompressionCodec.none
  /// `offset.metadata.max.bytes`
  var metadataCharactersMax = 4_096
  /// `offsets.retention.minutes`, in milliseconds.
  var retentionMs: Int64 = 10_080 * 60_000
  /// `offsets.retention.check.interval.ms`
  var retentionCheckIntervalMs: Int64 = 600_000
  /// `offsets.load.buffer.size`
  var loadBufferBytes = 5_242_880
}
