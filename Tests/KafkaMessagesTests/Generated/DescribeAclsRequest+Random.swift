// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeAcls.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeAclsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.resourceTypeFilter = source.int8()
    value.resourceNameFilter = source.isNull(true) ? nil : source.string()
    value.patternTypeFilter = source.int8()
    value.principalFilter = source.isNull(true) ? nil : source.string()
    value.hostFilter = source.isNull(true) ? nil : source.string()
    value.operation = source.int8()
    value.permissionType = source.int8()
    return value
  }
}
