import KafkaClient
import KafkaFormat
import KafkaMessages

/// Prints records: as they are, or what they mean to Kafka where the topic is one of its own.
struct RecordDump {
  enum Form: Equatable {
    case plain
    case offsets
    case metadata

    init(topic: String?) {
      switch topic {
      case "__consumer_offsets": self = .offsets
      case "__cluster_metadata": self = .metadata
      default: self = .plain
      }
    }
  }

  let form: Form
  let output: DumpOutput

  func show(
    _ record: borrowing Record, of header: RecordBatchHeader, at position: Int64
  ) throws(FormatError) {
    let isAppendTime = header.timestampType == .logAppendTime
    let timestamp =
      isAppendTime ? header.maxTimestamp : header.baseTimestamp &+ record.timestampDelta
    let offset = header.baseOffset &+ Int64(record.offsetDelta)
    var key: [UInt8]?
    var value: [UInt8]?
    if let bytes = record.key { key = [UInt8](copying: bytes) }
    if let bytes = record.value { value = [UInt8](copying: bytes) }
    var fields = [
      DumpField("offset", .integer(offset)), DumpField("timestamp", .timestamp(timestamp)),
    ]
    if header.isControl {
      fields += control(key: key ?? [], value: value ?? [])
    } else {
      do throws(FormatError) {
        switch form {
        case .plain: fields += Self.plain(key: key, value: value)
        case .offsets: fields += try OffsetsRecordDump.fields(key: key ?? [], value: value)
        case .metadata: fields += try Self.metadata(value ?? [])
        }
      } catch {
        // The record is whole; what it says is not. It is shown as it is.
        output.problem("position \(position), offset \(offset): \(error.words)")
        fields += Self.plain(key: key, value: value)
      }
    }
    let headers = try Self.headers(record)
    if !headers.isEmpty { fields.append(DumpField("headers", .list(headers))) }
    output.part("record", depth: 2, fields)
  }

  private static func plain(key: [UInt8]?, value: [UInt8]?) -> [DumpField] {
    [
      DumpField("key", key.map { .bytes($0) } ?? .null),
      DumpField("value", value.map { .bytes($0) } ?? .null),
    ]
  }

  private static func metadata(_ value: [UInt8]) throws(FormatError) -> [DumpField] {
    let body = try MetadataRecord(envelope: value.rawSpan).body
    return [
      DumpField("type", .text("\(type(of: body))")),
      DumpField("data", DumpValue(reflecting: body)),
    ]
  }

  /// A control record whose type is not known is shown as it is, as Kafka passes over it.
  private func control(key: [UInt8], value: [UInt8]) -> [DumpField] {
    guard let type = try? ControlRecordType(key: key.rawSpan) else {
      return Self.plain(key: key, value: value)
    }
    var fields = [DumpField("control", .text("\(type)"))]
    var reader = ByteReader(value.rawSpan)
    switch type {
    case .abort, .commit:
      if (try? reader.skip(2)) != nil, let epoch = try? reader.int32() {
        fields.append(DumpField("coordinatorEpoch", .number(epoch)))
      }
    case .leaderChange:
      if let message = try? LeaderChangeMessage(from: &reader, version: 0) {
        fields.append(DumpField("data", DumpValue(reflecting: message)))
      }
    default: fields.append(DumpField("value", .bytes(value)))
    }
    return fields
  }

  private static func headers(_ record: borrowing Record) throws(FormatError) -> [DumpValue] {
    var headers: [DumpValue] = []
    var reader = record.headers
    while let header = try reader.next() {
      let key = [UInt8](copying: header.key)
      var value = DumpValue.null
      if let bytes = header.value { value = .bytes([UInt8](copying: bytes)) }
      headers.append(.fields([DumpField("key", .bytes(key)), DumpField("value", value)]))
    }
    return headers
  }
}

/// What a record of `__consumer_offsets` means.
enum OffsetsRecordDump {
  /// - Parameter value: nil: the offset or the group is gone.
  static func fields(key: [UInt8], value: [UInt8]?) throws(FormatError) -> [DumpField] {
    var reader = ByteReader(key.rawSpan)
    let version = try reader.int16()
    switch version {
    case 0...1:
      let key = try OffsetCommitKey(from: &reader, version: version)
      return [
        DumpField("type", .text("offset")), DumpField("group", .text(key.group)),
        DumpField("topic", .text(key.topic)), DumpField("partition", .number(key.partition)),
      ] + (try value.map { bytes throws(FormatError) in try offset(bytes) } ?? gone)
    case 2:
      let key = try GroupMetadataKey(from: &reader, version: version)
      return [DumpField("type", .text("group")), DumpField("group", .text(key.group))]
        + (try value.map { bytes throws(FormatError) in try group(bytes) } ?? gone)
    default:
      throw .invalid("key of type \(version), which groups of the classic protocol do not write")
    }
  }

  private static let gone = [DumpField("deleted", .flag(true))]

  private static func offset(_ bytes: [UInt8]) throws(FormatError) -> [DumpField] {
    var reader = ByteReader(bytes.rawSpan)
    let version = try reader.int16()
    try OffsetCommitValue.requireVersion(version)
    let value = try OffsetCommitValue(from: &reader, version: version)
    return [
      DumpField("committedOffset", .integer(value.offset)),
      DumpField("leaderEpoch", .number(value.leaderEpoch)),
      DumpField("metadata", .text(value.metadata)),
      DumpField("commitTimestamp", .timestamp(value.commitTimestamp)),
      DumpField("expireTimestamp", .timestamp(value.expireTimestamp)),
    ]
  }

  private static func group(_ bytes: [UInt8]) throws(FormatError) -> [DumpField] {
    var reader = ByteReader(bytes.rawSpan)
    let version = try reader.int16()
    try GroupMetadataValue.requireVersion(version)
    let value = try GroupMetadataValue(from: &reader, version: version)
    let isConsumer = value.protocolType == ConsumerProtocol.protocolType
    return [
      DumpField("protocolType", .text(value.protocolType)),
      DumpField("generation", .number(value.generation)),
      DumpField("protocol", value.protocol.map { .text($0) } ?? .null),
      DumpField("leader", value.leader.map { .text($0) } ?? .null),
      DumpField("stateTimestamp", .timestamp(value.currentStateTimestamp)),
      DumpField("members", .list(value.members.map { member($0, isConsumer: isConsumer) })),
    ]
  }

  private static func member(
    _ member: GroupMetadataValue.MemberMetadata, isConsumer: Bool
  ) -> DumpValue {
    var subscription = DumpValue.bytes(member.subscription)
    var assignment = DumpValue.bytes(member.assignment)
    if isConsumer, let read = try? ConsumerProtocol.decodeSubscription(member.subscription) {
      subscription = .fields([
        DumpField("topics", .list(read.topics.map { .text($0) })),
        DumpField("owned", .list(read.ownedPartitions.map { .text("\($0)") })),
      ])
    }
    if isConsumer, let read = try? ConsumerProtocol.decodeAssignment(member.assignment) {
      assignment = .list(read.partitions.map { .text("\($0)") })
    }
    return .fields([
      DumpField("memberId", .text(member.memberId)),
      DumpField("groupInstanceId", member.groupInstanceId.map { .text($0) } ?? .null),
      DumpField("clientId", .text(member.clientId)),
      DumpField("clientHost", .text(member.clientHost)),
      DumpField("rebalanceTimeout", .number(member.rebalanceTimeout)),
      DumpField("sessionTimeout", .number(member.sessionTimeout)),
      DumpField("subscription", subscription), DumpField("assignment", assignment),
    ])
  }
}
