/// The 16 attribute bits of a record batch.
///
/// Layout: `[unused 9 | delete horizon | control | transactional | timestamp type | codec 3]`
///
/// - Source: KIP-98, KIP-534; Apache Kafka `DefaultRecordBatch`.
public struct RecordBatchAttributes: RawRepresentable, Hashable, Sendable {
  public var rawValue: Int16

  @inlinable
  public init(rawValue: Int16) { self.rawValue = rawValue }

  public init(
    codec: CompressionCodec = .none, timestampType: TimestampType = .createTime,
    isTransactional: Bool = false, isControl: Bool = false
  ) {
    rawValue =
      Int16(codec.rawValue) | timestampType.rawValue << 3 | (isTransactional ? 0x10 : 0)
      | (isControl ? 0x20 : 0)
  }

  /// The codec; `nil` for the three numbers that name none.
  @inlinable
  public var codec: CompressionCodec? {
    CompressionCodec(rawValue: UInt8(truncatingIfNeeded: rawValue & 0x7))
  }
  @inlinable
  public var timestampType: TimestampType { rawValue & 0x8 == 0 ? .createTime : .logAppendTime }
  @inlinable
  public var isTransactional: Bool { rawValue & 0x10 != 0 }
  @inlinable
  public var isControl: Bool { rawValue & 0x20 != 0 }
  /// The base timestamp is the time from which tombstones may be dropped.
  @inlinable
  public var hasDeleteHorizon: Bool { rawValue & 0x40 != 0 }
}

/// Whose clock the timestamps of a batch are of: `message.timestamp.type`.
public enum TimestampType: Int16, Sendable, Hashable {
  /// The producer's.
  case createTime = 0
  /// The broker's: one time for all records, in `maxTimestamp`.
  case logAppendTime = 1

  /// As `message.timestamp.type` spells it.
  public var name: String { self == .createTime ? "CreateTime" : "LogAppendTime" }

  public init?(name: String) {
    switch name {
    case "CreateTime": self = .createTime
    case "LogAppendTime": self = .logAppendTime
    default: return nil
    }
  }
}
