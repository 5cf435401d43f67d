// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeAcls.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeAclsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.resources = source.structures(DescribeAclsResponse.DescribeAclsResource.self, version)
    return value
  }
}

extension DescribeAclsResponse.DescribeAclsResource: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.resourceType = source.int8()
    value.resourceName = source.string()
    value.patternType = source.int8()
    value.acls = source.structures(DescribeAclsResponse.AclDescription.self, version)
    return value
  }
}

extension DescribeAclsResponse.AclDescription: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.principal = source.string()
    value.host = source.string()
    value.operation = source.int8()
    value.permissionType = source.int8()
    return value
  }
}
