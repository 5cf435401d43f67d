// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/FindCoordinator.messages; not edited by hand.

import KafkaFormat

/// Which broker coordinates a group, a transactional id or a share group.
/// KIP-699 (v4, several keys), KIP-890 (v5), KIP-932 (v6).
public struct FindCoordinatorResponse: KafkaResponse {
  public static let apiKey = ApiKey.findCoordinator
  public static let versions: ClosedRange<Int16> = 0...6
  public static let firstFlexibleVersion: Int16 = 3

  /// Versions 1+.
  public var throttleTimeMs: Int32 = 0
  /// Versions 0–3.
  public var errorCode: ErrorCode = .none
  /// Versions 1–3.
  public var errorMessage: String? = ""
  /// Versions 0–3.
  public var nodeId: Int32 = 0
  /// Versions 0–3.
  public var host: String = ""
  /// Versions 0–3.
  public var port: Int32 = 0
  /// Versions 4+.
  public var coordinators: [Coordinator] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    errorMessage: String? = "",
    nodeId: Int32 = 0,
    host: String = "",
    port: Int32 = 0,
    coordinators: [Coordinator] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.errorMessage = errorMessage
    self.nodeId = nodeId
    self.host = host
    self.port = port
    self.coordinators = coordinators
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 3
    self.init()
    if version >= 1 { throttleTimeMs = try reader.int32() }
    if version <= 3 { errorCode = try reader.errorCode() }
    if version >= 1 && version <= 3 { errorMessage = try reader.nullableString(compact: compact) }
    if version <= 3 { nodeId = try reader.int32() }
    if version <= 3 { host = try reader.string(compact: compact) }
    if version <= 3 { port = try reader.int32() }
    if version >= 4 {
      coordinators = try reader.structures(Coordinator.self, minimumSize: 14, version: version, compact: compact)
    }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 3
    if version >= 1 { writer.int32(throttleTimeMs) }
    if version <= 3 { writer.errorCode(errorCode) }
    if version >= 1 && version <= 3 { writer.nullableString(errorMessage, compact: compact) }
    if version <= 3 { writer.int32(nodeId) }
    if version <= 3 { writer.string(host, compact: compact) }
    if version <= 3 { writer.int32(port) }
    if version >= 4 { writer.structures(coordinators, version: version, compact: compact) }
    if compact { writer.noTaggedFields() }
  }

  public struct Coordinator: KafkaStruct {
    public var key: String = ""
    public var nodeId: Int32 = 0
    public var host: String = ""
    public var port: Int32 = 0
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""

    public init() {}

    public init(
      key: String = "",
      nodeId: Int32 = 0,
      host: String = "",
      port: Int32 = 0,
      errorCode: ErrorCode = .none,
      errorMessage: String? = ""
    ) {
      self.key = key
      self.nodeId = nodeId
      self.host = host
      self.port = port
      self.errorCode = errorCode
      self.errorMessage = errorMessage
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      key = try reader.string(compact: true)
      nodeId = try reader.int32()
      host = try reader.string(compact: true)
      port = try reader.int32()
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(key, compact: true)
      writer.int32(nodeId)
      writer.string(host, compact: true)
      writer.int32(port)
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: true)
      writer.noTaggedFields()
    }
  }
}
