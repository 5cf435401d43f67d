// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/BrokerRegistrationChangeRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension BrokerRegistrationChangeRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.brokerId = source.int32()
    value.brokerEpoch = source.int64()
    value.fenced = source.int8()
    if version >= 1 { value.inControlledShutdown = source.int8() }
    if version >= 2 { value.logDirs = source.elements(KafkaUUID.self) }
    if version >= 3 {
      value.cordonedLogDirs = source.isNull(true) ? nil : source.elements(KafkaUUID.self)
    }
    return value
  }
}
