// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeLogDirs.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeLogDirsRequest: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topics = source.isNull(true) ? nil : source.structures(DescribeLogDirsRequest.DescribableLogDirTopic.self, version)
    return value
  }
}

extension DescribeLogDirsRequest.DescribableLogDirTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.topic = source.string()
    value.partitions = source.elements(Int32.self)
    return value
  }
}
