// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteRecords.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DeleteRecordsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.topics = source.structures(DeleteRecordsResponse.DeleteRecordsTopicResult.self, version)
    return value
  }
}

extension DeleteRecordsResponse.DeleteRecordsTopicResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(DeleteRecordsResponse.DeleteRecordsPartitionResult.self, version)
    return value
  }
}

extension DeleteRecordsResponse.DeleteRecordsPartitionResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.lowWatermark = source.int64()
    value.errorCode = source.errorCode()
    return value
  }
}
