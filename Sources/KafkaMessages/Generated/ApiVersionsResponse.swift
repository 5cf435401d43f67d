// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/ApiVersions.messages; not edited by hand.

import KafkaFormat

/// Which APIs and versions a broker serves. The header of the response is always version 0.
/// KIP-35, KIP-511 (v3, client software), KIP-584 (features).
public struct ApiVersionsResponse: KafkaResponse {
  public static let apiKey = ApiKey.apiVersions
  public static let versions: ClosedRange<Int16> = 0...4
  public static let firstFlexibleVersion: Int16 = 3

  public var errorCode: ErrorCode = .none
  public var apiKeys: [ApiVersion] = []
  /// Versions 1+.
  public var throttleTimeMs: Int32 = 0
  /// Versions 3+; tag 0.
  public var supportedFeatures: [SupportedFeatureKey] = []
  /// Versions 3+; tag 1.
  public var finalizedFeaturesEpoch: Int64 = -1
  /// Versions 3+; tag 2.
  public var finalizedFeatures: [FinalizedFeatureKey] = []
  /// Versions 3+; tag 3.
  public var zkMigrationReady: Bool = false

  public init() {}

  public init(
    errorCode: ErrorCode = .none,
    apiKeys: [ApiVersion] = [],
    throttleTimeMs: Int32 = 0,
    supportedFeatures: [SupportedFeatureKey] = [],
    finalizedFeaturesEpoch: Int64 = -1,
    finalizedFeatures: [FinalizedFeatureKey] = [],
    zkMigrationReady: Bool = false
  ) {
    self.errorCode = errorCode
    self.apiKeys = apiKeys
    self.throttleTimeMs = throttleTimeMs
    self.supportedFeatures = supportedFeatures
    self.finalizedFeaturesEpoch = finalizedFeaturesEpoch
    self.finalizedFeatures = finalizedFeatures
    self.zkMigrationReady = zkMigrationReady
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 3
    self.init()
    errorCode = try reader.errorCode()
    apiKeys = try reader.structures(ApiVersion.self, minimumSize: 6, version: version, compact: compact)
    if version >= 1 { throttleTimeMs = try reader.int32() }
    if compact {
      let count = try reader.taggedFieldCount()
      for _ in 0..<count {
        let (tag, size) = try reader.taggedFieldHeader()
        let end = reader.position + size
        switch tag {
        case 0:
          supportedFeatures = try reader.structures(SupportedFeatureKey.self, minimumSize: 6, version: version, compact: true)
        case 1:
          finalizedFeaturesEpoch = try reader.int64()
        case 2:
          finalizedFeatures = try reader.structures(FinalizedFeatureKey.self, minimumSize: 6, version: version, compact: true)
        case 3:
          zkMigrationReady = try reader.bool()
        default: try reader.skip(size)
        }
        try reader.expectTaggedFieldEnd(end)
      }
    }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 3
    writer.errorCode(errorCode)
    writer.structures(apiKeys, version: version, compact: compact)
    if version >= 1 { writer.int32(throttleTimeMs) }
    if compact {
      var tagged = TaggedFields()
      if !supportedFeatures.isEmpty {
        tagged.add(0) { $0.structures(supportedFeatures, version: version, compact: true) }
      }
      if finalizedFeaturesEpoch != -1 {
        tagged.add(1) { $0.int64(finalizedFeaturesEpoch) }
      }
      if !finalizedFeatures.isEmpty {
        tagged.add(2) { $0.structures(finalizedFeatures, version: version, compact: true) }
      }
      if zkMigrationReady {
        tagged.add(3) { $0.bool(zkMigrationReady) }
      }
      tagged.write(to: &writer)
    }
  }

  public struct ApiVersion: KafkaStruct {
    public var apiKey: Int16 = 0
    public var minVersion: Int16 = 0
    public var maxVersion: Int16 = 0

    public init() {}

    public init(apiKey: Int16 = 0, minVersion: Int16 = 0, maxVersion: Int16 = 0) {
      self.apiKey = apiKey
      self.minVersion = minVersion
      self.maxVersion = maxVersion
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 3
      self.init()
      apiKey = try reader.int16()
      minVersion = try reader.int16()
      maxVersion = try reader.int16()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 3
      writer.int16(apiKey)
      writer.int16(minVersion)
      writer.int16(maxVersion)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct SupportedFeatureKey: KafkaStruct {
    public var name: String = ""
    public var minVersion: Int16 = 0
    public var maxVersion: Int16 = 0

    public init() {}

    public init(name: String = "", minVersion: Int16 = 0, maxVersion: Int16 = 0) {
      self.name = name
      self.minVersion = minVersion
      self.maxVersion = maxVersion
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      minVersion = try reader.int16()
      maxVersion = try reader.int16()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.int16(minVersion)
      writer.int16(maxVersion)
      writer.noTaggedFields()
    }
  }

  public struct FinalizedFeatureKey: KafkaStruct {
    public var name: String = ""
    public var maxVersionLevel: Int16 = 0
    public var minVersionLevel: Int16 = 0

    public init() {}

    public init(name: String = "", maxVersionLevel: Int16 = 0, minVersionLevel: Int16 = 0) {
      self.name = name
      self.maxVersionLevel = maxVersionLevel
      self.minVersionLevel = minVersionLevel
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      maxVersionLevel = try reader.int16()
      minVersionLevel = try reader.int16()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.int16(maxVersionLevel)
      writer.int16(minVersionLevel)
      writer.noTaggedFields()
    }
  }
}
