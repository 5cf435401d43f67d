// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreateTopics.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension CreateTopicsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topics = source.structures(CreateTopicsRequest.CreatableTopic.self, version)
    value.timeoutMs = source.int32()
    value.validateOnly = source.bool()
    return value
  }
}

extension CreateTopicsRequest.CreatableTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.numPartitions = source.int32()
    value.replicationFactor = source.int16()
    value.assignments = source.structures(CreateTopicsRequest.CreatableReplicaAssignment.self, version)
    value.configs = source.structures(CreateTopicsRequest.CreatableTopicConfig.self, version)
    return value
  }
}

extension CreateTopicsRequest.CreatableReplicaAssignment: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.brokerIds = source.elements(Int32.self)
    return value
  }
}

extension CreateTopicsRequest.CreatableTopicConfig: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.value = source.isNull(true) ? nil : source.string()
    return value
  }
}
