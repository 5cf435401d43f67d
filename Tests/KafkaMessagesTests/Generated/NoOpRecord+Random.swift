// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/NoOpRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension NoOpRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    Self()
  }
}
