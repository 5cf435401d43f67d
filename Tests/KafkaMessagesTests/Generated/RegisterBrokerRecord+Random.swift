// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/RegisterBrokerRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension RegisterBrokerRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.brokerId = source.int32()
    if version >= 2 { value.isMigratingZkBroker = source.bool() }
    value.incarnationId = source.uuid()
    value.brokerEpoch = source.int64()
    value.endPoints = source.structures(RegisterBrokerRecord.BrokerEndpoint.self, version)
    value.features = source.structures(RegisterBrokerRecord.BrokerFeature.self, version)
    value.rack = source.isNull(true) ? nil : source.string()
    value.fenced = source.bool()
    if version >= 1 { value.inControlledShutdown = source.bool() }
    if version >= 3 { value.logDirs = source.elements(KafkaUUID.self) }
    if version >= 4 {
      value.cordonedLogDirs = source.isNull(true) ? nil : source.elements(KafkaUUID.self)
    }
    return value
  }
}

extension RegisterBrokerRecord.BrokerEndpoint: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.host = source.string()
    value.port = source.uint16()
    value.securityProtocol = source.int16()
    return value
  }
}

extension RegisterBrokerRecord.BrokerFeature: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.minSupportedVersion = source.int16()
    value.maxSupportedVersion = source.int16()
    return value
  }
}
