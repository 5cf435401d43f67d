// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/AlterConfigs.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension AlterConfigsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.resources = source.structures(AlterConfigsRequest.AlterConfigsResource.self, version)
    value.validateOnly = source.bool()
    return value
  }
}

extension AlterConfigsRequest.AlterConfigsResource: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.resourceType = source.int8()
    value.resourceName = source.string()
    value.configs = source.structures(AlterConfigsRequest.AlterableConfig.self, version)
    return value
  }
}

extension AlterConfigsRequest.AlterableConfig: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.value = source.isNull(true) ? nil : source.string()
    return value
  }
}
