import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite struct CommittedOffsetsTests {
  private func offsets(_ times: [(String, Int32, Int64)]) -> CommittedOffsets {
    var offsets = CommittedOffsets()
    for (topic, partition, time) in times {
      offsets[topic, partition] = CommittedOffset(offset: 1, commitTimestampMs: time)
    }
    return offsets
  }

  private func names(_ expired: [(topic: String, partition: Int32)]) -> [String] {
    expired.map { "\($0.topic)-\($0.partition)" }
  }

  @Test("the last record of a partition holds, and a tombstone takes it away")
  func replay() {
    var offsets = CommittedOffsets()
    let key = OffsetCommitKey(group: "g", topic: "t", partition: 2)
    offsets.replay(key, OffsetCommitValue(offset: 1))
    offsets.replay(key, OffsetCommitValue(offset: 9, leaderEpoch: 4))
    #expect(offsets["t", 2]?.offset == 9)
    #expect(offsets["t", 2]?.leaderEpoch == 4)
    #expect(offsets.count == 1)
    offsets.replay(key, nil)
    #expect(offsets.isEmpty)
    offsets.replay(key, nil)
    #expect(offsets.isEmpty)
  }

  @Test("offsets without members expire each by its own commit (KIP-211)")
  func byCommit() {
    let all = offsets([("a", 0, 100), ("a", 1, 200), ("b", 0, 100)])
    let expired = all.expired(nowMs: 1_150, retentionMs: 1_000, since: .commit)
    #expect(names(expired) == ["a-0", "b-0"])
    #expect(all.expired(nowMs: 1_099, retentionMs: 1_000, since: .commit).isEmpty)
    let some = all.expired(nowMs: 9_999, retentionMs: 1_000, since: .commit) { $0 == "a" }
    #expect(names(some) == ["b-0"])
  }

  @Test("offsets of a group that lost its members expire together, from then on")
  func byEmptiness() {
    let all = offsets([("a", 0, 100), ("a", 1, 5_000)])
    #expect(all.expired(nowMs: 6_000, retentionMs: 1_000, since: .emptySince(5_500)).isEmpty)
    let expired = all.expired(nowMs: 6_500, retentionMs: 1_000, since: .emptySince(5_500))
    #expect(names(expired) == ["a-0", "a-1"])
  }

  @Test("an offset with a time of its own follows that")
  func ownTime() {
    var all = offsets([("a", 0, 100)])
    all["a", 1] = CommittedOffset(offset: 1, commitTimestampMs: 100, expireTimestampMs: 300)
    let early = all.expired(nowMs: 300, retentionMs: 1_000, since: .emptySince(299))
    #expect(names(early) == ["a-1"])
    let late = all.expired(nowMs: 200, retentionMs: 10, since: .commit)
    #expect(names(late) == ["a-0"])
  }

  @Test("a clock that jumps neither traps nor throws offsets away")
  func clocks() {
    let future = offsets([("a", 0, .max - 1)])
    #expect(future.expired(nowMs: 0, retentionMs: 10, since: .commit).isEmpty)
    #expect(future.expired(nowMs: .min, retentionMs: 10, since: .commit).isEmpty)
    #expect(
      names(offsets([("a", 0, .min)]).expired(nowMs: 5, retentionMs: 10, since: .commit))
        == ["a-0"])
  }

  @Test("tombstones name every offset, in order")
  func tombstones() {
    let all = offsets([("b", 1, 1), ("b", 0, 1), ("a", 0, 1)])
    let keys = all.tombstones(group: "g").map { record -> String in
      guard case .offset(let key, nil) = record else { return "?" }
      return "\(key.group)/\(key.topic)-\(key.partition)"
    }
    #expect(keys == ["g/a-0", "g/b-0", "g/b-1"])
    #expect(all.tombstones(group: "g", topic: "a").count == 1)
    #expect(all.tombstones(group: "g", topic: "c").isEmpty)
  }

  @Test("an offset of a topic that was made anew is none of the new one")
  func topicIds() {
    let id = KafkaUUID.random()
    let offset = CommittedOffset(offset: 1, commitTimestampMs: 1, topicId: id)
    #expect(offset.belongs(to: id))
    #expect(offset.belongs(to: .zero))
    #expect(!offset.belongs(to: .random()))
    #expect(CommittedOffset(offset: 1, commitTimestampMs: 1).belongs(to: id))
  }
}
