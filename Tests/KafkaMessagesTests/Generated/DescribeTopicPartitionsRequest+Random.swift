// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeTopicPartitions.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeTopicPartitionsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topics = source.structures(DescribeTopicPartitionsRequest.TopicRequest.self, version)
    value.responsePartitionLimit = source.int32()
    value.cursor = source.isNull(true) ? nil : source.structure(DescribeTopicPartitionsRequest.Cursor.self, version)
    return value
  }
}

extension DescribeTopicPartitionsRequest.TopicRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    return value
  }
}

extension DescribeTopicPartitionsRequest.Cursor: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topicName = source.string()
    value.partitionIndex = source.int32()
    return value
  }
}
