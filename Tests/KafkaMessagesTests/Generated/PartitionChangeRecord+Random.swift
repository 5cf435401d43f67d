// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/PartitionChangeRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension PartitionChangeRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionId = source.int32()
    value.topicId = source.uuid()
    value.isr = source.isNull(true) ? nil : source.elements(Int32.self)
    value.leader = source.int32()
    value.replicas = source.isNull(true) ? nil : source.elements(Int32.self)
    value.removingReplicas = source.isNull(true) ? nil : source.elements(Int32.self)
    value.addingReplicas = source.isNull(true) ? nil : source.elements(Int32.self)
    value.leaderRecoveryState = source.int8()
    if version >= 1 {
      value.directories = source.isNull(true) ? nil : source.elements(KafkaUUID.self)
    }
    if version >= 2 {
      value.eligibleLeaderReplicas = source.isNull(true) ? nil : source.elements(Int32.self)
    }
    if version >= 2 { value.lastKnownElr = source.isNull(true) ? nil : source.elements(Int32.self) }
    return value
  }
}
