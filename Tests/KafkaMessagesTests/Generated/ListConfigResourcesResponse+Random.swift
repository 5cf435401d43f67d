// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListConfigResources.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ListConfigResourcesResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.errorCode = source.errorCode()
    value.configResources = source.structures(ListConfigResourcesResponse.ConfigResource.self, version)
    return value
  }
}

extension ListConfigResourcesResponse.ConfigResource: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.resourceName = source.string()
    if version >= 1 { value.resourceType = source.int8() }
    return value
  }
}
