// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/AbortTransactionRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension AbortTransactionRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.reason = source.isNull(true) ? nil : source.string()
    return value
  }
}
