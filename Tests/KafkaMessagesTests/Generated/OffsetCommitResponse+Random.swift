// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetCommit.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension OffsetCommitResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 3 { value.throttleTimeMs = source.int32() }
    value.topics = source.structures(OffsetCommitResponse.OffsetCommitResponseTopic.self, version)
    return value
  }
}

extension OffsetCommitResponse.OffsetCommitResponseTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version <= 9 { value.name = source.string() }
    if version >= 10 { value.topicId = source.uuid() }
    value.partitions = source.structures(OffsetCommitResponse.OffsetCommitResponsePartition.self, version)
    return value
  }
}

extension OffsetCommitResponse.OffsetCommitResponsePartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.errorCode = source.errorCode()
    return value
  }
}
