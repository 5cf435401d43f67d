/// Reads Kafka's primitives from bytes that somebody else owns; never copies, never traps.
///
/// Every load first compares with what remains and throws, so that a client's bytes cannot trap
/// the process. Lengths are compared by subtraction, so that they cannot overflow either.
///
/// - Source: Kafka protocol guide, "Protocol Primitive Types"; KIP-482 (compact forms).
public struct ByteReader: ~Escapable {
  /// The whole span, from position 0.
  public let bytes: RawSpan
  @usableFromInline
  var cursor: Int

  @inlinable
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) {
    self.bytes = bytes
    self.cursor = 0
  }

  /// The next byte to read, counted from the start of `bytes`.
  @inlinable
  public var position: Int { cursor }

  /// How many bytes are left.
  @inlinable
  public var remaining: Int { bytes.byteCount &- cursor }

  /// Throws unless `count` more bytes are there; a negative count throws too.
  @inlinable
  public func require(_ count: Int) throws(FormatError) {
    if count < 0 { throw .invalidLength(count) }
    if count > remaining { throw .truncated(needed: count, remaining: remaining) }
  }

  @inlinable
  @_lifetime(self: copy self)
  public mutating func skip(_ count: Int) throws(FormatError) {
    try require(count)
    cursor &+= count
  }

  // MARK: Fixed width, big-endian

  @inlinable
  @_lifetime(self: copy self)
  mutating func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type)
    throws(FormatError) -> T
  {
    let size = MemoryLayout<T>.size
    if size > remaining { throw .truncated(needed: size, remaining: remaining) }
    // Bounds were checked on the line above.
    let value = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: cursor, as: T.self)
    cursor &+= size
    return T(bigEndian: value)
  }

  @inlinable @_lifetime(self: copy self)
  public mutating func int8() throws(FormatError) -> Int8 { try load(Int8.self) }
  @inlinable @_lifetime(self: copy self)
  public mutating func uint8() throws(FormatError) -> UInt8 { try load(UInt8.self) }
  @inlinable @_lifetime(self: copy self)
  public mutating func int16() throws(FormatError) -> Int16 { try load(Int16.self) }
  @inlinable @_lifetime(self: copy self)
  public mutating func uint16() throws(FormatError) -> UInt16 { try load(UInt16.self) }
  @inlinable @_lifetime(self: copy self)
  public mutating func int32() throws(FormatError) -> Int32 { try load(Int32.self) }
  @inlinable @_lifetime(self: copy self)
  public mutating func uint32() throws(FormatError) -> UInt32 { try load(UInt32.self) }
  @inlinable @_lifetime(self: copy self)
  public mutating func int64() throws(FormatError) -> Int64 { try load(Int64.self) }
  @inlinable @_lifetime(self: copy self)
  public mutating func float64() throws(FormatError) -> Double {
    Double(bitPattern: try load(UInt64.self))
  }
  @inlinable @_lifetime(self: copy self)
  public mutating func bool() throws(FormatError) -> Bool { try load(UInt8.self) != 0 }
  @inlinable @_lifetime(self: copy self)
  public mutating func uuid() throws(FormatError) -> KafkaUUID {
    KafkaUUID(high: try load(UInt64.self), low: try load(UInt64.self))
  }

  // MARK: Variable width

  /// An unsigned varint of at most 32 bits (five bytes).
  @inlinable
  @_lifetime(self: copy self)
  public mutating func unsignedVarint() throws(FormatError) -> UInt32 {
    let value = try varBits(limit: 35)
    guard value <= UInt64(UInt32.max) else { throw .malformedVarint }
    return UInt32(truncatingIfNeeded: value)
  }

  /// A zigzag varint of at most 32 bits.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func varint() throws(FormatError) -> Int32 {
    let raw = try unsignedVarint()
    return Int32(bitPattern: (raw &>> 1) ^ (0 &- (raw & 1)))
  }

  /// A zigzag varint of at most 64 bits.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func varlong() throws(FormatError) -> Int64 {
    let raw = try varBits(limit: 70)
    return Int64(bitPattern: (raw &>> 1) ^ (0 &- (raw & 1)))
  }

  /// Most varints are one or two bytes; only the others pay for a call.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  mutating func varBits(limit: UInt64) throws(FormatError) -> UInt64 {
    if remaining >= 2 {
      // Both bytes are there.
      let first = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: cursor, as: UInt8.self)
      let second = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: cursor &+ 1, as: UInt8.self)
      if first < 0x80 {
        cursor &+= 1
        return UInt64(first)
      }
      if second < 0x80 {
        cursor &+= 2
        return UInt64(first & 0x7f) | UInt64(second) &<< 7
      }
    }
    return try longVarBits(limit: limit)
  }

  @inlinable @inline(never)
  @_lifetime(self: copy self)
  mutating func longVarBits(limit: UInt64) throws(FormatError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try load(UInt8.self)
      value |= UInt64(byte & 0x7f) &<< shift
      if byte & 0x80 == 0 { return value }
      shift &+= 7
      if shift >= limit { throw .malformedVarint }
    }
  }

  // MARK: Runs of bytes

  /// The next `count` bytes, in place.
  @inlinable
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func span(_ count: Int) throws(FormatError) -> RawSpan {
    try require(count)
    let start = cursor
    cursor &+= count
    // Bounds were checked by `require`.
    return unsafe bytes.extracting(unchecked: Range(uncheckedBounds: (start, cursor)))
  }

  /// All that is left, in place.
  @inlinable
  @_lifetime(copy self)
  public func rest() -> RawSpan {
    // The cursor never passes the end.
    unsafe bytes.extracting(unchecked: Range(uncheckedBounds: (cursor, bytes.byteCount)))
  }
}
