// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/GroupMetadataKey.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension GroupMetadataKey: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.group = source.string()
    return value
  }
}
