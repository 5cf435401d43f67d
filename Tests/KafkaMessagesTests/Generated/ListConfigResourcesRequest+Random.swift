// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListConfigResources.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ListConfigResourcesRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 1 { value.resourceTypes = source.elements(Int8.self) }
    return value
  }
}
