/// What a topic's configuration says about its log; the names are Kafka's.
public struct LogConfig: Sendable, Equatable {
  /// `segment.bytes`
  public var segmentBytes = 1 << 30
  /// `segment.ms`
  public var segmentMs: Int64 = 7 * 24 * 3600 * 1000
  /// `segment.index.bytes`: the most that an index may take.
  public var segmentIndexBytes = 10 << 20
  /// `index.interval.bytes`
  public var indexIntervalBytes = 4096
  /// `flush.messages`
  public var flushMessages = Int64.max
  /// `flush.ms`
  public var flushMs = Int64.max
  /// `retention.bytes`; -1 keeps all.
  public var retentionBytes: Int64 = -1
  /// `retention.ms`; -1 keeps all.
  public var retentionMs: Int64 = 7 * 24 * 3600 * 1000
  /// `file.delete.delay.ms`
  public var fileDeleteDelayMs: Int64 = 60_000
  /// `cleanup.policy` contains `delete`.
  public var deletesOldSegments = true
  /// `producer.id.expiration.ms`
  public var producerIdExpirationMs: Int64 = 24 * 3600 * 1000
  /// What a stored batch may become where a look-up by time must read its records; at least what
  /// any broker with the default setting accepted.
  public var batchDecompressedBytesMax = 256 << 20
  /// Whether disk space is taken ahead of the writes, in growing steps.
  public var allocatesAhead = true
  /// How long a finished segment waits before it is flushed: one that retention deletes sooner
  /// is never forced onto the disk at all. Until then it counts as not flushed.
  public var finishedSegmentFlushDelayMs: Int64 = 30_000

  public init() {}

  var maximumOffsetIndexEntries: Int { segmentIndexBytes / OffsetIndex.entrySize }
  var maximumTimeIndexEntries: Int { segmentIndexBytes / TimeIndex.entrySize }
}
