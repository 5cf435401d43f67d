// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/SyncGroup.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension SyncGroupResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 1 { value.throttleTimeMs = source.int32() }
    value.errorCode = source.errorCode()
    if version >= 5 { value.protocolType = source.isNull(true) ? nil : source.string() }
    if version >= 5 { value.protocolName = source.isNull(true) ? nil : source.string() }
    value.assignment = source.byteArray()
    return value
  }
}
