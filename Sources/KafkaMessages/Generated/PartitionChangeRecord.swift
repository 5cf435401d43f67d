// swift-format-ignore-file
// Made by scripts/generate-messages from MetadataRecords/PartitionChangeRecord.messages; not edited by hand.

import KafkaFormat

/// Leader, in-sync replicas or assignment of a partition changed; only what is present changed.
/// KIP-631, KIP-858 (v1), KIP-966 (v2).
public struct PartitionChangeRecord: MetadataRecordBody {
  public static let recordKey: UInt32 = 5
  public static let versions: ClosedRange<Int16> = 0...2
  public static let firstFlexibleVersion: Int16 = 0

  public var partitionId: Int32 = -1
  public var topicId: KafkaUUID = .zero
  /// Tag 0.
  public var isr: [Int32]? = nil
  /// Tag 1.
  public var leader: Int32 = -2
  /// Tag 2.
  public var replicas: [Int32]? = nil
  /// Tag 3.
  public var removingReplicas: [Int32]? = nil
  /// Tag 4.
  public var addingReplicas: [Int32]? = nil
  /// Tag 5.
  public var leaderRecoveryState: Int8 = -1
  /// Versions 1+; tag 8.
  public var directories: [KafkaUUID]? = nil
  /// Versions 2+; tag 6.
  public var eligibleLeaderReplicas: [Int32]? = nil
  /// Versions 2+; tag 7.
  public var lastKnownElr: [Int32]? = nil

  public init() {}

  public init(
    partitionId: Int32 = -1,
    topicId: KafkaUUID = .zero,
    isr: [Int32]? = nil,
    leader: Int32 = -2,
    replicas: [Int32]? = nil,
    removingReplicas: [Int32]? = nil,
    addingReplicas: [Int32]? = nil,
    leaderRecoveryState: Int8 = -1,
    directories: [KafkaUUID]? = nil,
    eligibleLeaderReplicas: [Int32]? = nil,
    lastKnownElr: [Int32]? = nil
  ) {
    self.partitionId = partitionId
    self.topicId = topicId
    self.isr = isr
    self.leader = leader
    self.replicas = replicas
    self.removingReplicas = removingReplicas
    self.addingReplicas = addingReplicas
    self.leaderRecoveryState = leaderRecoveryState
    self.directories = directories
    self.eligibleLeaderReplicas = eligibleLeaderReplicas
    self.lastKnownElr = lastKnownElr
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    partitionId = try reader.int32()
    topicId = try reader.uuid()
    let count = try reader.taggedFieldCount()
    for _ in 0..<count {
      let (tag, size) = try reader.taggedFieldHeader()
      let end = reader.position + size
      switch tag {
      case 0:
        isr = try reader.nullableElements(Int32.self, compact: true)
      case 1:
        leader = try reader.int32()
      case 2:
        replicas = try reader.nullableElements(Int32.self, compact: true)
      case 3:
        removingReplicas = try reader.nullableElements(Int32.self, compact: true)
      case 4:
        addingReplicas = try reader.nullableElements(Int32.self, compact: true)
      case 5:
        leaderRecoveryState = try reader.int8()
      case 8 where version >= 1:
        directories = try reader.nullableElements(KafkaUUID.self, compact: true)
      case 6 where version >= 2:
        eligibleLeaderReplicas = try reader.nullableElements(Int32.self, compact: true)
      case 7 where version >= 2:
        lastKnownElr = try reader.nullableElements(Int32.self, compact: true)
      default: try reader.skip(size)
      }
      try reader.expectTaggedFieldEnd(end)
    }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(partitionId)
    writer.uuid(topicId)
    var tagged = TaggedFields()
    if isr != nil {
      tagged.add(0) { $0.nullableElements(isr, compact: true) }
    }
    if leader != -2 {
      tagged.add(1) { $0.int32(leader) }
    }
    if replicas != nil {
      tagged.add(2) { $0.nullableElements(replicas, compact: true) }
    }
    if removingReplicas != nil {
      tagged.add(3) { $0.nullableElements(removingReplicas, compact: true) }
    }
    if addingReplicas != nil {
      tagged.add(4) { $0.nullableElements(addingReplicas, compact: true) }
    }
    if leaderRecoveryState != -1 {
      tagged.add(5) { $0.int8(leaderRecoveryState) }
    }
    if version >= 2, eligibleLeaderReplicas != nil {
      tagged.add(6) { $0.nullableElements(eligibleLeaderReplicas, compact: true) }
    }
    if version >= 2, lastKnownElr != nil {
      tagged.add(7) { $0.nullableElements(lastKnownElr, compact: true) }
    }
    if version >= 1, directories != nil {
      tagged.add(8) { $0.nullableElements(directories, compact: true) }
    }
    tagged.write(to: &writer)
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 1, directories != nil { return "directories" }
    if version < 2, eligibleLeaderReplicas != nil { return "eligibleLeaderReplicas" }
    if version < 2, lastKnownElr != nil { return "lastKnownElr" }
    return nil
  }
}
