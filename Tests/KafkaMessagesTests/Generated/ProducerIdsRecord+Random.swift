// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/ProducerIdsRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ProducerIdsRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.brokerId = source.int32()
    value.brokerEpoch = source.int64()
    value.nextProducerId = source.int64()
    return value
  }
}
