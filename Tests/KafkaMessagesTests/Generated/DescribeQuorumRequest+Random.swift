// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeQuorum.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeQuorumRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topics = source.structures(DescribeQuorumRequest.TopicData.self, version)
    return value
  }
}

extension DescribeQuorumRequest.TopicData: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topicName = source.string()
    value.partitions = source.structures(DescribeQuorumRequest.PartitionData.self, version)
    return value
  }
}

extension DescribeQuorumRequest.PartitionData: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    return value
  }
}
