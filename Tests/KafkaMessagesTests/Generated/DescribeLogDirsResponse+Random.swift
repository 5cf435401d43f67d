// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeLogDirs.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension DescribeLogDirsResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    if version >= 3 { value.errorCode = source.errorCode() }
    value.results = source.structures(DescribeLogDirsResponse.DescribeLogDirsResult.self, version)
    return value
  }
}

extension DescribeLogDirsResponse.DescribeLogDirsResult: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.errorCode = source.errorCode()
    value.logDir = source.string()
    value.topics = source.structures(DescribeLogDirsResponse.DescribeLogDirsTopic.self, version)
    if version >= 4 { value.totalBytes = source.int64() }
    if version >= 4 { value.usableBytes = source.int64() }
    if version >= 5 { value.isCordoned = source.bool() }
    return value
  }
}

extension DescribeLogDirsResponse.DescribeLogDirsTopic: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.name = source.string()
    value.partitions = source.structures(DescribeLogDirsResponse.DescribeLogDirsPartition.self, version)
    return value
  }
}

extension DescribeLogDirsResponse.DescribeLogDirsPartition: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.partitionSize = source.int64()
    value.offsetLag = source.int64()
    value.isFutureKey = source.bool()
    return value
  }
}
