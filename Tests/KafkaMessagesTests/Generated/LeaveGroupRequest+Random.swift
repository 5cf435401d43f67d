// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/LeaveGroup.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension LeaveGroupRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groupId = source.string()
    if version <= 2 { value.memberId = source.string() }
    if version >= 3 {
      value.members = source.structures(LeaveGroupRequest.MemberIdentity.self, version)
    }
    return value
  }
}

extension LeaveGroupRequest.MemberIdentity: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.memberId = source.string()
    value.groupInstanceId = source.isNull(true) ? nil : source.string()
    if version >= 5 { value.reason = source.isNull(true) ? nil : source.string() }
    return value
  }
}
