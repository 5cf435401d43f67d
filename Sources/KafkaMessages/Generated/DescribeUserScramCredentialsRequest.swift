// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/DescribeUserScramCredentials.messages; not edited by hand.

import KafkaFormat

/// The SCRAM mechanisms that users have credentials for.
/// KIP-554.
public struct DescribeUserScramCredentialsRequest: KafkaRequest {
  public typealias Response = DescribeUserScramCredentialsResponse
  public static let apiKey = ApiKey.describeUserScramCredentials
  public static let versions: ClosedRange<Int16> = 0...0
  public static let firstFlexibleVersion: Int16 = 0

  public var users: [ScramUser]? = []

  public init() {}

  public init(users: [ScramUser]? = []) {
    self.users = users
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    self.init()
    users = try reader.nullableStructures(ScramUser.self, minimumSize: 2, version: version, compact: true)
    try reader.skipTaggedFields()
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    writer.nullableStructures(users, version: version, compact: true)
    writer.noTaggedFields()
  }

  public struct ScramUser: KafkaStruct {
    public var name: String = ""

    public init() {}

    public init(name: String = "") {
      self.name = name
    }

    @_lifetime(reader: copy reader)
    public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
      self.init()
      name = try reader.string(compact: true)
      try reader.skipTaggedFields()
    }

    public func write(to writer: inout ByteWriter, version: Int16) {
      writer.string(name, compact: true)
      writer.noTaggedFields()
    }
  }
}
