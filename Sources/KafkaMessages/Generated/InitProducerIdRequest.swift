// swift-format-ignore-file
// Made by scripts/generate-messages from Apis/InitProducerId.messages; not edited by hand.

import KafkaFormat

/// Hands out a producer id and epoch.
/// KIP-98, KIP-360 (v3), KIP-890 (v5).
public struct InitProducerIdRequest: KafkaRequest {
  public typealias Response = InitProducerIdResponse
  public static let apiKey = ApiKey.initProducerId
  public static let versions: ClosedRange<Int16> = 0...5
  public static let firstFlexibleVersion: Int16 = 2

  public var transactionalId: String? = ""
  public var transactionTimeoutMs: Int32 = 0
  /// Versions 3+.
  public var producerId: Int64 = -1
  /// Versions 3+.
  public var producerEpoch: Int16 = -1

  public init() {}

  public init(
    transactionalId: String? = "",
    transactionTimeoutMs: Int32 = 0,
    producerId: Int64 = -1,
    producerEpoch: Int16 = -1
  ) {
    self.transactionalId = transactionalId
    self.transactionTimeoutMs = transactionTimeoutMs
    self.producerId = producerId
    self.producerEpoch = producerEpoch
  }

  @_lifetime(reader: copy reader)
  public init(from reader: inout ByteReader, version: Int16) throws(FormatError) {
    let compact = version >= 2
    self.init()
    transactionalId = try reader.nullableString(compact: compact)
    transactionTimeoutMs = try reader.int32()
    if version >= 3 { producerId = try reader.int64() }
    if version >= 3 { producerEpoch = try reader.int16() }
    if compact { try reader.skipTaggedFields() }
  }

  public func write(to writer: inout ByteWriter, version: Int16) {
    let compact = version >= 2
    writer.nullableString(transactionalId, compact: compact)
    writer.int32(transactionTimeoutMs)
    if version >= 3 { writer.int64(producerId) }
    if version >= 3 { writer.int16(producerEpoch) }
    if compact { writer.noTaggedFields() }
  }

  public func unsupportedField(in version: Int16) -> String? {
    if version < 3, producerId != -1 { return "producerId" }
    if version < 3, producerEpoch != -1 { return "producerEpoch" }
    return nil
  }
}
