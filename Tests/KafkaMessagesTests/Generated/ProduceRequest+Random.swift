// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Produce.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ProduceRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.transactionalId = source.isNull(true) ? nil : source.string()
    value.acks = source.int16()
    value.timeoutMs = source.int32()
    value.topicData = source.structures(ProduceRequest.TopicProduceData.self, version)
    return value
  }
}

extension ProduceRequest.TopicProduceData: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version <= 12 { value.name = source.string() }
    if version >= 13 { value.topicId = source.uuid() }
    value.partitionData = source.structures(ProduceRequest.PartitionProduceData.self, version)
    return value
  }
}

extension ProduceRequest.PartitionProduceData: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.index = source.int32()
    value.records = source.isNull(true) ? nil : source.byteArray()
    return value
  }
}
