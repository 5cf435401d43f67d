// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/SaslAuthenticate.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension SaslAuthenticateRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.authBytes = source.byteArray()
    return value
  }
}
