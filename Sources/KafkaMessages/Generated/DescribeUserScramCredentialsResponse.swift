// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeUserScramCredentials.messages; not edited by hand.

import KafkaFormat

/// The SCRAM mechanisms that users have credentials for.
/// KIP-554.
public struct DescribeUserScramCredentialsResponse: KafkaResponse {
  public static let apiKey = ApiKey.describeUserScramCredentials
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  public var errorMessage: String? = ""
  public var results: [ScramUserResult] = []

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    errorMessage: String? = "",
    results: [ScramUserResult] = []
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.errorMessage = errorMessage
    self.results = results
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    throttleTimeMs = try reader.int32()
    errorCode = try reader.errorCode()
    errorMessage = try reader.nullableString(compact: true)
    results = try reader.structures(ScramUserResult.self, minimumSize: 6, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.int32(throttleTimeMs)
    writer.errorCode(errorCode)
    writer.nullableString(errorMessage, compact: true)
    writer.structures(results, version: version, compact: true)
    writer.noTaggedFields()
  }

  public struct ScramUserResult: KafkaStruct {
    public var user: String = ""
    public var errorCode: ErrorCode = .none
    public var errorMessage: String? = ""
    public var credentialInfos: [ScramCredentialInfo] = []

    public init() {}

    public init(
      user: String = "",
      errorCode: ErrorCode = .none,
      errorMessage: String? = "",
      credentialInfos: [ScramCredentialInfo] = []
    ) {
      self.user = user
      self.errorCode = errorCode
      self.errorMessage = errorMessage
      self.credentialInfos = credentialInfos
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      user = try reader.string(compact: true)
      errorCode = try reader.errorCode()
      errorMessage = try reader.nullableString(compact: true)
      credentialInfos = try reader.structures(ScramCredentialInfo.self, minimumSize: 6, version: version, compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(user, compact: true)
      writer.errorCode(errorCode)
      writer.nullableString(errorMessage, compact: true)
      writer.structures(credentialInfos, version: version, compact: true)
      writer.noTaggedFields()
    }
  }

  public struct ScramCredentialInfo: KafkaStruct {
    public var mechanism: Int8 = 0
    public var iterations: Int32 = 0

    public init() {}

    public init(mechanism: Int8 = 0, iterations: Int32 = 0) {
      self.mechanism = mechanism
      self.iterations = iterations
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      mechanism = try reader.int8()
      iterations = try reader.int32()
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.int8(mechanism)
      writer.int32(iterations)
      writer.noTaggedFields()
    }
  }
}
