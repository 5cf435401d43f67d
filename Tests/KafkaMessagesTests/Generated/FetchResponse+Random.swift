// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/Fetch.messages; not edited by hand.

import KafkaFormat
import KafkaMessages

extension FetchResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.throttleTimeMs = source.int32()
    if version >= 7 { value.errorCode = source.errorCode() }
    if version >= 7 { value.sessionId = source.int32() }
    value.responses = source.structures(FetchResponse.FetchableTopicResponse.self, version)
    if version >= 16 {
      value.nodeEndpoints = source.structures(FetchResponse.NodeEndpoint.self, version)
    }
    return value
  }
}

extension FetchResponse.FetchableTopicResponse: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    if version <= 12 { value.topic = source.string() }
    if version >= 13 { value.topicId = source.uuid() }
    value.partitions = source.structures(FetchResponse.PartitionData.self, version)
    return value
  }
}

extension FetchResponse.PartitionData: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.partitionIndex = source.int32()
    value.errorCode = source.errorCode()
    value.highWatermark = source.int64()
    value.lastStableOffset = source.int64()
    if version >= 5 { value.logStartOffset = source.int64() }
    if version >= 12 {
      value.divergingEpoch = source.structure(FetchResponse.EpochEndOffset.self, version)
    }
    if version >= 12 {
      value.currentLeader = source.structure(FetchResponse.LeaderIdAndEpoch.self, version)
    }
    if version >= 12 { value.snapshotId = source.structure(FetchResponse.SnapshotId.self, version) }
    value.abortedTransactions = source.isNull(true) ? nil : source.structures(FetchResponse.AbortedTransaction.self, version)
    if version >= 11 { value.preferredReadReplica = source.int32() }
    value.records = source.isNull(true) ? nil : source.byteArray()
    return value
  }
}

extension FetchResponse.EpochEndOffset: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.epoch = source.int32()
    value.endOffset = source.int64()
    return value
  }
}

extension FetchResponse.LeaderIdAndEpoch: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.leaderId = source.int32()
    value.leaderEpoch = source.int32()
    return value
  }
}

extension FetchResponse.SnapshotId: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.endOffset = source.int64()
    value.epoch = source.int32()
    return value
  }
}

extension FetchResponse.AbortedTransaction: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.producerId = source.int64()
    value.firstOffset = source.int64()
    return value
  }
}

extension FetchResponse.NodeEndpoint: RandomStruct {
  static func random(version: Int16, from source: inout RandomSource) -> Self {
    var value = Self()
    value.nodeId = source.int32()
    value.host = source.string()
    value.port = source.int32()
    value.rack = source.isNull(true) ? nil : source.string()
    return value
  }
}
