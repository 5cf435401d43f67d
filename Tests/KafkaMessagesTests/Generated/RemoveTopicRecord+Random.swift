// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/RemoveTopicRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension RemoveTopicRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topicId = source.uuid()
    return value
  }
}
