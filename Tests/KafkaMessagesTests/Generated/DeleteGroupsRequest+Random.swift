// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DeleteGroups.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DeleteGroupsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groupsNames = source.elements(String.self)
    return value
  }
}
