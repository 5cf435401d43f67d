// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Metadata.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension MetadataRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topics = source.isNull(version >= 1) ? nil : source.structures(MetadataRequest.MetadataRequestTopic.self, version)
    if version >= 4 { value.allowAutoTopicCreation = source.bool() }
    if version >= 8 && version <= 10 { value.includeClusterAuthorizedOperations = source.bool() }
    if version >= 8 { value.includeTopicAuthorizedOperations = source.bool() }
    return value
  }
}

extension MetadataRequest.MetadataRequestTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 10 { value.topicId = source.uuid() }
    value.name = source.isNull(version >= 10) ? nil : source.string()
    return value
  }
}
