extension Histogram {
  private static let cookieV2: UInt32 = 0x1c84_9313
  private static let headerSize = 40

  /// HdrHistogram's V2 encoding, not compressed.
  ///
  /// Layout, big-endian:
  /// ```
  /// [cookie u32 | payload bytes i32 | normalizing offset i32 = 0 | digits i32
  ///  | lowest i64 | highest i64 | conversion ratio f64 = 1 | payload]
  /// ```
  /// The payload is a row of zigzag LEB128 numbers of at most 9 bytes (the ninth holds 8 bits): a
  /// count, or, negative, how many cells of zero follow each other.
  public func encodedV2() -> [UInt8] {
    var payload: [UInt8] = []
    let used = usedCells
    if used.lowerBound > 0 { Self.appendVarint(-Int64(used.lowerBound), to: &payload) }
    var index = used.lowerBound
    while index < used.upperBound {
      if counts[index] == 0 {
        var zeros: Int64 = 0
        while counts[index] == 0 {
          zeros += 1
          index += 1
        }
        Self.appendVarint(-zeros, to: &payload)
      } else {
        Self.appendVarint(counts[index], to: &payload)
        index += 1
      }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.headerSize + payload.count)
    Self.appendBigEndian(Self.cookieV2, to: &bytes)
    Self.appendBigEndian(UInt32(payload.count), to: &bytes)
    Self.appendBigEndian(UInt32(0), to: &bytes)
    Self.appendBigEndian(UInt32(significantDigits), to: &bytes)
    Self.appendBigEndian(UInt64(lowestDiscernible), to: &bytes)
    Self.appendBigEndian(UInt64(highestTrackable), to: &bytes)
    Self.appendBigEndian((1.0).bitPattern, to: &bytes)
    return bytes + payload
  }

  /// Reads what `encodedV2` (or another implementation) wrote.
  ///
  /// `min` and `max` are then known to the digits that are kept only.
  public init(encodedV2 bytes: [UInt8]) throws(HistogramError) {
    guard bytes.count >= Self.headerSize else { throw .truncated }
    let cookie = UInt32(Self.bigEndian(bytes, at: 0, size: 4))
    guard cookie == Self.cookieV2 else { throw .unknownCookie(cookie) }
    let payloadSize = Self.bigEndian(bytes, at: 4, size: 4)
    guard payloadSize == UInt64(bytes.count - Self.headerSize) else { throw .truncated }
    guard Self.bigEndian(bytes, at: 8, size: 4) == 0 else { throw .impossible("offset") }
    let digits = Self.bigEndian(bytes, at: 12, size: 4)
    let lowest = Int64(bitPattern: Self.bigEndian(bytes, at: 16, size: 8))
    let highest = Int64(bitPattern: Self.bigEndian(bytes, at: 24, size: 8))
    guard (1...5).contains(digits) else { throw .impossible("digits") }
    guard lowest >= 1, lowest < 1 << 40, highest / 2 >= lowest else { throw .impossible("range") }
    self.init(
      lowestDiscernible: lowest, highestTrackable: highest, significantDigits: Int(digits))
    try decodeCounts(bytes)
  }

  private mutating func decodeCounts(_ bytes: [UInt8]) throws(HistogramError) {
    var position = Self.headerSize
    var index = 0
    while position < bytes.count {
      let number = try Self.varint(bytes, &position)
      if number < 0 {
        guard number > Int64.min, -number <= Int64(counts.count - index) else {
          throw .impossible("zeros")
        }
        index += Int(-number)
        continue
      }
      guard index < counts.count else { throw .impossible("cells") }
      let sum = recordedCount.addingReportingOverflow(number)
      guard !sum.overflow else { throw .impossible("count") }
      if number > 0 {
        let lowest = value(at: index)
        minSeen = Swift.min(minSeen, lowest)
        maxSeen = Swift.max(maxSeen, highestEquivalent(lowest))
      }
      counts[index] = number
      recordedCount = sum.partialValue
      index += 1
    }
  }

  /// Takes over what the counts alone do not tell.
  ///
  /// - Throws: Where `min` or `max` are not in the cells in which the counts begin and end.
  mutating func restore(
    min: Int64?, max: Int64?, negativeCount: Int64, negativeMin: Int64, aboveHighestCount: Int64
  ) throws(HistogramError) {
    if totalCount > 0 {
      let cells = usedCells
      guard let min, let max, min >= 0, max >= min,
        index(of: Swift.min(min, highestTrackable)) == cells.lowerBound,
        index(of: Swift.min(max, highestTrackable)) == cells.upperBound - 1
      else { throw .impossible("min or max") }
      minSeen = min
      maxSeen = max
    }
    guard negativeCount >= 0, aboveHighestCount >= 0, negativeMin <= 0 else {
      throw .impossible("counts")
    }
    self.negativeCount = negativeCount
    self.negativeMin = negativeMin
    self.aboveHighestCount = aboveHighestCount
  }

  private static func appendVarint(_ value: Int64, to bytes: inout [UInt8]) {
    var left = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    for _ in 0..<8 {
      if left < 0x80 {
        bytes.append(UInt8(left))
        return
      }
      bytes.append(UInt8(left & 0x7f) | 0x80)
      left >>= 7
    }
    bytes.append(UInt8(left))
  }

  private static func varint(_ bytes: [UInt8], _ position: inout Int) throws(HistogramError)
    -> Int64
  {
    var value: UInt64 = 0
    for place in 0..<9 {
      guard position < bytes.count else { throw .truncated }
      let byte = bytes[position]
      position += 1
      if place == 8 {
        value |= UInt64(byte) << 56
        break
      }
      value |= UInt64(byte & 0x7f) << UInt64(7 * place)
      if byte < 0x80 { break }
    }
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  private static func appendBigEndian<Word: FixedWidthInteger & UnsignedInteger>(
    _ word: Word, to bytes: inout [UInt8]
  ) {
    for shift in stride(from: Word.bitWidth - 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: word >> Word(shift)))
    }
  }

  private static func bigEndian(_ bytes: [UInt8], at position: Int, size: Int) -> UInt64 {
    bytes[position..<position + size].reduce(0) { $0 << 8 | UInt64($1) }
  }
}
