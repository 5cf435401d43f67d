// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/InitProducerId.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension InitProducerIdRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.transactionalId = source.isNull(true) ? nil : source.string()
    value.transactionTimeoutMs = source.int32()
    if version >= 3 { value.producerId = source.int64() }
    if version >= 3 { value.producerEpoch = source.int16() }
    return value
  }
}
