// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/AlterPartitionReassignments.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension AlterPartitionReassignmentsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.responses = source.structures(AlterPartitionReassignmentsResponse.ReassignableTopicResponse.self, version)
    return value
  }
}

extension AlterPartitionReassignmentsResponse.ReassignableTopicResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(AlterPartitionReassignmentsResponse.ReassignablePartitionResponse.self, version)
    return value
  }
}

extension AlterPartitionReassignmentsResponse.ReassignablePartitionResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    return value
  }
}
