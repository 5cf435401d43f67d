// swift-format-ignore-file
// Made by scripts/generate-messages from ControlRecords/KRaftVersionRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension KRaftVersionRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.version = source.int16()
    value.kRaftVersion = source.int16()
    return value
  }
}
