// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetForLeaderEpoch.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension OffsetForLeaderEpochRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 3 { value.replicaId = source.int32() }
    value.topics = source.structures(OffsetForLeaderEpochRequest.OffsetForLeaderTopic.self, version)
    return value
  }
}

extension OffsetForLeaderEpochRequest.OffsetForLeaderTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topic = source.string()
    value.partitions = source.structures(OffsetForLeaderEpochRequest.OffsetForLeaderPartition.self, version)
    return value
  }
}

extension OffsetForLeaderEpochRequest.OffsetForLeaderPartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partition = source.int32()
    value.currentLeaderEpoch = source.int32()
    value.leaderEpoch = source.int32()
    return value
  }
}
