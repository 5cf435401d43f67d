// swift-format-ignore-file
// Made by scripts/generate-messages from Headers/RequestHeader.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension RequestHeader: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.requestApiKey = source.int16()
    value.requestApiVersion = source.int16()
    value.correlationId = source.int32()
    value.clientId = source.isNull(true) ? nil : source.string()
    return value
  }
}
