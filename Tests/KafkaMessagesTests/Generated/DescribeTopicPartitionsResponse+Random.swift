// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeTopicPartitions.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeTopicPartitionsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.topics = source.structures(DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic.self, version)
    value.nextCursor = source.isNull(true) ? nil : source.structure(DescribeTopicPartitionsResponse.Cursor.self, version)
    return value
  }
}

extension DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.name = source.isNull(true) ? nil : source.string()
    value.topicId = source.uuid()
    value.isInternal = source.bool()
    value.partitions = source.structures(DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition.self, version)
    value.topicAuthorizedOperations = source.int32()
    return value
  }
}

extension DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.partitionIndex = source.int32()
    value.leaderId = source.int32()
    value.leaderEpoch = source.int32()
    value.replicaNodes = source.elements(Int32.self)
    value.isrNodes = source.elements(Int32.self)
    value.eligibleLeaderReplicas = source.isNull(true) ? nil : source.elements(Int32.self)
    value.lastKnownElr = source.isNull(true) ? nil : source.elements(Int32.self)
    value.offlineReplicas = source.elements(Int32.self)
    return value
  }
}

extension DescribeTopicPartitionsResponse.Cursor: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topicName = source.string()
    value.partitionIndex = source.int32()
    return value
  }
}
