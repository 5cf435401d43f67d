// swift-format-ignore-file
// Made by scripts/generate-messages from GroupRecords/OffsetCommitValue.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension OffsetCommitValue: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.offset = source.int64()
    if version >= 3 { value.leaderEpoch = source.int32() }
    value.metadata = source.string()
    value.commitTimestamp = source.int64()
    if version == 1 { value.expireTimestamp = source.int64() }
    if version >= 4 { value.topicId = source.uuid() }
    return value
  }
}
