// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/InitProducerId.messages; not edited by hand.

import KafkaFormat

/// Hands out a producer id and epoch.
/// KIP-98, KIP-360 (v3), KIP-890 (v5).
public struct InitProducerIdResponse: KafkaResponse {
  public static let apiKey = ApiKey.initProducerId
  public static let versions: ClosedRange<Int16> = 0...5
  public static let firstFlexibleVersion: Int16 = 2

  public var throttleTimeMs: Int32 = 0
  public var errorCode: ErrorCode = .none
  public var producerId: Int64 = -1
  public var producerEpoch: Int16 = 0

  public init() {}

  public init(
    throttleTimeMs: Int32 = 0,
    errorCode: ErrorCode = .none,
    producerId: Int64 = -1,
    producerEpoch: Int16 = 0
  ) {
    self.throttleTimeMs = throttleTimeMs
    self.errorCode = errorCode
    self.producerId = producerId
    self.producerEpoch = producerEpoch
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    throttleTimeMs = try reader.int32()
    errorCode = try reader.errorCode()
    producerId = try reader.int64()
    producerEpoch = try reader.int16()
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.int32(throttleTimeMs)
    writer.errorCode(errorCode)
    writer.int64(producerId)
    writer.int16(producerEpoch)
    if compact { writer.noTaggedFields() }
  }
}
