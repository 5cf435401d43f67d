// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeLogDirs.messages; not edited by hand.

import KafkaFormat

/// Sizes of replicas in each log directory.
/// KIP-113, KIP-827 (v4, bytes in all), KIP-1066 (v5).
public struct DescribeLogDirsResponse: KafkaResponse {
  public static let apiKey = ApiKey.describeLogDirs
  public static let versions: ClosedRange<Int16> = 1...5
  public static let firstFlexibleVersion: Int16 = 2

  public var throttleTimeMs: Int32 = 0
  /// Versions 3+.
  public var errorCode: ErrorCode = .none
  public var results: [DescribeLogDirsResult] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    results: [DescribeLogDirsResult] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.results = results
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    throttleTimeMs = try reader.int32()
    if version >= 3 { errorCode = try reader.errorCode() }
    results = try reader.structures(DescribeLogDirsResult.self, minimumSize: 5, version: version, compact: compact)
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.int32(throttleTimeMs)
    if version >= 3 { writer.errorCode(errorCode) }
    writer.structures(results, version: version, compact: compact)
    if compact { writer.noTaggedFields() }
  }

  public struct DescribeLogDirsResult: KafkaStruct {
    public var errorCode: ErrorCode = .none
    public var logDir: String = ""
    public var topics: [DescribeLogDirsTopic] = []
    /// Versions 4+.
    public var totalBytes: Int64 = -1
    /// Versions 4+.
    public var usableBytes: Int64 = -1
    /// Versions 5+.
    public var isCordoned: Bool = false

    public init() {}

    public init(
      errorCode: ErrorCode = .none,
      logDir: String = "",
      topics: [DescribeLogDirsTopic] = [],
      totalBytes: Int64 = -1,
      usableBytes: Int64 = -1,
      isCordoned: Bool = false
    ) {
      self.errorCode = errorCode
      self.logDir = logDir
      self.topics = topics
      self.totalBytes = totalBytes
      self.usableBytes = usableBytes
      self.isCordoned = isCordoned
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      errorCode = try reader.errorCode()
      logDir = try reader.string(compact: compact)
      topics = try reader.structures(DescribeLogDirsTopic.self, minimumSize: 3, version: version, compact: compact)
      if version >= 4 { totalBytes = try reader.int64() }
      if version >= 4 { usableBytes = try reader.int64() }
      if version >= 5 { isCordoned = try reader.bool() }
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.errorCode(errorCode)
      writer.string(logDir, compact: compact)
      writer.structures(topics, version: version, compact: compact)
      if version >= 4 { writer.int64(totalBytes) }
      if version >= 4 { writer.int64(usableBytes) }
      if version >= 5 { writer.bool(isCordoned) }
      if compact { writer.noTaggedFields() }
    }
  }

  public struct DescribeLogDirsTopic: KafkaStruct {
    public var name: String = ""
    public var partitions: [DescribeLogDirsPartition] = []

    public init() {}

    public init(name: String = "", partitions: [DescribeLogDirsPartition] = []) {
      self.name = name
      self.partitions = partitions
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      name = try reader.string(compact: compact)
      partitions = try reader.structures(DescribeLogDirsPartition.self, minimumSize: 21, version: version, compact: compact)
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.string(name, compact: compact)
      writer.structures(partitions, version: version, compact: compact)
      if compact { writer.noTaggedFields() }
    }
  }

  public struct DescribeLogDirsPartition: KafkaStruct {
    public var partitionIndex: Int32 = 0
    public var partitionSize: Int64 = 0
    public var offsetLag: Int64 = 0
    public var isFutureKey: Bool = false

    public init() {}

    public init(
      partitionIndex: Int32 = 0,
      partitionSize: Int64 = 0,
      offsetLag: Int64 = 0,
      isFutureKey: Bool = false
    ) {
      self.partitionIndex = partitionIndex
      self.partitionSize = partitionSize
      self.offsetLag = offsetLag
      self.isFutureKey = isFutureKey
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      let compact = version >= 2
      self.init()
      partitionIndex = try reader.int32()
      partitionSize = try reader.int64()
      offsetLag = try reader.int64()
      isFutureKey = try reader.bool()
      if compact { try reader.skipTaggedFields() }
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      let compact = version >= 2
      writer.int32(partitionIndex)
      writer.int64(partitionSize)
      writer.int64(offsetLag)
      writer.bool(isFutureKey)
      if compact { writer.noTaggedFields() }
    }
  }
}
