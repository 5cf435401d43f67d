// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListOffsets.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ListOffsetsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.replicaId = source.int32()
    if version >= 2 { value.isolationLevel = source.int8() }
    value.topics = source.structures(ListOffsetsRequest.ListOffsetsTopic.self, version)
    if version >= 10 { value.timeoutMs = source.int32() }
    return value
  }
}

extension ListOffsetsRequest.ListOffsetsTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(ListOffsetsRequest.ListOffsetsPartition.self, version)
    return value
  }
}

extension ListOffsetsRequest.ListOffsetsPartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    if version >= 4 { value.currentLeaderEpoch = source.int32() }
    value.timestamp = source.int64()
    return value
  }
}
