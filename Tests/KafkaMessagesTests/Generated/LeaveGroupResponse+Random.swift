// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/LeaveGroup.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension LeaveGroupResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 1 { value.throttleTimeMs = source.int32() }
    value.errorCode = source.errorCode()
    if version >= 3 {
      value.members = source.structures(LeaveGroupResponse.MemberResponse.self, version)
    }
    return value
  }
}

extension LeaveGroupResponse.MemberResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.memberId = source.string()
    value.groupInstanceId = source.isNull(true) ? nil : source.string()
    value.errorCode = source.errorCode()
    return value
  }
}
