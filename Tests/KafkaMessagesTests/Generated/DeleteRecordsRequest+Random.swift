// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteRecords.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DeleteRecordsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topics = source.structures(DeleteRecordsRequest.DeleteRecordsTopic.self, version)
    value.timeoutMs = source.int32()
    return value
  }
}

extension DeleteRecordsRequest.DeleteRecordsTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(DeleteRecordsRequest.DeleteRecordsPartition.self, version)
    return value
  }
}

extension DeleteRecordsRequest.DeleteRecordsPartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.offset = source.int64()
    return value
  }
}
