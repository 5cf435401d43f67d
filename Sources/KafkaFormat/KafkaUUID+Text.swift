/// The text form: the 16 bytes as URL-safe base64 without padding, 22 characters.
extension KafkaUUID: CustomStringConvertible {
  static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  public var description: String {
    var text: [UInt8] = []
    text.reserveCapacity(22)
    // 128 bits are 21 groups of six and one of two, which is filled up with zeros.
    for group in 0..<22 {
      text.append(Self.alphabet[sixBits(from: group * 6)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads the text form; `nil` unless it is exactly 22 characters of the alphabet whose last
  /// four bits are zero.
  public init?(_ text: String) {
    let utf8 = Array(text.utf8)
    guard utf8.count == 22 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for (index, character) in utf8.enumerated() {
      guard let digit = Self.alphabet.firstIndex(of: character) else { return nil }
      let last = index == 21
      if last, digit & 0xF != 0 { return nil }
      let width: UInt64 = last ? 2 : 6
      let bits = UInt64(last ? digit >> 4 : digit)
      high = high << width | low >> (64 - width)
      low = low << width | bits
    }
    self.init(high: high, low: low)
  }

  /// Six bits from bit `start`, counted from the most significant of the 128.
  private func sixBits(from start: Int) -> Int {
    var bits = 0
    for bit in start..<(start + 6) {
      let value =
        bit >= 128 ? 0 : bit < 64 ? high >> UInt64(63 - bit) & 1 : low >> UInt64(127 - bit) & 1
      bits = bits << 1 | Int(value)
    }
    return bits
  }
}

extension KafkaUUID {
  /// A random id, never zero, whose text does not start with `-` (as Kafka makes them, so that
  /// it may be an argument of a command).
  public static func random() -> KafkaUUID {
    var generator = SystemRandomNumberGenerator()
    return random(using: &generator)
  }

  public static func random(using generator: inout some RandomNumberGenerator) -> KafkaUUID {
    while true {
      // Version 4, variant 2, as RFC 9562 lays out random ids.
      let high = generator.next() & ~0xF000 | 0x4000
      let low = generator.next() & ~(0b11 << 62) | 0b10 << 62
      let id = KafkaUUID(high: high, low: low)
      if high >> 58 != 62 { return id }
    }
  }
}
