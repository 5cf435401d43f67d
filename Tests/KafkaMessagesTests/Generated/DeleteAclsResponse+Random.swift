// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteAcls.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DeleteAclsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.filterResults = source.structures(DeleteAclsResponse.DeleteAclsFilterResult.self, version)
    return value
  }
}

extension DeleteAclsResponse.DeleteAclsFilterResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.matchingAcls = source.structures(DeleteAclsResponse.DeleteAclsMatchingAcl.self, version)
    return value
  }
}

extension DeleteAclsResponse.DeleteAclsMatchingAcl: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.resourceType = source.int8()
    value.resourceName = source.string()
    value.patternType = source.int8()
    value.principal = source.string()
    value.host = source.string()
    value.operation = source.int8()
    value.permissionType = source.int8()
    return value
  }
}
