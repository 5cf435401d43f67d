// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/SaslAuthenticate.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension SaslAuthenticateResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    value.authBytes = source.byteArray()
    if version >= 1 { value.sessionLifetimeMs = source.int64() }
    return value
  }
}
