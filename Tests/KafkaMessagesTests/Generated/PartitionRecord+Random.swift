// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/PartitionRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension PartitionRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionId = source.int32()
    value.topicId = source.uuid()
    value.replicas = source.elements(Int32.self)
    value.isr = source.elements(Int32.self)
    value.removingReplicas = source.elements(Int32.self)
    value.addingReplicas = source.elements(Int32.self)
    value.leader = source.int32()
    value.leaderRecoveryState = source.int8()
    value.leaderEpoch = source.int32()
    value.partitionEpoch = source.int32()
    if version >= 1 { value.directories = source.elements(KafkaUUID.self) }
    if version >= 2 {
      value.eligibleLeaderReplicas = source.isNull(true) ? nil : source.elements(Int32.self)
    }
    if version >= 2 { value.lastKnownElr = source.isNull(true) ? nil : source.elements(Int32.self) }
    return value
  }
}
