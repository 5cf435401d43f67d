// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteGroups.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DeleteGroupsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.results = source.structures(DeleteGroupsResponse.DeletableGroupResult.self, version)
    return value
  }
}

extension DeleteGroupsResponse.DeletableGroupResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groupId = source.string()
    value.errorCode = source.errorCode()
    return value
  }
}
