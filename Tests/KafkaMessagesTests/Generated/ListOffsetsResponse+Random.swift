// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListOffsets.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ListOffsetsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 2 { value.throttleTimeMs = source.int32() }
    value.topics = source.structures(ListOffsetsResponse.ListOffsetsTopicResponse.self, version)
    return value
  }
}

extension ListOffsetsResponse.ListOffsetsTopicResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(ListOffsetsResponse.ListOffsetsPartitionResponse.self, version)
    return value
  }
}

extension ListOffsetsResponse.ListOffsetsPartitionResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.errorCode = source.errorCode()
    value.timestamp = source.int64()
    value.offset = source.int64()
    if version >= 4 { value.leaderEpoch = source.int32() }
    return value
  }
}
