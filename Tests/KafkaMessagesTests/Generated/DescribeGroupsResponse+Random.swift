// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeGroups.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeGroupsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 1 { value.throttleTimeMs = source.int32() }
    value.groups = source.structures(DescribeGroupsResponse.DescribedGroup.self, version)
    return value
  }
}

extension DescribeGroupsResponse.DescribedGroup: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    if version >= 6 { value.errorMessage = source.isNull(true) ? nil : source.string() }
    value.groupId = source.string()
    value.groupState = source.string()
    value.protocolType = source.string()
    value.protocolData = source.string()
    value.members = source.structures(DescribeGroupsResponse.DescribedGroupMember.self, version)
    if version >= 3 { value.authorizedOperations = source.int32() }
    return value
  }
}

extension DescribeGroupsResponse.DescribedGroupMember: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.memberId = source.string()
    if version >= 4 { value.groupInstanceId = source.isNull(true) ? nil : source.string() }
    value.clientId = source.string()
    value.clientHost = source.string()
    value.memberMetadata = source.byteArray()
    value.memberAssignment = source.byteArray()
    return value
  }
}
