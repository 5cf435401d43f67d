// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Produce.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ProduceResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.responses = source.structures(ProduceResponse.TopicProduceResponse.self, version)
    value.throttleTimeMs = source.int32()
    if version >= 10 {
      value.nodeEndpoints = source.structures(ProduceResponse.NodeEndpoint.self, version)
    }
    return value
  }
}

extension ProduceResponse.TopicProduceResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version <= 12 { value.name = source.string() }
    if version >= 13 { value.topicId = source.uuid() }
    value.partitionResponses = source.structures(ProduceResponse.PartitionProduceResponse.self, version)
    return value
  }
}

extension ProduceResponse.PartitionProduceResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.index = source.int32()
    value.errorCode = source.errorCode()
    value.baseOffset = source.int64()
    value.logAppendTimeMs = source.int64()
    if version >= 5 { value.logStartOffset = source.int64() }
    if version >= 8 {
      value.recordErrors = source.structures(ProduceResponse.BatchIndexAndErrorMessage.self, version)
    }
    if version >= 8 { value.errorMessage = source.isNull(true) ? nil : source.string() }
    if version >= 10 {
      value.currentLeader = source.structure(ProduceResponse.LeaderIdAndEpoch.self, version)
    }
    return value
  }
}

extension ProduceResponse.BatchIndexAndErrorMessage: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.batchIndex = source.int32()
    value.batchIndexErrorMessage = source.isNull(true) ? nil : source.string()
    return value
  }
}

extension ProduceResponse.LeaderIdAndEpoch: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.leaderId = source.int32()
    value.leaderEpoch = source.int32()
    return value
  }
}

extension ProduceResponse.NodeEndpoint: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.nodeId = source.int32()
    value.host = source.string()
    value.port = source.int32()
    value.rack = source.isNull(true) ? nil : source.string()
    return value
  }
}
