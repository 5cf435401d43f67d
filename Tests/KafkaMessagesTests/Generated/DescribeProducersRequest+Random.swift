// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeProducers.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeProducersRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topics = source.structures(DescribeProducersRequest.DescribedProducersTopic.self, version)
    return value
  }
}

extension DescribeProducersRequest.DescribedProducersTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitionIndexes = source.elements(Int32.self)
    return value
  }
}
