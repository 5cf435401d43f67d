// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/ConsumerProtocolAssignment.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ConsumerProtocolAssignment: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.assignedPartitions = source.structures(ConsumerProtocolAssignment.TopicPartition.self, version)
    value.userData = source.isNull(true) ? nil : source.byteArray()
    return value
  }
}

extension ConsumerProtocolAssignment.TopicPartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topic = source.string()
    value.partitions = source.elements(Int32.self)
    return value
  }
}
