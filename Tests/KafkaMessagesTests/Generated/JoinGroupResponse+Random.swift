// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/JoinGroup.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension JoinGroupResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 2 { value.throttleTimeMs = source.int32() }
    value.errorCode = source.errorCode()
    value.generationId = source.int32()
    if version >= 7 { value.protocolType = source.isNull(true) ? nil : source.string() }
    value.protocolName = source.isNull(version >= 7) ? nil : source.string()
    value.leader = source.string()
    if version >= 9 { value.skipAssignment = source.bool() }
    value.memberId = source.string()
    value.members = source.structures(JoinGroupResponse.JoinGroupResponseMember.self, version)
    return value
  }
}

extension JoinGroupResponse.JoinGroupResponseMember: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.memberId = source.string()
    if version >= 5 { value.groupInstanceId = source.isNull(true) ? nil : source.string() }
    value.metadata = source.byteArray()
    return value
  }
}
