/// Walks the records of an uncompressed batch (or of the decompressed records of one) in place.
///
/// ```swift
/// var records = RecordReader(batch.extracting(droppingFirst: RecordBatchHeader.size), count: n)
/// while let record = try records.next() { … }
/// ```
/// Each record is checked against its bounds when it is reached; a record of a size other than its
/// fields add up to is found by reading its headers to the end.
///
/// - Complexity: O(1) a record; no heap allocation.
public struct RecordReader: ~Escapable {
  @usableFromInline
  var reader: ByteReader
  @usableFromInline
  var left: Int

  /// - Parameters:
  ///   - records: The bytes after the head of the batch.
  ///   - count: The head's `recordCount`.
  @inlinable
  @_lifetime(copy records)
  public init(_ records: RawSpan, count: Int) {
    reader = ByteReader(records)
    left = count
  }

  /// How many records are left.
  @inlinable
  public var remaining: Int { left }
  /// How many bytes are left.
  @inlinable
  public var remainingBytes: Int { reader.remaining }

  /// The next record; `nil` after the last.
  ///
  /// - Throws: where the bytes are no record, or end before the record does.
  @inlinable @inline(__always)
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func next() throws(FormatError) -> Record? {
    guard left > 0 else { return nil }
    left &-= 1
    let start = reader.position
    let length = Int(try reader.varint())
    let body = try reader.span(length)
    var fields = ByteReader(body)
    try fields.skip(1)
    let timestampDelta = try fields.varlong()
    let offsetDelta = try fields.varint()
    let keySize = Int(try fields.varint())
    let key: RawSpan? = keySize < 0 ? nil : try fields.span(keySize)
    let valueSize = Int(try fields.varint())
    let value: RawSpan? = valueSize < 0 ? nil : try fields.span(valueSize)
    let headerCount = Int(try fields.varint())
    if headerCount < 0 || headerCount > fields.remaining { throw .invalidLength(headerCount) }
    if headerCount == 0 && fields.remaining > 0 { throw .invalidLength(fields.remaining) }
    return Record(
      offsetDelta: offsetDelta, timestampDelta: timestampDelta, key: key, value: value,
      headerCount: headerCount, headerBytes: fields.rest(),
      sizeInBytes: reader.position &- start)
  }
}
