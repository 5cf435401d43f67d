// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/OffsetCommitKey.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension OffsetCommitKey: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.group = source.string()
    value.topic = source.string()
    value.partition = source.int32()
    return value
  }
}
