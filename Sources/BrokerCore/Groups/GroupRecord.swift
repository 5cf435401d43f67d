import KafkaFormat
import KafkaMessages

/// One record of `__consumer_offsets`.
///
/// Layout: key `[type i16 | OffsetCommitKey or GroupMetadataKey]`, value `[version i16 | body]`.
/// The key's type says what the value is: 0 and 1 an offset, 2 a classic group. A null value is a
/// tombstone: the offset, or the group, is gone.
///
/// - Source: Apache Kafka's definitions of these records; KIP-211, KIP-915.
public enum GroupRecord: Equatable, Sendable {
  /// A committed offset; nil: it was removed.
  case offset(OffsetCommitKey, OffsetCommitValue?)
  /// A group's generation and members; nil: the group was removed.
  case group(GroupMetadataKey, GroupMetadataValue?)
}

/// Why a record of `__consumer_offsets` is passed over.
public enum GroupRecordError: Error, Equatable, Sendable, CustomStringConvertible {
  case noKey
  /// Of a kind that is not kept here: consumer, share and streams groups.
  case unknownType(Int16)
  case unknownVersion(Int16)
  case malformed(FormatError)

  /// Somebody else may know what it is.
  var isForeign: Bool {
    switch self {
    case .noKey, .malformed: false
    case .unknownType, .unknownVersion: true
    }
  }

  public var description: String {
    switch self {
    case .noKey: "it has no key"
    case .unknownType(let type): "its type \(type) is not known"
    case .unknownVersion(let version): "the version \(version) of its value is not known"
    case .malformed(let error): "it cannot be read: \(error)"
    }
  }
}

extension GroupRecord {
  /// The types of keys.
  private static let offsetType: Int16 = 1
  private static let groupType: Int16 = 2
  /// What Kafka 4.3 writes; older brokers pass over the topic's id.
  private static let offsetVersion: Int16 = 4
  /// The only version that has a time of expiry, which OffsetCommit 2–4 may ask for.
  private static let expiringOffsetVersion: Int16 = 1
  /// The highest version that is not flexible, so that older brokers read it.
  private static let groupVersion: Int16 = 3

  // MARK: Reading

  /// - Throws: `GroupRecordError` for what does not belong here; nothing in the bytes can trap.
  public init(key: RawSpan?, value: RawSpan?) throws(GroupRecordError) {
    guard let key else { throw .noKey }
    var reader = ByteReader(key)
    let type: Int16
    do { type = try reader.int16() } catch { throw .malformed(error) }
    switch type {
    case 0, Self.offsetType:
      let key: OffsetCommitKey = try Self.body(&reader, type)
      self = .offset(key, try Self.value(value))
    case Self.groupType:
      let key: GroupMetadataKey = try Self.body(&reader, type)
      self = .group(key, try Self.value(value))
    default: throw .unknownType(type)
    }
  }

  private static func value<Value: KafkaMessage>(_ bytes: RawSpan?) throws(GroupRecordError)
    -> Value?
  {
    guard let bytes else { return nil }
    var reader = ByteReader(bytes)
    let version: Int16
    do { version = try reader.int16() } catch { throw .malformed(error) }
    return try body(&reader, version)
  }

  private static func body<Body: KafkaMessage>(_ reader: inout ByteReader, _ version: Int16)
    throws(GroupRecordError) -> Body
  {
    guard Body.versions.contains(version) else { throw .unknownVersion(version) }
    do throws(FormatError) {
      let body = try Body(from: &reader, version: version)
      if reader.remaining > 0 { throw .invalidLength(reader.remaining) }
      return body
    } catch { throw .malformed(error) }
  }

  // MARK: Writing

  public var key: [UInt8] {
    switch self {
    case .offset(let key, _): Self.bytes(key, Self.offsetType)
    case .group(let key, _): Self.bytes(key, Self.groupType)
    }
  }

  /// nil: a tombstone.
  public var value: [UInt8]? {
    switch self {
    case .offset(_, let value):
      value.map {
        Self.bytes($0, $0.expireTimestamp >= 0 ? Self.expiringOffsetVersion : Self.offsetVersion)
      }
    case .group(_, let value): value.map { Self.bytes($0, Self.groupVersion) }
    }
  }

  private static func bytes(_ body: some KafkaMessage, _ version: Int16) -> [UInt8] {
    var writer = ByteWriter(reserving: 128)
    writer.int16(version)
    body.write(to: &writer, version: version)
    return writer.finish()
  }

  // MARK: The group

  var groupId: String {
    switch self {
    case .offset(let key, _): key.group
    case .group(let key, _): key.group
    }
  }
}
