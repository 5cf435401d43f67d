// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/ConsumerProtocolSubscription.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ConsumerProtocolSubscription: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topics = source.elements(String.self)
    value.userData = source.isNull(true) ? nil : source.byteArray()
    if version >= 1 {
      value.ownedPartitions = source.structures(ConsumerProtocolSubscription.TopicPartition.self, version)
    }
    if version >= 2 { value.generationId = source.int32() }
    if version >= 3 { value.rackId = source.isNull(true) ? nil : source.string() }
    return value
  }
}

extension ConsumerProtocolSubscription.TopicPartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topic = source.string()
    value.partitions = source.elements(Int32.self)
    return value
  }
}
