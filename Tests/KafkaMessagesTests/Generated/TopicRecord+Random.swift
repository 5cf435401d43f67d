// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/TopicRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension TopicRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.topicId = source.uuid()
    return value
  }
}
