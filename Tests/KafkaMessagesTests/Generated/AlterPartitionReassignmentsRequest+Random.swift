// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/AlterPartitionReassignments.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension AlterPartitionReassignmentsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.timeoutMs = source.int32()
    value.topics = source.structures(AlterPartitionReassignmentsRequest.ReassignableTopic.self, version)
    return value
  }
}

extension AlterPartitionReassignmentsRequest.ReassignableTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(AlterPartitionReassignmentsRequest.ReassignablePartition.self, version)
    return value
  }
}

extension AlterPartitionReassignmentsRequest.ReassignablePartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.replicas = source.isNull(true) ? nil : source.elements(Int32.self)
    return value
  }
}
