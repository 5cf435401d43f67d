import KafkaFormat
import KafkaMessages

/// How far a group has read in one partition.
struct CommittedOffset: Equatable, Sendable {
  /// The next record to be read.
  var offset: Int64
  /// Of the last record that was read; -1: not known.
  var leaderEpoch: Int32 = -1
  /// The client's own words.
  var metadata = ""
  /// When it was committed, in milliseconds since the Unix epoch.
  var commitTimestampMs: Int64
  /// When it expires whatever else holds; -1: as `offsets.retention.minutes` says.
  var expireTimestampMs: Int64 = -1
  /// The topic that it is of, so that it is not taken for one of a later topic of that name;
  /// zero: not known.
  var topicId = KafkaUUID.zero

  /// Whether it is of the topic that has this id now.
  func belongs(to id: KafkaUUID) -> Bool { topicId == .zero || id == .zero || topicId == id }
}

/// The committed offsets of one group, by topic and partition.
///
/// A plain value: what is put in has been appended to `__consumer_offsets`, or read from there.
struct CommittedOffsets: Equatable, Sendable {
  private(set) var byTopic: [String: [Int32: CommittedOffset]] = [:]

  var isEmpty: Bool { byTopic.isEmpty }
  /// How many partitions have one.
  var count: Int { byTopic.values.reduce(0) { $0 + $1.count } }

  subscript(topic: String, partition: Int32) -> CommittedOffset? {
    get { byTopic[topic]?[partition] }
    set {
      if let newValue {
        byTopic[topic, default: [:]][partition] = newValue
      } else if byTopic[topic]?.removeValue(forKey: partition) != nil,
        byTopic[topic]?.isEmpty == true
      {
        byTopic[topic] = nil
      }
    }
  }

  /// All that have one, in descending order.
  var keys: [(topic: String, partition: Int32)] {
    byTopic.keys.sorted(by: >).flatMap { topic in
      partitions(of: topic).reversed().map { (topic, $0) }
    }
  }

  /// All partitions of a topic that have one, ascending.
  func partitions(of topic: String) -> [Int32] { byTopic[topic].map { $0.keys.sorted() } ?? [] }

  // MARK: As records

  /// Takes over what a record says.
  mutating func replay(_ key: OffsetCommitKey, _ value: OffsetCommitValue?) {
    self[key.topic, key.partition] = value.map(CommittedOffset.init)
  }

  /// The record that says that an offset is gone.
  static func tombstone(group: String, topic: String, partition: Int32) -> GroupRecord {
    .offset(OffsetCommitKey(group: group, topic: topic, partition: partition), nil)
  }

  /// Tombstones of all offsets, or of all offsets of one topic, in a fixed order.
  func tombstones(group: String, topic: String? = nil) -> [GroupRecord] {
    let topics = topic.map { [$0] } ?? byTopic.keys.sorted()
    return topics.flatMap { topic in
      partitions(of: topic).map {
        Self.tombstone(group: group, topic: topic, partition: $0)
      }
    }
  }

  // MARK: Expiry

  /// Since when an offset that has no time of its own counts as not used any more.
  enum RetentionStart: Equatable, Sendable {
    /// Since it was committed: groups without members of their own (KIP-211), and topics that the
    /// members of a group do not read.
    case commit
    /// Since the group has no members.
    case emptySince(Int64)
  }

  /// The partitions whose offsets have expired, in a fixed order.
  ///
  /// - Parameters:
  ///   - retentionMs: `offsets.retention.minutes`.
  ///   - isSubscribed: Topics that the group reads: what it committed there never expires.
  func expired(
    nowMs: Int64, retentionMs: Int64, since start: RetentionStart,
    isSubscribed: (String) -> Bool = { _ in false }
  ) -> [(topic: String, partition: Int32)] {
    var expired: [(topic: String, partition: Int32)] = []
    for topic in byTopic.keys.sorted() where !isSubscribed(topic) {
      for partition in partitions(of: topic) {
        guard let offset = byTopic[topic]?[partition],
          offset.isExpired(nowMs: nowMs, retentionMs: retentionMs, since: start)
        else { continue }
        expired.append((topic, partition))
      }
    }
    return expired
  }
}

extension CommittedOffset {
  init(_ value: OffsetCommitValue) {
    self.init(
      offset: value.offset, leaderEpoch: value.leaderEpoch, metadata: value.metadata,
      commitTimestampMs: value.commitTimestamp, expireTimestampMs: value.expireTimestamp,
      topicId: value.topicId)
  }

  /// As the record that keeps it.
  func record(group: String, topic: String, partition: Int32) -> GroupRecord {
    .offset(
      OffsetCommitKey(group: group, topic: topic, partition: partition),
      OffsetCommitValue(
        offset: offset, leaderEpoch: leaderEpoch, metadata: metadata,
        commitTimestamp: commitTimestampMs, expireTimestamp: expireTimestampMs, topicId: topicId))
  }

  /// A clock that was set back makes offsets live longer, never shorter.
  fileprivate func isExpired(
    nowMs: Int64, retentionMs: Int64, since start: CommittedOffsets.RetentionStart
  ) -> Bool {
    if expireTimestampMs >= 0 { return nowMs >= expireTimestampMs }
    let from =
      switch start {
      case .commit: commitTimestampMs
      case .emptySince(let time): time
      }
    let (age, overflow) = nowMs.subtractingReportingOverflow(from)
    return overflow ? from < 0 : age >= retentionMs
  }
}
