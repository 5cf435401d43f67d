// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListPartitionReassignments.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ListPartitionReassignmentsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.timeoutMs = source.int32()
    value.topics = source.isNull(true) ? nil : source.structures(ListPartitionReassignmentsRequest.ReassignedTopic.self, version)
    return value
  }
}

extension ListPartitionReassignmentsRequest.ReassignedTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitionIndexes = source.elements(Int32.self)
    return value
  }
}
