// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/SaslHandshake.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension SaslHandshakeResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.mechanisms = source.elements(String.self)
    return value
  }
}
