/// Text, byte fields, array counts and tagged fields; `compact:` as in `ByteReader`.
extension ByteWriter {
  // MARK: Text

  /// A string. The old form has a 16-bit length: text longer than 32,767 bytes is cut there, at
  /// the start of a character.
  public mutating func string(_ value: String, compact: Bool = false) {
    var text = Substring(value)
    if !compact, text.utf8.count > Int(Int16.max) {
      let utf8 = text.utf8
      var end = utf8.index(utf8.startIndex, offsetBy: Int(Int16.max))
      while utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
      text = text[..<end]
    }
    let count = text.utf8.count
    if compact { unsignedVarint(UInt32(count) + 1) } else { int16(Int16(count)) }
    raw(utf8: text.utf8)
  }

  /// A nullable string.
  public mutating func nullableString(_ value: String?, compact: Bool = false) {
    guard let value else {
      if compact { unsignedVarint(0) } else { int16(-1) }
      return
    }
    string(value, compact: compact)
  }

  // MARK: Byte fields

  /// A byte field.
  public mutating func byteArray(_ value: [UInt8], compact: Bool = false) {
    wideLength(value.count, compact: compact)
    raw(value)
  }

  /// A byte field from bytes in place.
  public mutating func byteSpan(_ value: RawSpan, compact: Bool = false) {
    wideLength(value.byteCount, compact: compact)
    raw(value)
  }

  /// A nullable byte field.
  public mutating func nullableByteArray(_ value: [UInt8]?, compact: Bool = false) {
    wideLength(value?.count, compact: compact)
    if let value { raw(value) }
  }

  /// The head of a byte field or an array; `nil` is null.
  public mutating func wideLength(_ count: Int?, compact: Bool) {
    if compact {
      unsignedVarint(count.map { UInt32($0) + 1 } ?? 0)
    } else {
      int32(count.map { Int32($0) } ?? -1)
    }
  }

  // MARK: Arrays

  /// The count before an array's elements; `nil` is a null array.
  public mutating func arrayCount(_ count: Int?, compact: Bool = false) {
    wideLength(count, compact: compact)
  }

  // MARK: Tagged fields

  /// A block without tagged fields.
  public mutating func noTaggedFields() { uint8(0) }

  /// The count that opens a block of tagged fields; they follow in ascending order of their tags.
  public mutating func taggedFieldCount(_ count: Int) { unsignedVarint(UInt32(count)) }

  /// One tagged field, written by itself beforehand.
  public mutating func taggedField(_ tag: UInt32, _ value: [UInt8]) {
    unsignedVarint(tag)
    unsignedVarint(UInt32(value.count))
    raw(value)
  }
}
