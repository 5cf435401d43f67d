// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/BeginTransactionRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension BeginTransactionRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.isNull(true) ? nil : source.string()
    return value
  }
}
