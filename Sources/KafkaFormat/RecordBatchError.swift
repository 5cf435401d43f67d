/// Why a broker does not accept a batch.
public enum RecordBatchError: Error, Sendable, Equatable {
  /// The bytes are not one whole batch: too few of them, or other than the batch's own length says.
  case size(expected: Int, actual: Int)
  case unsupportedMagic(Int8)
  case checksum(expected: UInt32, actual: UInt32)
  case tooLarge(limit: Int, actual: Int)
  /// The codec's bits name none.
  case unknownCodec(Int)
  case compression(CompressionError)
  /// Clients write batches whose base offset is 0.
  case baseOffset(Int64)
  case recordCount(Int32, lastOffsetDelta: Int32)
  /// Only brokers write control batches.
  case controlBatch
  /// A producer id without a sequence number or an epoch.
  case sequence(Int32)
  /// The record of this index cannot be read.
  case malformedRecord(index: Int, FormatError)
  /// The record's offset delta is not its index.
  case offsetDelta(index: Int, actual: Int32)
  /// Bytes behind the last record.
  case trailingBytes(Int)
  /// Records that can be read, and that the topic does not take.
  case rejected(RecordRejections)

  /// What the client is told.
  ///
  /// - Source: Apache Kafka `LogValidator`, `UnifiedLog`, `ProduceRequest`.
  public var errorCode: ErrorCode {
    switch self {
    case .size, .checksum: .corruptMessage
    case .tooLarge: .messageTooLarge
    case .unknownCodec: .unsupportedCompressionType
    case .rejected(let rejections): rejections.errorCode
    case .compression(.tooLarge): .messageTooLarge
    default: .invalidRecord
    }
  }
}

extension RecordBatchError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .size(let expected, let actual):
      "the batch should have \(expected) bytes, it has \(actual)"
    case .unsupportedMagic(let magic): "record format v\(magic) is not supported, only v2"
    case .checksum(let expected, let actual):
      "the batch says its checksum is \(expected), it is \(actual)"
    case .tooLarge(let limit, let actual): "the batch has \(actual) bytes, \(limit) are allowed"
    case .unknownCodec(let number): "no codec has the number \(number)"
    case .compression(.tooLarge(let limit)):
      "the records are larger than \(limit) bytes when decompressed"
    case .compression(.unreadableByJava(_, let reason)):
      "\(reason) (Java clients could not read the batch)"
    case .compression: "the records cannot be decompressed"
    case .baseOffset(let offset): "the base offset should be 0, it is \(offset)"
    case .recordCount(let count, let delta):
      "\(count) records do not fit the last offset delta \(delta)"
    case .controlBatch: "clients may not write control batches"
    case .sequence(let sequence): "sequence \(sequence) with a producer id"
    case .malformedRecord(let index, _): "record \(index) is malformed"
    case .offsetDelta(let index, let actual): "record \(index) has the offset delta \(actual)"
    case .trailingBytes(let count): "\(count) bytes follow the last record"
    case .rejected(let rejections): rejections.description
    }
  }
}
