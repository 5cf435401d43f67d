// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListGroups.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ListGroupsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 1 { value.throttleTimeMs = source.int32() }
    value.errorCode = source.errorCode()
    value.groups = source.structures(ListGroupsResponse.ListedGroup.self, version)
    return value
  }
}

extension ListGroupsResponse.ListedGroup: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groupId = source.string()
    value.protocolType = source.string()
    if version >= 4 { value.groupState = source.string() }
    if version >= 5 { value.groupType = source.string() }
    return value
  }
}
