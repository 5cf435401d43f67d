// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/IncrementalAlterConfigs.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension IncrementalAlterConfigsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.resources = source.structures(IncrementalAlterConfigsRequest.AlterConfigsResource.self, version)
    value.validateOnly = source.bool()
    return value
  }
}

extension IncrementalAlterConfigsRequest.AlterConfigsResource: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.resourceType = source.int8()
    value.resourceName = source.string()
    value.configs = source.structures(IncrementalAlterConfigsRequest.AlterableConfig.self, version)
    return value
  }
}

extension IncrementalAlterConfigsRequest.AlterableConfig: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.configOperation = source.int8()
    value.value = source.isNull(true) ? nil : source.string()
    return value
  }
}
