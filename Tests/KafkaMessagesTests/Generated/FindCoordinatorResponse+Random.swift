// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/FindCoordinator.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension FindCoordinatorResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 1 { value.throttleTimeMs = source.int32() }
    if version <= 3 { value.errorCode = source.errorCode() }
    if version >= 1 && version <= 3 {
      value.errorMessage = source.isNull(true) ? nil : source.string()
    }
    if version <= 3 { value.nodeId = source.int32() }
    if version <= 3 { value.host = source.string() }
    if version <= 3 { value.port = source.int32() }
    if version >= 4 {
      value.coordinators = source.structures(FindCoordinatorResponse.Coordinator.self, version)
    }
    return value
  }
}

extension FindCoordinatorResponse.Coordinator: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.key = source.string()
    value.nodeId = source.int32()
    value.host = source.string()
    value.port = source.int32()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    return value
  }
}
