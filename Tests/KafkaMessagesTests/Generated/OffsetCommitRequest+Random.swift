// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetCommit.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension OffsetCommitRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groupId = source.string()
    value.generationIdOrMemberEpoch = source.int32()
    value.memberId = source.string()
    if version >= 7 { value.groupInstanceId = source.isNull(true) ? nil : source.string() }
    if version <= 4 { value.retentionTimeMs = source.int64() }
    value.topics = source.structures(OffsetCommitRequest.OffsetCommitRequestTopic.self, version)
    return value
  }
}

extension OffsetCommitRequest.OffsetCommitRequestTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version <= 9 { value.name = source.string() }
    if version >= 10 { value.topicId = source.uuid() }
    value.partitions = source.structures(OffsetCommitRequest.OffsetCommitRequestPartition.self, version)
    return value
  }
}

extension OffsetCommitRequest.OffsetCommitRequestPartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.committedOffset = source.int64()
    if version >= 6 { value.committedLeaderEpoch = source.int32() }
    value.committedMetadata = source.isNull(true) ? nil : source.string()
    return value
  }
}
