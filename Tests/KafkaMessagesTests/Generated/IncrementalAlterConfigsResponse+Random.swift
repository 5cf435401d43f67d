// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/IncrementalAlterConfigs.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension IncrementalAlterConfigsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.responses = source.structures(IncrementalAlterConfigsResponse.AlterConfigsResourceResponse.self, version)
    return value
  }
}

extension IncrementalAlterConfigsResponse.AlterConfigsResourceResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.resourceType = source.int8()
    value.resourceName = source.string()
    return value
  }
}
