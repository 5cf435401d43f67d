/// Text, byte fields, array counts and tagged fields.
///
/// Every function takes `compact:` so that one call serves both encodings of a message:
/// the old one has a fixed-width length (−1 is null), the compact one an unsigned varint of the
/// length plus one (0 is null).
///
/// - Source: Kafka protocol guide, "Protocol Primitive Types"; KIP-482.
extension ByteReader {
  // MARK: Lengths

  /// The length of a string: `nil` is null.
  @inlinable
  @_lifetime(self: copy self)
  mutating func stringLength(compact: Bool) throws(FormatError) -> Int? {
    compact ? try compactLength() : try signedLength(Int(try int16()))
  }

  /// The length of a byte field or an array: `nil` is null.
  @inlinable
  @_lifetime(self: copy self)
  mutating func wideLength(compact: Bool) throws(FormatError) -> Int? {
    compact ? try compactLength() : try signedLength(Int(try int32()))
  }

  @inlinable
  @_lifetime(self: copy self)
  mutating func compactLength() throws(FormatError) -> Int? {
    let raw = try unsignedVarint()
    return raw == 0 ? nil : Int(raw) &- 1
  }

  @inlinable
  func signedLength(_ length: Int) throws(FormatError) -> Int? {
    if length == -1 { return nil }
    if length < 0 { throw .invalidLength(length) }
    return length
  }

  // MARK: Text

  @_lifetime(self: copy self)
  public mutating func string(compact: Bool = false) throws(FormatError) -> String {
    guard let length = try stringLength(compact: compact) else { throw .unexpectedNull }
    return try text(length)
  }

  @_lifetime(self: copy self)
  public mutating func nullableString(compact: Bool = false) throws(FormatError) -> String? {
    guard let length = try stringLength(compact: compact) else { return nil }
    return try text(length)
  }

  /// The next `count` bytes as UTF-8.
  @_lifetime(self: copy self)
  public mutating func text(_ count: Int) throws(FormatError) -> String {
    let run = try span(count)
    let text = unsafe run.withUnsafeBytes { unsafe String(validating: $0, as: UTF8.self) }
    guard let text else { throw .invalidText }
    return text
  }

  // MARK: Byte fields

  /// A byte field in place.
  @inlinable
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func byteSpan(compact: Bool = false) throws(FormatError) -> RawSpan {
    guard let length = try wideLength(compact: compact) else { throw .unexpectedNull }
    return try span(length)
  }

  /// A nullable byte field in place.
  @inlinable
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func nullableByteSpan(compact: Bool = false) throws(FormatError) -> RawSpan? {
    guard let length = try wideLength(compact: compact) else { return nil }
    return try span(length)
  }

  /// A byte field, copied; what is allocated is never more than what is there.
  @_lifetime(self: copy self)
  public mutating func byteArray(compact: Bool = false) throws(FormatError) -> [UInt8] {
    [UInt8](copying: try byteSpan(compact: compact))
  }

  /// A nullable byte field, copied.
  @_lifetime(self: copy self)
  public mutating func nullableByteArray(compact: Bool = false) throws(FormatError) -> [UInt8]? {
    guard let length = try wideLength(compact: compact) else { return nil }
    return [UInt8](copying: try span(length))
  }

  // MARK: Arrays

  /// How many elements follow. A count that the remaining bytes cannot hold throws, so that the
  /// caller may reserve room for it.
  ///
  /// - Parameter minimumElementSize: The least bytes that one element takes; at least 1.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func arrayCount(minimumElementSize: Int = 1, compact: Bool = false)
    throws(FormatError) -> Int
  {
    guard
      let count = try nullableArrayCount(
        minimumElementSize: minimumElementSize, compact: compact)
    else { throw .unexpectedNull }
    return count
  }

  /// How many elements follow; `nil` is a null array.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func nullableArrayCount(minimumElementSize: Int = 1, compact: Bool = false)
    throws(FormatError) -> Int?
  {
    guard let count = try wideLength(compact: compact) else { return nil }
    if count > remaining / max(1, minimumElementSize) { throw .invalidLength(count) }
    return count
  }

  // MARK: Tagged fields

  /// How many tagged fields follow; each takes at least two bytes.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func taggedFieldCount() throws(FormatError) -> Int {
    let count = Int(try unsignedVarint())
    if count > remaining / 2 { throw .invalidLength(count) }
    return count
  }

  /// The head of one tagged field; its `size` bytes follow, and are there.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func taggedFieldHeader() throws(FormatError) -> (tag: UInt32, size: Int) {
    let tag = try unsignedVarint()
    let size = Int(try unsignedVarint())
    try require(size)
    return (tag, size)
  }

  /// Passes over a whole block of tagged fields.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func skipTaggedFields() throws(FormatError) {
    let count = try taggedFieldCount()
    for _ in 0..<count { try skip(try taggedFieldHeader().size) }
  }
}
