// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ElectLeaders.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ElectLeadersRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 1 { value.electionType = source.int8() }
    value.topicPartitions = source.isNull(true) ? nil : source.structures(ElectLeadersRequest.ElectTopicPartitions.self, version)
    value.timeoutMs = source.int32()
    return value
  }
}

extension ElectLeadersRequest.ElectTopicPartitions: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topic = source.string()
    value.partitions = source.elements(Int32.self)
    return value
  }
}
