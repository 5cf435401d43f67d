// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeClientQuotas.messages; not edited by hand.

import KafkaFormat

/// The quotas that a filter finds.
/// KIP-546.
public struct DescribeClientQuotasRequest: KafkaRequest {
  public typealias Response = DescribeClientQuotasResponse
  public static let apiKey = ApiKey.describeClientQuotas
  public static let versions: ClosedRange<Int16> = 0...1
  public static let firstFlexibleVersion: Int16 = 1

  public var components: [QuotaFilterComponent] = []
  public var strict: Bool = false

  public init() {}

  public init(components: [QuotaFilterComponent] = [], strict: Bool = false) {
    self.components = components
    self.strict = strict
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 1
    self.init()
    components = try reader.structures(QuotaFilterComponent.self, minimumSize: 4, version: version, compact: compact)
    strict = try reader.bool()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 1
    writer.structures(components, version: version, compact: compact)
    writer.bool(strict)
    if compact { writer.noTaggedFields() }
  }

  public struct QuotaFilterComponent: KafkaStruct {
    public var entityType: String = ""
    public var matchType: Int8 = 0
    public var match: String? = ""

    public init() {}

    public init(entityType: String = "", matchType: Int8 = 0, match: String? = "") {
      self.entityType = entityType
      self.matchType = matchType
      self.match = match
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 1
      self.init()
      entityType = try reader.string(compact: compact)
      matchType = try reader.int8()
      match = try reader.nullableString(compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 1
      writer.string(entityType, compact: compact)
      writer.int8(matchType)
      writer.nullableString(match, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }
}
