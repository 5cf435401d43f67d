// swift-format-ignore-file
// Made by scripts/generate-messages from ControlRecords/VotersRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension VotersRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.version = source.int16()
    value.voters = source.structures(VotersRecord.Voter.self, version)
    return value
  }
}

extension VotersRecord.Voter: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.voterId = source.int32()
    value.voterDirectoryId = source.uuid()
    value.endpoints = source.structures(VotersRecord.Endpoint.self, version)
    value.kRaftVersionFeature = source.structure(VotersRecord.KRaftVersionFeature.self, version)
    return value
  }
}

extension VotersRecord.Endpoint: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.host = source.string()
    value.port = source.uint16()
    return value
  }
}

extension VotersRecord.KRaftVersionFeature: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.minSupportedVersion = source.int16()
    value.maxSupportedVersion = source.int16()
    return value
  }
}
