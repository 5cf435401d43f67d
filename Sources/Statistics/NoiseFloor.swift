/// The largest difference that two identical things show on this machine, measured as others are.
public enum NoiseFloor {
  /// - Parameters:
  ///   - ratios: Logarithms of ratios of pairs of runs of the same thing (A/A), taken in turns.
  ///   - confidence: How much of what chance does lies below.
  /// - Returns: A logarithm of a ratio, at least 0: the size that the middle mean of so many pairs
  ///   stays below. It holds what the pairs' own is off, too. Nil with fewer than three pairs.
  public static func ofPairs(
    _ ratios: [Double], confidence: Double = 0.95, resamples: Int = 2000, seed: UInt64 = 1
  ) -> Double? {
    guard ratios.count >= 3 else { return nil }
    let sizes = Bootstrap.middleMeans(of: ratios, resamples: resamples, seed: seed)
      .map(abs).sorted()
    return sizes[min(sizes.count - 1, Int(confidence * Double(sizes.count)))]
  }
}
