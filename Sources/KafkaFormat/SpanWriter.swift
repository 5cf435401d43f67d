/// Writes a record into a buffer whose room the caller has made sure of; checked nonetheless.
@usableFromInline
struct SpanWriter: ~Copyable, ~Escapable {
  @usableFromInline
  var bytes: MutableRawSpan
  @usableFromInline
  var position: Int

  @inlinable
  @_lifetime(copy bytes)
  init(_ bytes: consuming MutableRawSpan, at position: Int) {
    self.bytes = bytes
    self.position = position
  }

  @inlinable
  @_lifetime(self: copy self)
  mutating func byte(_ value: UInt8) {
    bytes.storeBytes(of: value, toByteOffset: position, as: UInt8.self)
    position &+= 1
  }

  @inlinable
  @_lifetime(self: copy self)
  mutating func varint(_ value: Int32) { varBits(VarintSize.zigzag(value)) }

  @inlinable
  @_lifetime(self: copy self)
  mutating func varlong(_ value: Int64) { varBits(VarintSize.zigzag(value)) }

  @inlinable
  @_lifetime(self: copy self)
  mutating func varBits(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      byte(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    byte(UInt8(truncatingIfNeeded: rest))
  }

  @inlinable
  @_lifetime(self: copy self)
  mutating func run(_ source: RawSpan) {
    let count = source.byteCount
    precondition(count <= bytes.byteCount &- position)
    let at = position
    // The precondition above keeps the copy inside.
    unsafe bytes.withUnsafeMutableBytes { target in
      unsafe source.withUnsafeBytes { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        unsafe to.advanced(by: at).copyMemory(from: from, byteCount: count)
      }
    }
    position &+= count
  }
}

/// How many bytes varints take.
@usableFromInline
enum VarintSize {
  @inlinable
  static func zigzag(_ value: Int32) -> UInt64 {
    UInt64(UInt32(bitPattern: (value &<< 1) ^ (value &>> 31)))
  }

  @inlinable
  static func zigzag(_ value: Int64) -> UInt64 {
    UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))
  }

  /// One byte for each seven bits begun.
  @inlinable
  static func of(_ bits: UInt64) -> Int {
    let width = 64 &- (bits | 1).leadingZeroBitCount
    return (width &* 9 &+ 64) &>> 6
  }

  /// A length or count, which is never negative here.
  @inlinable
  static func of(length: Int) -> Int { of(zigzag(Int64(length))) }
}
