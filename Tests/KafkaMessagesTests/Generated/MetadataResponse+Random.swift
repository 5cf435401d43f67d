// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Metadata.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension MetadataResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 3 { value.throttleTimeMs = source.int32() }
    value.brokers = source.structures(MetadataResponse.MetadataResponseBroker.self, version)
    if version >= 2 { value.clusterId = source.isNull(true) ? nil : source.string() }
    if version >= 1 { value.controllerId = source.int32() }
    value.topics = source.structures(MetadataResponse.MetadataResponseTopic.self, version)
    if version >= 8 && version <= 10 { value.clusterAuthorizedOperations = source.int32() }
    if version >= 13 { value.errorCode = source.errorCode() }
    return value
  }
}

extension MetadataResponse.MetadataResponseBroker: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.nodeId = source.int32()
    value.host = source.string()
    value.port = source.int32()
    if version >= 1 { value.rack = source.isNull(true) ? nil : source.string() }
    return value
  }
}

extension MetadataResponse.MetadataResponseTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.name = source.isNull(version >= 12) ? nil : source.string()
    if version >= 10 { value.topicId = source.uuid() }
    if version >= 1 { value.isInternal = source.bool() }
    value.partitions = source.structures(MetadataResponse.MetadataResponsePartition.self, version)
    if version >= 8 { value.topicAuthorizedOperations = source.int32() }
    return value
  }
}

extension MetadataResponse.MetadataResponsePartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.partitionIndex = source.int32()
    value.leaderId = source.int32()
    if version >= 7 { value.leaderEpoch = source.int32() }
    value.replicaNodes = source.elements(Int32.self)
    value.isrNodes = source.elements(Int32.self)
    if version >= 5 { value.offlineReplicas = source.elements(Int32.self) }
    return value
  }
}
