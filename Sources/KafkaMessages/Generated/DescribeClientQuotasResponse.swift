// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeClientQuotas.messages; not edited by hand.

import KafkaFormat

/// The quotas that a filter finds.
/// KIP-546.
public struct DescribeClientQuotasResponse: KafkaResponse {
  public static let apiKey = ApiKey.describeClientQuotas
  public static let versions: ClosedRange<Int16> = 0...1
  public static let firstFlexibleVersion: Int16 = 1

  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  public var errorMessage: String? = ""
  public var entries: [QuotaEntry]? = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    errorMessage: String? = "",
    entries: [QuotaEntry]? = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.errorMessage = errorMessage
    self.entries = entries
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 1
    self.init()
    throttleTimeMs = try reader.int32()
    errorCode = try reader.errorCode()
    errorMessage = try reader.nullableString(compact: compact)
    entries = try reader.nullableStructures(QuotaEntry.self, minimumSize: 3, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 1
    writer.int32(throttleTimeMs)
    writer.errorCode(errorCode)
    writer.nullableString(errorMessage, compact: compact)
    writer.nullableStructures(entries, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct QuotaEntry: KafkaStruct {
    public var entity: [QuotaEntity] = []
    public var values: [QuotaValue] = []

    public init() {}

    public init(entity: [QuotaEntity] = [], values: [QuotaValue] = []) {
      self.entity = entity
      self.values = values
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 1
      self.init()
      entity = try reader.structures(QuotaEntity.self, minimumSize: 3, version: version, compact: compact)
      values = try reader.structures(QuotaValue.self, minimumSize: 10, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 1
      writer.structures(entity, version: version, compact: compact)
      writer.structures(values, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct QuotaEntity: KafkaStruct {
    public var entityType: String = ""
    public var entityName: String? = ""

    public init() {}

    public init(entityType: String = "", entityName: String? = "") {
      self.entityType = entityType
      self.entityName = entityName
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 1
      self.init()
      entityType = try reader.string(compact: compact)
      entityName = try reader.nullableString(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 1
      writer.string(entityType, compact: compact)
      writer.nullableString(entityName, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct QuotaValue: KafkaStruct {
    public var key: String = ""
    public var value: Double = 0

    public init() {}

    public init(key: String = "", value: Double = 0) {
      self.key = key
      self.value = value
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 1
      self.init()
      key = try reader.string(compact: compact)
      value = try reader.float64()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 1
      writer.string(key, compact: compact)
      writer.float64(value)
      if compact { writer.noTaggedFields() }
    }
  }
}
