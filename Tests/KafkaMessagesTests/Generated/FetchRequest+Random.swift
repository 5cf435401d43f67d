// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Fetch.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension FetchRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 12 { value.clusterId = source.isNull(true) ? nil : source.string() }
    if version <= 14 { value.replicaId = source.int32() }
    if version >= 15 {
      value.replicaState = source.structure(FetchRequest.ReplicaState.self, version)
    }
    value.maxWaitMs = source.int32()
    value.minBytes = source.int32()
    value.maxBytes = source.int32()
    value.isolationLevel = source.int8()
    if version >= 7 { value.sessionId = source.int32() }
    if version >= 7 { value.sessionEpoch = source.int32() }
    value.topics = source.structures(FetchRequest.FetchTopic.self, version)
    if version >= 7 {
      value.forgottenTopicsData = source.structures(FetchRequest.ForgottenTopic.self, version)
    }
    if version >= 11 { value.rackId = source.string() }
    return value
  }
}

extension FetchRequest.ReplicaState: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.replicaId = source.int32()
    value.replicaEpoch = source.int64()
    return value
  }
}

extension FetchRequest.FetchTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version <= 12 { value.topic = source.string() }
    if version >= 13 { value.topicId = source.uuid() }
    value.partitions = source.structures(FetchRequest.FetchPartition.self, version)
    return value
  }
}

extension FetchRequest.FetchPartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partition = source.int32()
    if version >= 9 { value.currentLeaderEpoch = source.int32() }
    value.fetchOffset = source.int64()
    if version >= 12 { value.lastFetchedEpoch = source.int32() }
    if version >= 5 { value.logStartOffset = source.int64() }
    value.partitionMaxBytes = source.int32()
    if version >= 17 { value.replicaDirectoryId = source.uuid() }
    if version >= 18 { value.highWatermark = source.int64() }
    return value
  }
}

extension FetchRequest.ForgottenTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version <= 12 { value.topic = source.string() }
    if version >= 13 { value.topicId = source.uuid() }
    value.partitions = source.elements(Int32.self)
    return value
  }
}
