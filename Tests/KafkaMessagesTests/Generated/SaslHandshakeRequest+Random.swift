// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/SaslHandshake.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension SaslHandshakeRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.mechanism = source.string()
    return value
  }
}
