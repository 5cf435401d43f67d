// swift-format-ignore-file
// Made by scripts/generate-messages from ControlRecords/SnapshotHeaderRecord.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension SnapshotHeaderRecord: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.version = source.int16()
    value.lastContainedLogTimestamp = source.int64()
    return value
  }
}
