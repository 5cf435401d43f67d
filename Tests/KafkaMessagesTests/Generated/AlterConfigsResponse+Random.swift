// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/AlterConfigs.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension AlterConfigsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.responses = source.structures(AlterConfigsResponse.AlterConfigsResourceResponse.self, version)
    return value
  }
}

extension AlterConfigsResponse.AlterConfigsResourceResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.resourceType = source.int8()
    value.resourceName = source.string()
    return value
  }
}
