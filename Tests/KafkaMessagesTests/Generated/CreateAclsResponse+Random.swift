// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreateAcls.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension CreateAclsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.results = source.structures(CreateAclsResponse.AclCreationResult.self, version)
    return value
  }
}

extension CreateAclsResponse.AclCreationResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    return value
  }
}
