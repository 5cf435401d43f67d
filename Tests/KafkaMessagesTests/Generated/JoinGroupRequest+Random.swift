// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/JoinGroup.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension JoinGroupRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groupId = source.string()
    value.sessionTimeoutMs = source.int32()
    if version >= 1 { value.rebalanceTimeoutMs = source.int32() }
    value.memberId = source.string()
    if version >= 5 { value.groupInstanceId = source.isNull(true) ? nil : source.string() }
    value.protocolType = source.string()
    value.protocols = source.structures(JoinGroupRequest.JoinGroupRequestProtocol.self, version)
    if version >= 8 { value.reason = source.isNull(true) ? nil : source.string() }
    return value
  }
}

extension JoinGroupRequest.JoinGroupRequestProtocol: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.metadata = source.byteArray()
    return value
  }
}
