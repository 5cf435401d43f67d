// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/PartitionRecord.messages; not edited by hand.

import KafkaFormat

/// A partition was created.
/// KIP-631, KIP-858 (v1, directories), KIP-966 (v2, eligible leader replicas).
public struct PartitionRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 3
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 0

  public var partitionId: Int32 = -1
  public var topicId: KafkaUUID = .zero
  public var replicas: [Int32] = []
  public var isr: [Int32] = []
  public var removingReplicas: [Int32] = []
  public var addingReplicas: [Int32] = []
  public var leader: Int32 = -1
  /// Tag 0.
  public var leaderRecoveryState: Int8 = 0
  public var leaderEpoch: Int32 = -1
  public var partitionEpoch: Int32 = -1
  /// Versions 1+.
  public var directories: [KafkaUUID] = []
  /// Versions 2+; tag 1.
  public var eligibleLeaderReplicas: [Int32]? = nil
  /// Versions 2+; tag 2.
  public var lastKnownElr: [Int32]? = nil

  public init() {}

  public init(
    partitionId: Int32 = -1,
    topicId: KafkaUUID = .zero,
    replicas: [Int32] = [],
    isr: [Int32] = [],
    removingReplicas: [Int32] = [],
    addingReplicas: [Int32] = [],
    leader: Int32 = -1,
    leaderRecoveryState: Int8 = 0,
    leaderEpoch: Int32 = -1,
    partitionEpoch: Int32 = -1,
    directories: [KafkaUUID] = [],
    eligibleLeaderReplicas: [Int32]? = nil,
    lastKnownElr: [Int32]? = nil
  ) {
    self.partitionId = partitionId
    self.topicId = topicId
    self.replicas = replicas
    self.isr = isr
    self.removingReplicas = removingReplicas
    self.addingReplicas = addingReplicas
    self.leader = leader
    self.leaderRecoveryState = leaderRecoveryState
    self.leaderEpoch = leaderEpoch
    self.partitionEpoch = partitionEpoch
    self.directories = directories
    self.eligibleLeaderReplicas = eligibleLeaderReplicas
    self.lastKnownElr = lastKnownElr
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    partitionId = try reader.int32()
    topicId = try reader.uuid()
    replicas = try reader.elements(Int32.self, compact: true)
    isr = try reader.elements(Int32.self, compact: true)
    removingReplicas = try reader.elements(Int32.self, compact: true)
    addingReplicas = try reader.elements(Int32.self, compact: true)
    leader = try reader.int32()
    leaderEpoch = try reader.int32()
    partitionEpoch = try reader.int32()
    if version >= 1 { directories = try reader.elements(KafkaUUID.self, compact: true) }
    let count = try reader.taggedFieldCount()
    for _ in 0..<count {
      let (tag, size) = try reader.taggedFieldHeader()
      let end = reader.position + size
      switch tag {
      case 0:
        leaderRecoveryState = try reader.int8()
      case 1 where version >= 2:
        eligibleLeaderReplicas = try reader.nullableElements(Int32.self, compact: true)
      case 2 where version >= 2:
        lastKnownElr = try reader.nullableElements(Int32.self, compact: true)
      default: try reader.skip(size)
      }
      try reader.expectTaggedFieldEnd(end)
    }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(partitionId)
    writer.uuid(topicId)
    writer.elements(replicas, compact: true)
    writer.elements(isr, compact: true)
    writer.elements(removingReplicas, compact: true)
    writer.elements(addingReplicas, compact: true)
    writer.int32(leader)
    writer.int32(leaderEpoch)
    writer.int32(partitionEpoch)
    if version >= 1 { writer.elements(directories, compact: true) }
    var tagged = TaggedFields()
    if leaderRecoveryState != 0 {
      tagged.add(0) { $0.int8(leaderRecoveryState) }
    }
    if version >= 2, eligibleLeaderReplicas != nil {
      tagged.add(1) { $0.nullableElements(eligibleLeaderReplicas, compact: true) }
    }
    if version >= 2, lastKnownElr != nil {
      tagged.add(2) { $0.nullableElements(lastKnownElr, compact: true) }
    }
    tagged.write(to: &writer)
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 1, !directories.isEmpty { return "directories" }
    if version < 2, eligibleLeaderReplicas != nil { return "eligibleLeaderReplicas" }
    if version < 2, lastKnownElr != nil { return "lastKnownElr" }
    return nil
  }
}
