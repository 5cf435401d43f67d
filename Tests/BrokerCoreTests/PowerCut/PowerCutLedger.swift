import CommitLog
import KafkaFormat

/// What clients of a broker were promised, and what they sent.
struct PowerCutLedger {
  struct Partition {
    /// Every record that was sent and may be there, by its offset.
    var values: [Int64: String] = [:]
    /// The end of what was sent.
    var end: Int64 = 0
    /// Records before this were acknowledged, or read by a consumer: they must be there, at their
    /// offsets. A power cut ends that for topics whose records are not flushed first.
    var promisedEnd: Int64 = 0
    /// What retention had deleted, by what the broker itself says.
    var deletedEnd: Int64 = 0
    /// The last batch of an idempotent producer.
    var lastBatch: (values: [String], sequence: Int32, baseOffset: Int64)?

    mutating func lose(from offset: Int64) {
      values = values.filter { $0.key < offset }
      end = min(end, offset)
      if let last = lastBatch, last.baseOffset >= offset { lastBatch?.baseOffset = offset }
    }
  }

  struct Topic {
    var id: KafkaUUID
    /// Whether its records are acknowledged after a flush.
    var isFlushed: Bool
    /// Whether the broker may delete records of it.
    var hasRetention: Bool
    /// How many partitions it has at least, and at most.
    var partitionCounts: ClosedRange<Int>
    var partitions: [Partition]
    var isDeletionAsked = false
  }

  var topics: [String: Topic] = [:]
  /// Topics whose creation was not answered.
  var asked: [String: Topic] = [:]
  /// Topics whose deletion was answered.
  var deleted: Set<KafkaUUID> = []

  /// A group's commits, in order, and the first that may be what is found: with a flush, the last
  /// one that was answered.
  struct Commits {
    var offsets: [Int64] = []
    var promisedIndex: Int?
  }
  /// By `group/partition`.
  var commits: [String: Commits] = [:]
  /// The broker answered that `__consumer_offsets` has `flush.messages=1`.
  var areCommitsFlushed = false
  var newestProducerId: Int64 = -1
  var nowMs: Int64 = 1_700_000_000_000

  mutating func sent(_ values: [String], to topic: String, _ partition: Int) -> Int64 {
    guard var known = topics[topic]?.partitions[partition] else { return -1 }
    let base = known.end
    for value in values {
      known.values[known.end] = value
      known.end += 1
    }
    topics[topic]?.partitions[partition] = known
    return base
  }
}
