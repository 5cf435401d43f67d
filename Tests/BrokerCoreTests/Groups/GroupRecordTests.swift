import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

@Suite struct GroupRecordTests {
  private func decode(_ key: [UInt8]?, _ value: [UInt8]?) throws(GroupRecordError) -> GroupRecord {
    try GroupRecord(key: key?.rawSpan, value: value?.rawSpan)
  }

  @Test("what is written is read again as the same")
  func roundTrips() throws {
    let topicId = KafkaUUID.random()
    let offset = CommittedOffset(
      offset: 42, leaderEpoch: 3, metadata: "wörter", commitTimestampMs: 1_700_000_000_000,
      topicId: topicId)
    var expiring = offset
    expiring.expireTimestampMs = 1_700_000_009_000
    let members = [
      GroupMetadataValue.MemberMetadata(
        memberId: "m-1", groupInstanceId: "i", clientId: "c", clientHost: "/127.0.0.1",
        rebalanceTimeout: 1, sessionTimeout: 2, subscription: [1, 2], assignment: [3])
    ]
    let records: [GroupRecord] = [
      offset.record(group: "g", topic: "t", partition: 7),
      .offset(OffsetCommitKey(group: "g", topic: "t", partition: 7), nil),
      .group(
        GroupMetadataKey(group: "g"),
        GroupMetadataValue(
          protocolType: "consumer", generation: 4, protocol: "range", leader: "m-1",
          currentStateTimestamp: 5, members: members)),
      .group(GroupMetadataKey(group: "g"), nil),
    ]
    for record in records {
      #expect(try decode(record.key, record.value) == record)
      #expect(record.groupId == "g")
    }
    // Version 1 has a time of expiry, but neither epoch nor topic id.
    let written = expiring.record(group: "g", topic: "t", partition: 7)
    guard case .offset(_, let value?) = try decode(written.key, written.value) else {
      Issue.record("no offset")
      return
    }
    #expect(value.expireTimestamp == 1_700_000_009_000)
    #expect(value.offset == 42)
    #expect(value.topicId == .zero)
  }

  /// As Apache Kafka 4.3.1 wrote them.
  @Test("the bytes are those of Kafka")
  func golden() throws {
    let id = try #require(KafkaUUID("CbgqW7elTcm5kgLsn0NcTg"))
    let record = CommittedOffset(
      offset: 5, leaderEpoch: 0, metadata: "hello", commitTimestampMs: 1_795_486_716_493,
      topicId: id
    ).record(group: "simple", topic: "t", partition: 0)
    #expect(record.key == [0, 1, 0, 6] + Array("simple".utf8) + [0, 1, 116, 0, 0, 0, 0])
    #expect(record.key.count == 17)
    let value = try #require(record.value)
    #expect(value[..<2] == [0, 4])
    #expect(value[2..<10] == [0, 0, 0, 0, 0, 0, 0, 5])
    // Version, offset, epoch, text, time, and one tagged field of 16 bytes.
    #expect(value.count == 2 + 8 + 4 + 6 + 8 + 1 + 2 + 16)
    #expect(value[28..<31] == [1, 0, 16])
  }

  @Test("keys and values that do not belong here are refused, not fatal")
  func refusals() {
    let key = GroupRecord.offset(OffsetCommitKey(group: "g", topic: "t"), nil).key
    #expect(throws: GroupRecordError.noKey) { try decode(nil, nil) }
    #expect(throws: GroupRecordError.unknownType(3)) { try decode([0, 3, 0, 0], nil) }
    #expect(throws: GroupRecordError.unknownType(-1)) { try decode([0xff, 0xff], nil) }
    #expect(throws: GroupRecordError.unknownVersion(9)) { try decode(key, [0, 9]) }
    for count in 0..<key.count {
      #expect(throws: GroupRecordError.self) { try decode(Array(key[..<count]), nil) }
    }
    #expect(throws: GroupRecordError.self) { try decode(key + [0], nil) }
    let value =
      CommittedOffset(offset: 1, commitTimestampMs: 2)
      .record(group: "g", topic: "t", partition: 0).value ?? []
    for count in 0..<value.count {
      #expect(throws: GroupRecordError.self) { try decode(key, Array(value[..<count])) }
    }
  }

  @Test("groups are spread over the partitions as Kafka's are")
  func partitions() {
    #expect(OffsetsTopic.javaHash("") == 0)
    #expect(OffsetsTopic.javaHash("abc") == 96_354)
    #expect(OffsetsTopic.javaHash("The quick brown fox jumps over the lazy dog") == -609_428_141)
    #expect(OffsetsTopic.javaHash("\u{1F600}") == 1_772_899)
    // As Apache Kafka 4.3.1 placed them; the hash of the first is negative.
    #expect(OffsetsTopic.partition(of: "simple", count: 50) == 26)
    #expect(OffsetsTopic.partition(of: "members", count: 50) == 39)
    // "polygenelubricants" hashes to the least of all numbers.
    #expect(OffsetsTopic.javaHash("polygenelubricants") == .min)
    #expect(OffsetsTopic.partition(of: "polygenelubricants", count: 50) == 0)
  }
}
