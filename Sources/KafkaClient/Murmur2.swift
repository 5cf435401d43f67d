/// The hash by which Java's producer chooses a partition from a key.
///
/// - Source: Austin Appleby's MurmurHash2, 32-bit, seed 0x9747b28c, as Apache Kafka
///   `Utils.murmur2` computes it.
public enum Murmur2 {
  /// The hash of `key`, as Java's signed result reinterpreted.
  @inlinable
  public static func hash(_ key: RawSpan) -> UInt32 {
    let m: UInt32 = 0x5bd1_e995
    let count = key.byteCount
    var h: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: count)
    let words = count &>> 2
    for word in 0..<words {
      // `word` is below a quarter of the count: four bytes are there.
      var k = UInt32(
        littleEndian: unsafe key.unsafeLoadUnaligned(fromByteOffset: word &* 4, as: UInt32.self))
      k = k &* m
      k ^= k &>> 24
      k = k &* m
      h = h &* m
      h ^= k
    }
    let tail = words &* 4
    let rest = count &- tail
    if rest > 0 {
      for index in (0..<rest).reversed() {
        let byte = unsafe key.unsafeLoad(fromByteOffset: tail &+ index, as: UInt8.self)
        h ^= UInt32(byte) &<< UInt32(8 &* index)
      }
      h = h &* m
    }
    h ^= h &>> 13
    h = h &* m
    h ^= h &>> 15
    return h
  }

  /// The partition for `key`: the hash without its sign, modulo the count.
  @inlinable
  public static func partition(key: RawSpan, count: Int32) -> Int32 {
    Int32(hash(key) & 0x7fff_ffff) % count
  }
}
