// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/SyncGroup.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension SyncGroupRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groupId = source.string()
    value.generationId = source.int32()
    value.memberId = source.string()
    if version >= 3 { value.groupInstanceId = source.isNull(true) ? nil : source.string() }
    if version >= 5 { value.protocolType = source.isNull(true) ? nil : source.string() }
    if version >= 5 { value.protocolName = source.isNull(true) ? nil : source.string() }
    value.assignments = source.structures(SyncGroupRequest.SyncGroupRequestAssignment.self, version)
    return value
  }
}

extension SyncGroupRequest.SyncGroupRequestAssignment: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.memberId = source.string()
    value.assignment = source.byteArray()
    return value
  }
}
