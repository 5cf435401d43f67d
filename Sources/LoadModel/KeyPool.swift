/// Keys made before the clock starts.
///
/// A key is the decimal digits of its number, padded with zeros (its last digits, where there is
/// no room for all), so that it can be read in any consumer.
public struct KeyPool: Sendable {
  public let size: Int
  /// How many different keys there are; 0 for records without keys.
  public let count: Int
  @usableFromInline let bytes: [UInt8]
  /// The keys' order, which begins again after its end; empty is 0, 1, 2, …
  @usableFromInline let order: [UInt32]
  @usableFromInline var position: Int
  @usableFromInline var number: Int

  /// How many draws are made beforehand.
  static let drawCount = 1 << 20

  public init(_ distribution: KeyDistribution, count: Int, size: Int, seed: UInt64) {
    let count = distribution == .none ? 0 : max(1, count)
    self.count = count
    self.size = max(1, size)
    bytes = Self.digits(count: count, size: max(1, size))
    var random = SeededRandom(seed: seed)
    switch distribution {
    case .none, .sequential:
      order = []
    case .random:
      order = (0..<Self.drawCount).map { _ in UInt32(random.next() % UInt64(count)) }
    case .zipf(let exponent):
      order = Self.zipf(count: count, exponent: exponent, random: &random)
    }
    position = order.isEmpty ? count - 1 : order.count - 1
    number = 0
  }

  private static func digits(count: Int, size: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: UInt8(ascii: "0"), count: count * size)
    for key in 0..<count {
      var left = key
      var place = (key + 1) * size - 1
      while left > 0, place >= key * size {
        bytes[place] = UInt8(ascii: "0") + UInt8(left % 10)
        left /= 10
        place -= 1
      }
    }
    return bytes
  }

  /// Draws by the cumulated shares, key 0 the most frequent.
  private static func zipf(count: Int, exponent: Double, random: inout SeededRandom) -> [UInt32] {
    var cumulated: [Double] = []
    cumulated.reserveCapacity(count)
    var sum = 0.0
    for rank in 1...count {
      sum += power(Double(rank), -exponent)
      cumulated.append(sum)
    }
    return (0..<drawCount).map { _ in
      let share = random.nextShare() * sum
      var low = 0
      var high = count - 1
      while low < high {
        let middle = (low + high) / 2
        if cumulated[middle] > share { high = middle } else { low = middle + 1 }
      }
      return UInt32(low)
    }
  }

  /// Takes the next key. Not called where there are none.
  @inlinable
  public mutating func advance() {
    position &+= 1
    if order.isEmpty {
      if position == count { position = 0 }
      number = position
    } else {
      if position == order.count { position = 0 }
      number = Int(order[position])
    }
  }

  /// The bytes of the key that `advance` took.
  @inlinable
  public var key: RawSpan {
    @_lifetime(borrow self)
    borrowing get { bytes.bytesInPlace.extracting(number &* size..<(number &+ 1) &* size) }
  }
}
