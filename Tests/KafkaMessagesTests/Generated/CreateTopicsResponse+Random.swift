// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreateTopics.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension CreateTopicsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.topics = source.structures(CreateTopicsResponse.CreatableTopicResult.self, version)
    return value
  }
}

extension CreateTopicsResponse.CreatableTopicResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    if version >= 7 { value.topicId = source.uuid() }
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    if version >= 5 { value.topicConfigErrorCode = source.errorCode() }
    if version >= 5 { value.numPartitions = source.int32() }
    if version >= 5 { value.replicationFactor = source.int16() }
    if version >= 5 {
      value.configs = source.isNull(true) ? nil : source.structures(CreateTopicsResponse.CreatableTopicConfigs.self, version)
    }
    return value
  }
}

extension CreateTopicsResponse.CreatableTopicConfigs: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.value = source.isNull(true) ? nil : source.string()
    value.readOnly = source.bool()
    value.configSource = source.int8()
    value.isSensitive = source.bool()
    return value
  }
}
