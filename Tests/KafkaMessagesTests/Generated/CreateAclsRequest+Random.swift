// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreateAcls.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension CreateAclsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.creations = source.structures(CreateAclsRequest.AclCreation.self, version)
    return value
  }
}

extension CreateAclsRequest.AclCreation: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.resourceType = source.int8()
    value.resourceName = source.string()
    value.resourcePatternType = source.int8()
    value.principal = source.string()
    value.host = source.string()
    value.operation = source.int8()
    value.permissionType = source.int8()
    return value
  }
}
