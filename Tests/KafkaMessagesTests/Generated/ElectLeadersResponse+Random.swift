// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ElectLeaders.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension ElectLeadersResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    if version >= 1 { value.errorCode = source.errorCode() }
    value.replicaElectionResults = source.structures(ElectLeadersResponse.ReplicaElectionResult.self, version)
    return value
  }
}

extension ElectLeadersResponse.ReplicaElectionResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topic = source.string()
    value.partitionResult = source.structures(ElectLeadersResponse.ElectedPartition.self, version)
    return value
  }
}

extension ElectLeadersResponse.ElectedPartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionId = source.int32()
    value.errorCode = source.errorCode()
    value.errorMessage = source.isNull(true) ? nil : source.string()
    return value
  }
}
