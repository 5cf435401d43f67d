// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/OffsetFetch.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension OffsetFetchResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 3 { value.throttleTimeMs = source.int32() }
    if version <= 7 {
      value.topics = source.structures(OffsetFetchResponse.OffsetFetchResponseTopic.self, version)
    }
    if version >= 2 && version <= 7 { value.errorCode = source.errorCode() }
    if version >= 8 {
      value.groups = source.structures(OffsetFetchResponse.OffsetFetchResponseGroup.self, version)
    }
    return value
  }
}

extension OffsetFetchResponse.OffsetFetchResponseTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(OffsetFetchResponse.OffsetFetchResponsePartition.self, version)
    return value
  }
}

extension OffsetFetchResponse.OffsetFetchResponsePartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.committedOffset = source.int64()
    if version >= 5 { value.committedLeaderEpoch = source.int32() }
    value.metadata = source.isNull(true) ? nil : source.string()
    value.errorCode = source.errorCode()
    return value
  }
}

extension OffsetFetchResponse.OffsetFetchResponseGroup: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groupId = source.string()
    value.topics = source.structures(OffsetFetchResponse.OffsetFetchResponseTopics.self, version)
    value.errorCode = source.errorCode()
    return value
  }
}

extension OffsetFetchResponse.OffsetFetchResponseTopics: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version <= 9 { value.name = source.string() }
    if version >= 10 { value.topicId = source.uuid() }
    value.partitions = source.structures(OffsetFetchResponse.OffsetFetchResponsePartitions.self, version)
    return value
  }
}

extension OffsetFetchResponse.OffsetFetchResponsePartitions: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.committedOffset = source.int64()
    value.committedLeaderEpoch = source.int32()
    value.metadata = source.isNull(true) ? nil : source.string()
    value.errorCode = source.errorCode()
    return value
  }
}
