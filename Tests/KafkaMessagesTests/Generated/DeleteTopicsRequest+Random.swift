// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteTopics.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DeleteTopicsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 6 {
      value.topics = source.structures(DeleteTopicsRequest.DeleteTopicState.self, version)
    }
    if version <= 5 { value.topicNames = source.elements(String.self) }
    value.timeoutMs = source.int32()
    return value
  }
}

extension DeleteTopicsRequest.DeleteTopicState: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.isNull(true) ? nil : source.string()
    value.topicId = source.uuid()
    return value
  }
}
