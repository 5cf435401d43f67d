// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeCluster.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeClusterRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.includeClusterAuthorizedOperations = source.bool()
    if version >= 1 { value.endpointType = source.int8() }
    if version >= 2 { value.includeFencedBrokers = source.bool() }
    return value
  }
}
