/// A fast generator with a seed, so that payloads and keys can be made again.
///
/// - Source: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators").
public struct SeededRandom: RandomNumberGenerator, Sendable {
  @usableFromInline var state: UInt64

  @inlinable
  public init(seed: UInt64) { state = seed }

  @inlinable
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// The share of 0 … 1, without 1.
  @inlinable
  public mutating func nextShare() -> Double {
    Double(next() >> 11) * 0x1p-53
  }
}
