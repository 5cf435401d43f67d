// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/InitProducerId.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension InitProducerIdResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.errorCode = source.errorCode()
    value.producerId = source.int64()
    value.producerEpoch = source.int16()
    return value
  }
}
