// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetDelete.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension OffsetDeleteRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groupId = source.string()
    value.topics = source.structures(OffsetDeleteRequest.OffsetDeleteRequestTopic.self, version)
    return value
  }
}

extension OffsetDeleteRequest.OffsetDeleteRequestTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(OffsetDeleteRequest.OffsetDeleteRequestPartition.self, version)
    return value
  }
}

extension OffsetDeleteRequest.OffsetDeleteRequestPartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    return value
  }
}
