/// One record of an uncompressed batch, in place.
///
/// Layout: `[length varint | attributes i8 | timestampDelta varlong | offsetDelta varint |`
/// `keyLength varint | key | valueLength varint | value | headerCount varint | headers]`
public struct Record: ~Escapable {
  public let offsetDelta: Int32
  public let timestampDelta: Int64
  /// `nil` is a null key.
  public let key: RawSpan?
  /// `nil` is a null value, a tombstone where the topic is compacted.
  public let value: RawSpan?
  /// How many headers the record says it has.
  public let headerCount: Int
  /// The headers as they are encoded.
  public let headerBytes: RawSpan
  /// The size of the record, its length field included.
  public let sizeInBytes: Int

  @inlinable
  @_lifetime(copy headerBytes, copy key, copy value)
  init(
    offsetDelta: Int32, timestampDelta: Int64, key: RawSpan?, value: RawSpan?,
    headerCount: Int, headerBytes: RawSpan, sizeInBytes: Int
  ) {
    self.offsetDelta = offsetDelta
    self.timestampDelta = timestampDelta
    self.key = key
    self.value = value
    self.headerCount = headerCount
    self.headerBytes = headerBytes
    self.sizeInBytes = sizeInBytes
  }

  /// The headers, one after the other.
  @inlinable
  public var headers: RecordHeaderReader {
    @_lifetime(copy self)
    get { RecordHeaderReader(headerBytes, count: headerCount) }
  }
}

/// Walks the headers of a record.
public struct RecordHeaderReader: ~Escapable {
  @usableFromInline
  var reader: ByteReader
  /// How many are left.
  public var remaining: Int { left }
  @usableFromInline
  var left: Int

  @inlinable
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, count: Int) {
    reader = ByteReader(bytes)
    left = count
  }

  /// The next header; `nil` after the last. Its key is text, as bytes in place.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func next() throws(FormatError) -> RecordHeader? {
    guard left > 0 else {
      if reader.remaining > 0 { throw .invalidLength(reader.remaining) }
      return nil
    }
    left &-= 1
    let key = try reader.span(Int(try reader.varint()))
    let size = Int(try reader.varint())
    let value: RawSpan? = size < 0 ? nil : try reader.span(size)
    return RecordHeader(key: key, value: value)
  }
}

/// One header of a record, in place.
public struct RecordHeader: ~Escapable {
  public let key: RawSpan
  public let value: RawSpan?

  @_lifetime(copy key, copy value)
  init(key: RawSpan, value: RawSpan?) {
    self.key = key
    self.value = value
  }
}
