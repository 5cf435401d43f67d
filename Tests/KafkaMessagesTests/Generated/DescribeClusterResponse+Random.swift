// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeCluster.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeClusterResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    if version >= 1 { value.endpointType = source.int8() }
    value.clusterId = source.string()
    value.controllerId = source.int32()
    value.brokers = source.structures(DescribeClusterResponse.DescribeClusterBroker.self, version)
    value.clusterAuthorizedOperations = source.int32()
    return value
  }
}

extension DescribeClusterResponse.DescribeClusterBroker: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.brokerId = source.int32()
    value.host = source.string()
    value.port = source.int32()
    value.rack = source.isNull(true) ? nil : source.string()
    if version >= 2 { value.isFenced = source.bool() }
    return value
  }
}
