/// Every parameter of one case: what is sent, how, and how long.
///
/// One value each; a `Scenario` holds several of some and makes a `Workload` of every combination.
/// Defaults are Kafka's where Kafka has one.
public struct Workload: Codable, Sendable, Equatable {
  // MARK: The producer
  /// How many acknowledgements the producer waits for.
  public var acks: AckLevel = .all
  public var compression: Compression = .none
  /// `batch.size`, in bytes.
  public var batchSizeBytes: Int = 16_384
  /// `linger.ms`.
  public var lingerMs: Int64 = 5
  /// `enable.idempotence`.
  public var isIdempotent = false
  /// `max.in.flight.requests.per.connection`.
  public var maxInFlight = 5
  /// `buffer.memory`, in bytes, of each producer.
  public var bufferMemoryBytes: Int64 = 33_554_432

  // MARK: The records
  /// Bytes of a record's value; with `payloadFile` the lines' own sizes count instead.
  public var recordSizeBytes = 1024
  public var keys: KeyDistribution = .none
  /// How many different keys there are (`random`, `zipf`; `sequential` starts again after them).
  public var keyCount = 100_000
  /// Bytes of a key: decimal digits, padded with zeros.
  public var keySizeBytes = 12
  /// The ratio to which payloads can be compressed: 1 is random bytes, 4 a quarter of the size.
  public var compressibility = 2.0
  /// A file whose lines are the values.
  public var payloadFile: String?

  // MARK: How much, how fast
  /// How many records are produced (or consumed, where nothing is produced) after the warm-up.
  public var records: Int64?
  /// How long it is measured, in milliseconds. With `records` too, whichever comes first ends it.
  public var durationMs: Int64? = 10_000
  /// A fixed warm-up, in milliseconds; 0 where a steady state is searched. `warmup` sets all three.
  public internal(set) var warmupMs: Int64 = 0
  /// True: it warms up until it is steady. Nil with a fixed warm-up, and in older files.
  public internal(set) var isWarmupSearched: Bool? = true
  /// The longest search, in milliseconds; nil: as long as `Warmup.longestMs` says.
  public internal(set) var warmupMaxMs: Int64?
  /// Closed loop, or a fixed rate for all producers together.
  public var rate: LoadRate = .max

  // MARK: Who
  public var producers = 1
  /// Of each group, where there are groups.
  public var consumers = 1
  /// Groups that each get every record; nil: consumers take their partitions without a group.
  public var consumerGroups: Int?
  /// nil: `range`.
  public var assignor: GroupAssignor?

  // MARK: The topic
  public var partitions: Int32 = 1
  public var replicationFactor: Int16 = 1
  /// `min.insync.replicas` of a topic that a run makes; nil: the cluster's default.
  public var minInsyncReplicas: Int?
  /// What the topic keeps, in bytes over all its partitions; nil grows without end.
  public var retentionBytes: Int64? = 1_073_741_824
  /// `segment.bytes` of the topic.
  public var segmentBytes: Int64 = 134_217_728
  /// `segment.bytes` of a topic that a run makes. Of a small share of what is retained, too, whole
  /// segments must go: an eighth each, as 128 MiB are of 1 GiB.
  public var topicSegmentBytes: Int64 {
    guard let retentionBytes else { return segmentBytes }
    let each = max(1, retentionBytes / Int64(max(1, partitions)))
    return min(segmentBytes, max(each / 8, Int64(batchSizeBytes) * 2 + 1_048_576))
  }
  // MARK: The consumer
  /// `fetch.min.bytes`.
  public var fetchMinBytes = 1
  /// `fetch.max.wait.ms`.
  public var fetchMaxWaitMs: Int64 = 500
  /// `max.partition.fetch.bytes`.
  public var maxPartitionFetchBytes = 1_048_576
  /// `fetch.max.bytes`.
  public var fetchMaxBytes = 52_428_800

  public init() {}

  /// How long one sample of the series lasts where nobody says, in milliseconds: so that a short
  /// load has a course, too.
  public var usualIntervalMs: Int64 {
    // Of a closed loop nobody knows how long its records take.
    let byCount = records.map { Double($0) / (rate.target ?? 500_000) * 1000 }
    let ms = durationMs.map(Double.init) ?? byCount
    return ms.map { Int64(min(max($0 / 20, 100), 1000)) } ?? 1000
  }

  /// What the case does, told by who takes part.
  public var mode: LoadMode {
    producers == 0 ? .consume : (consumers == 0 ? .produce : .both)
  }
}

/// Which side of the broker is loaded.
public enum LoadMode: String, Codable, Sendable {
  /// Nothing is read while the clock runs; what is retained is verified by reading it afterwards.
  case produce
  /// The topic is filled before the clock runs.
  case consume
  case both
}

/// The acknowledgements a producer asks for; the raw value is the wire's.
public enum AckLevel: Int16, Codable, Sendable, CaseIterable {
  case none = 0
  case leader = 1
  case all = -1

  /// As written in flags and columns: `0`, `1`, `all`.
  public var text: String {
    switch self {
    case .none: "0"
    case .leader: "1"
    case .all: "all"
    }
  }

  public init?(text: String) {
    switch text {
    case "0": self = .none
    case "1": self = .leader
    case "all", "-1": self = .all
    default: return nil
    }
  }
}

/// A codec and, where one was asked for, its level: `zstd`, `zstd:19`.
public struct Compression: Codable, Sendable, Equatable, Hashable {
  public enum Codec: String, Codable, Sendable, CaseIterable {
    case none, gzip, snappy, lz4, zstd

    /// The levels Kafka allows; nil where the codec has none.
    public var levels: ClosedRange<Int>? {
      switch self {
      case .none, .snappy: nil
      case .gzip: 1...9
      case .lz4: 1...17
      case .zstd: -131_072...22
      }
    }
  }

  public var codec: Codec
  /// Nil is the codec's own default.
  public var level: Int?

  public init(_ codec: Codec, level: Int? = nil) {
    self.codec = codec
    self.level = level
  }

  public static let none = Compression(.none)

  /// As written in flags and columns.
  public var text: String { level.map { "\(codec.rawValue):\($0)" } ?? codec.rawValue }
}

/// How fast records are offered.
public enum LoadRate: Codable, Sendable, Equatable {
  /// Closed loop: as fast as acknowledgements return. Measures capacity.
  case max
  /// Open loop: a schedule fixed in advance, in records a second of all producers together.
  case perSecond(Double)

  public var isOpenLoop: Bool { self != .max }

  /// Records a second; nil for the closed loop.
  public var target: Double? {
    if case .perSecond(let rate) = self { return rate }
    return nil
  }
}

/// Which key a record gets.
public enum KeyDistribution: Codable, Sendable, Equatable {
  case none
  case sequential
  case random
  /// Key of rank r has a share in proportion to 1 / r^exponent.
  case zipf(exponent: Double)
}
