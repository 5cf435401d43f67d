import KafkaFormat
import KafkaMessages

/// Offsets that go by themselves: expired ones, and those of topics that were deleted.
///
/// Both are two steps: the tombstones of what is to go, and, of those that are in the log,
/// `bury(_:now:)`.
extension GroupShard {
  /// Tombstones of all offsets that have expired, and of the groups that then have nothing left.
  ///
  /// - Parameter retentionMs: `offsets.retention.minutes`.
  func expiredRecords(nowMs: Int64, retentionMs: Int64) -> [GroupRecord] {
    guard status == .active else { return [] }
    var records: [GroupRecord] = []
    for id in groups.keys.sorted() {
      guard let group = groups[id], let start = group.offsetRetentionStart else { continue }
      let expired = group.offsets.expired(
        nowMs: nowMs, retentionMs: retentionMs, since: start,
        isSubscribed: { group.isSubscribed(to: $0) })
      records += expired.map {
        CommittedOffsets.tombstone(group: id, topic: $0.topic, partition: $0.partition)
      }
      if group.state == .empty, group.pendingJoinMembers.isEmpty,
        expired.count == group.offsets.count
      {
        records.append(.group(GroupMetadataKey(group: id), nil))
      }
    }
    return records
  }

  /// Tombstones of all offsets of topics that were deleted.
  ///
  /// - Parameter topics: Their ids by name: offsets of a later topic of that name stay.
  func recordsOfDeleted(_ topics: [String: KafkaUUID]) -> [GroupRecord] {
    guard status == .active else { return [] }
    var records: [GroupRecord] = []
    for id in groups.keys.sorted() {
      guard let offsets = groups[id]?.offsets, !offsets.isEmpty else { continue }
      for (topic, topicId) in topics.sorted(by: { $0.key < $1.key }) {
        for partition in offsets.partitions(of: topic)
        where offsets[topic, partition]?.belongs(to: topicId) == true {
          records.append(
            CommittedOffsets.tombstone(group: id, topic: topic, partition: partition))
        }
      }
    }
    return records
  }

  /// Takes away what these tombstones name, which are in the log.
  mutating func bury(_ tombstones: some Sequence<GroupRecord>, now: GroupInstant) {
    for record in tombstones {
      guard let group = groups[record.groupId] else { continue }
      switch record {
      case .offset(let key, _): group.offsets.replay(key, nil)
      case .group: remove(group, now: now)
      }
    }
  }
}

extension RequestProcessor {
  /// Lets expired offsets of this loop's partitions go, every
  /// `offsets.retention.check.interval.ms`.
  func expireOffsets(now: GroupInstant) {
    guard now.nanos >= offsetExpiryNanos else { return }
    let config = node.config.offsets
    let isFirst = offsetExpiryNanos == 0
    offsetExpiryNanos =
      now.nanos + min(config.retentionCheckIntervalMs, 1 << 40) * 1_000_000
    // The first call only begins to count.
    if isFirst || clock.holdsDeletion { return }
    for partition in image.offsetsTopic?.partitions ?? []
    where Int(partition.index) % node.loopCount == loop {
      bury(in: partition, now: now) {
        $0.expiredRecords(nowMs: now.wallMs, retentionMs: config.retentionMs)
      }
    }
  }

  /// Lets offsets of deleted topics go. On loop 0, once the deletion is published.
  func removeOffsets(ofDeleted topics: [String: KafkaUUID], now: GroupInstant) {
    for partition in image.offsetsTopic?.partitions ?? [] {
      bury(in: partition, now: now) { $0.recordsOfDeleted(topics) }
    }
  }

  private func bury(
    in partition: Partition, now: GroupInstant, _ tombstones: (GroupShard) -> [GroupRecord]
  ) {
    partition.groups?.shard.withLock { shard in
      let records = tombstones(shard)
      if records.isEmpty { return }
      let count = appendSeparately(records, to: partition, nowMs: now.wallMs)
      shard.bury(records.prefix(count), now: now)
    }
  }
}
