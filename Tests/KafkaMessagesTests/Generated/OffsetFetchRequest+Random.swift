// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetFetch.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension OffsetFetchRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version <= 7 { value.groupId = source.string() }
    if version <= 7 {
      value.topics = source.isNull(version >= 2) ? nil : source.structures(OffsetFetchRequest.OffsetFetchRequestTopic.self, version)
    }
    if version >= 8 {
      value.groups = source.structures(OffsetFetchRequest.OffsetFetchRequestGroup.self, version)
    }
    if version >= 7 { value.requireStable = source.bool() }
    return value
  }
}

extension OffsetFetchRequest.OffsetFetchRequestTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitionIndexes = source.elements(Int32.self)
    return value
  }
}

extension OffsetFetchRequest.OffsetFetchRequestGroup: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groupId = source.string()
    if version >= 9 { value.memberId = source.isNull(true) ? nil : source.string() }
    if version >= 9 { value.memberEpoch = source.int32() }
    value.topics = source.isNull(true) ? nil : source.structures(OffsetFetchRequest.OffsetFetchRequestTopics.self, version)
    return value
  }
}

extension OffsetFetchRequest.OffsetFetchRequestTopics: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version <= 9 { value.name = source.string() }
    if version >= 10 { value.topicId = source.uuid() }
    value.partitionIndexes = source.elements(Int32.self)
    return value
  }
}
