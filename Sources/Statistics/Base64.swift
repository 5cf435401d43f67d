/// RFC 4648 base64 with padding.
enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let left = bytes.count - index
      let word =
        Int(bytes[index]) << 16 | (left > 1 ? Int(bytes[index + 1]) << 8 : 0)
        | (left > 2 ? Int(bytes[index + 2]) : 0)
      text.append(alphabet[word >> 18])
      text.append(alphabet[word >> 12 & 63])
      text.append(left > 1 ? alphabet[word >> 6 & 63] : UInt8(ascii: "="))
      text.append(left > 2 ? alphabet[word & 63] : UInt8(ascii: "="))
      index += 3
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// - Returns: Nil where the text is not base64.
  static func bytes(_ text: String) -> [UInt8]? {
    let letters = Array(text.utf8)
    guard letters.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(letters.count / 4 * 3)
    var index = 0
    while index < letters.count {
      let isLast = index + 4 == letters.count
      let padding =
        isLast && letters[index + 3] == UInt8(ascii: "=")
        ? (letters[index + 2] == UInt8(ascii: "=") ? 2 : 1) : 0
      var word = 0
      for place in 0..<4 {
        guard place < 4 - padding else {
          word <<= 6
          continue
        }
        guard let value = value(of: letters[index + place]) else { return nil }
        word = word << 6 | value
      }
      bytes.append(UInt8(truncatingIfNeeded: word >> 16))
      if padding < 2 { bytes.append(UInt8(truncatingIfNeeded: word >> 8)) }
      if padding < 1 { bytes.append(UInt8(truncatingIfNeeded: word)) }
      index += 4
    }
    return bytes
  }

  private static func value(of letter: UInt8) -> Int? {
    switch letter {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(letter) - 65
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(letter) - 71
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(letter) + 4
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
