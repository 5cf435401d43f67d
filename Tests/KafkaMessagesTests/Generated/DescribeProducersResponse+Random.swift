// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeProducers.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeProducersResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.topics = source.structures(DescribeProducersResponse.TopicProducers.self, version)
    return value
  }
}

extension DescribeProducersResponse.TopicProducers: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(DescribeProducersResponse.PartitionProducers.self, version)
    return value
  }
}

extension DescribeProducersResponse.PartitionProducers: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.activeProducers = source.structures(DescribeProducersResponse.ActiveProducer.self, version)
    return value
  }
}

extension DescribeProducersResponse.ActiveProducer: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.producerId = source.int64()
    value.producerEpoch = source.int32()
    value.lastSequence = source.int32()
    value.lastTimestamp = source.int64()
    value.coordinatorEpoch = source.int32()
    value.currentTxnStartOffset = source.int64()
    return value
  }
}
