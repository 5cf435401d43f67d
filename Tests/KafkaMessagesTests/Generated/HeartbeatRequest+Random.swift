// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Heartbeat.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension HeartbeatRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groupId = source.string()
    value.generationId = source.int32()
    value.memberId = source.string()
    if version >= 3 { value.groupInstanceId = source.isNull(true) ? nil : source.string() }
    return value
  }
}
