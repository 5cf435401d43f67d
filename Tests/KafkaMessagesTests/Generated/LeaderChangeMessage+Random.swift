// swift-format-ignore-file
// Made by scripts/generate-messages from ControlRecords/LeaderChangeMessage.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension LeaderChangeMessage: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.version = source.int16()
    value.leaderId = source.int32()
    value.voters = source.structures(LeaderChangeMessage.Voter.self, version)
    value.grantingVoters = source.structures(LeaderChangeMessage.Voter.self, version)
    return value
  }
}

extension LeaderChangeMessage.Voter: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.voterId = source.int32()
    if version >= 1 { value.voterDirectoryId = source.uuid() }
    return value
  }
}
