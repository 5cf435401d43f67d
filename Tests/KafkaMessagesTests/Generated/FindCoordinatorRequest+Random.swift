// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/FindCoordinator.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension FindCoordinatorRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version <= 3 { value.key = source.string() }
    if version >= 1 { value.keyType = source.int8() }
    if version >= 4 { value.coordinatorKeys = source.elements(String.self) }
    return value
  }
}
