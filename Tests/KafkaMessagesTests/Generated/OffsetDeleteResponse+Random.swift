// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetDelete.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension OffsetDeleteResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.throttleTimeMs = source.int32()
    value.topics = source.structures(OffsetDeleteResponse.OffsetDeleteResponseTopic.self, version)
    return value
  }
}

extension OffsetDeleteResponse.OffsetDeleteResponseTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(OffsetDeleteResponse.OffsetDeleteResponsePartition.self, version)
    return value
  }
}

extension OffsetDeleteResponse.OffsetDeleteResponsePartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.errorCode = source.errorCode()
    return value
  }
}
