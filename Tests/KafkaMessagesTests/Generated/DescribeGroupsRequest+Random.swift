// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeGroups.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeGroupsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.groups = source.elements(String.self)
    if version >= 3 { value.includeAuthorizedOperations = source.bool() }
    return value
  }
}
