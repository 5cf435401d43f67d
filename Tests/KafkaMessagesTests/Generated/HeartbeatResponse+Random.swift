// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Heartbeat.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension HeartbeatResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 1 { value.throttleTimeMs = source.int32() }
    value.errorCode = source.errorCode()
    return value
  }
}
