// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreatePartitions.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension CreatePartitionsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topics = source.structures(CreatePartitionsRequest.CreatePartitionsTopic.self, version)
    value.timeoutMs = source.int32()
    value.validateOnly = source.bool()
    return value
  }
}

extension CreatePartitionsRequest.CreatePartitionsTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.count = source.int32()
    value.assignments = source.isNull(true) ? nil : source.structures(CreatePartitionsRequest.CreatePartitionsAssignment.self, version)
    return value
  }
}

extension CreatePartitionsRequest.CreatePartitionsAssignment: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.brokerIds = source.elements(Int32.self)
    return value
  }
}
