// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/ConfigRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ConfigRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.resourceType = source.int8()
    value.resourceName = source.string()
    value.name = source.string()
    value.value = source.isNull(true) ? nil : source.string()
    return value
  }
}
