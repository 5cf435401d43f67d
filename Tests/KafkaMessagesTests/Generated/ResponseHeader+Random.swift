// swift-format-ignore-file
// Made by scripts/generate-messages from Headers/ResponseHeader.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ResponseHeader: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.correlationId = source.int32()
    return value
  }
}
