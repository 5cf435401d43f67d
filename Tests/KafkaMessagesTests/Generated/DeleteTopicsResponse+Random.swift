// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteTopics.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DeleteTopicsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.responses = source.structures(DeleteTopicsResponse.DeletableTopicResult.self, version)
    return value
  }
}

extension DeleteTopicsResponse.DeletableTopicResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.isNull(version >= 6) ? nil : source.string()
    if version >= 6 { value.topicId = source.uuid() }
    value.errorCode = source.errorCode()
    if version >= 5 { value.errorMessage = source.isNull(true) ? nil : source.string() }
    return value
  }
}
