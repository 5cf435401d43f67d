// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/GroupMetadataValue.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension GroupMetadataValue: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.protocolType = source.string()
    value.generation = source.int32()
    value.`protocol` = source.isNull(true) ? nil : source.string()
    value.leader = source.isNull(true) ? nil : source.string()
    if version >= 2 { value.currentStateTimestamp = source.int64() }
    value.members = source.structures(GroupMetadataValue.MemberMetadata.self, version)
    return value
  }
}

extension GroupMetadataValue.MemberMetadata: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.memberId = source.string()
    if version >= 3 { value.groupInstanceId = source.isNull(true) ? nil : source.string() }
    value.clientId = source.string()
    value.clientHost = source.string()
    if version >= 1 { value.rebalanceTimeout = source.int32() }
    value.sessionTimeout = source.int32()
    value.subscription = source.byteArray()
    value.assignment = source.byteArray()
    return value
  }
}
