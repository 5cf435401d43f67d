// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ListGroups.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ListGroupsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version >= 4 { value.statesFilter = source.elements(String.self) }
    if version >= 5 { value.typesFilter = source.elements(String.self) }
    return value
  }
}
