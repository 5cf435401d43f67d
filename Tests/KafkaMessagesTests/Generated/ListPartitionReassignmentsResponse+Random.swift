// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListPartitionReassignments.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ListPartitionReassignmentsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.topics = source.structures(ListPartitionReassignmentsResponse.OngoingTopicReassignment.self, version)
    return value
  }
}

extension ListPartitionReassignmentsResponse.OngoingTopicReassignment: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(ListPartitionReassignmentsResponse.OngoingPartitionReassignment.self, version)
    return value
  }
}

extension ListPartitionReassignmentsResponse.OngoingPartitionReassignment: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.replicas = source.elements(Int32.self)
    value.addingReplicas = source.elements(Int32.self)
    value.removingReplicas = source.elements(Int32.self)
    return value
  }
}
