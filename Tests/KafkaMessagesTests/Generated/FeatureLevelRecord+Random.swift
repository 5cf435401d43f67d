// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/FeatureLevelRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension FeatureLevelRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.featureLevel = source.int16()
    return value
  }
}
