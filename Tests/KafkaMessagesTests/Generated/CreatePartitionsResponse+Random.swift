// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/CreatePartitions.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension CreatePartitionsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.results = source.structures(CreatePartitionsResponse.CreatePartitionsTopicResult.self, version)
    return value
  }
}

extension CreatePartitionsResponse.CreatePartitionsTopicResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    return value
  }
}
