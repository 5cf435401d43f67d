// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeQuorum.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeQuorumResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.topics = source.structures(DescribeQuorumResponse.TopicData.self, version)
    return value
  }
}

extension DescribeQuorumResponse.TopicData: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topicName = source.string()
    value.partitions = source.structures(DescribeQuorumResponse.PartitionData.self, version)
    return value
  }
}

extension DescribeQuorumResponse.PartitionData: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.errorCode = source.errorCode()
    value.leaderId = source.int32()
    value.leaderEpoch = source.int32()
    value.highWatermark = source.int64()
    value.currentVoters = source.structures(DescribeQuorumResponse.ReplicaState.self, version)
    value.observers = source.structures(DescribeQuorumResponse.ReplicaState.self, version)
    return value
  }
}

extension DescribeQuorumResponse.ReplicaState: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.replicaId = source.int32()
    value.logEndOffset = source.int64()
    if version >= 1 { value.lastFetchTimestamp = source.int64() }
    if version >= 1 { value.lastCaughtUpTimestamp = source.int64() }
    return value
  }
}
