// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetForLeaderEpoch.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension OffsetForLeaderEpochResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.topics = source.structures(OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult.self, version)
    return value
  }
}

extension OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topic = source.string()
    value.partitions = source.structures(OffsetForLeaderEpochResponse.EpochEndOffset.self, version)
    return value
  }
}

extension OffsetForLeaderEpochResponse.EpochEndOffset: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.partition = source.int32()
    value.leaderEpoch = source.int32()
    value.endOffset = source.int64()
    return value
  }
}
