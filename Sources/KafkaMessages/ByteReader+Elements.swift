import KafkaFormat

/// Arrays and structures, as generated code reads them.
///
/// A null where only an array may be is read as an empty one: some clients send it.
/// Room is reserved for at most `reserveLimit` elements: a count is bounded by the bytes that
/// remain, but an element in memory may be far larger than on the wire.
extension ByteReader {
  private static var reserveLimit: Int { 64 }

  @_lifetime(self: copy self)
  mutating func errorCode() throws(FormatError) -> ErrorCode { ErrorCode(rawValue: try int16()) }

  // MARK: Structures

  @_lifetime(self: copy self)
  mutating func structure<T: KafkaStruct>(_ type: T.Type, version: Int16) throws(FormatError) -> T {
    try T(from: &self, version: version)
  }

  /// A structure behind one byte that says whether it is there (negative: null).
  @_lifetime(self: copy self)
  mutating func nullableStructure<T: KafkaStruct>(_ type: T.Type, version: Int16)
    throws(FormatError) -> T?
  {
    try int8() < 0 ? nil : try T(from: &self, version: version)
  }

  @_lifetime(self: copy self)
  mutating func structures<T: KafkaStruct>(
    _ type: T.Type, minimumSize: Int, version: Int16, compact: Bool = false
  ) throws(FormatError) -> [T] {
    try nullableStructures(type, minimumSize: minimumSize, version: version, compact: compact) ?? []
  }

  @_lifetime(self: copy self)
  mutating func nullableStructures<T: KafkaStruct>(
    _ type: T.Type, minimumSize: Int, version: Int16, compact: Bool = false
  ) throws(FormatError) -> [T]? {
    let count = try nullableArrayCount(minimumElementSize: minimumSize, compact: compact)
    guard let count else { return nil }
    var values: [T] = []
    values.reserveCapacity(min(count, Self.reserveLimit))
    for _ in 0..<count { values.append(try T(from: &self, version: version)) }
    return values
  }

  // MARK: Primitives

  @_lifetime(self: copy self)
  mutating func elements<T: KafkaElement>(_ type: T.Type, compact: Bool = false)
    throws(FormatError) -> [T]
  {
    try nullableElements(type, compact: compact) ?? []
  }

  @_lifetime(self: copy self)
  mutating func nullableElements<T: KafkaElement>(_ type: T.Type, compact: Bool = false)
    throws(FormatError) -> [T]?
  {
    let size = T.minimumSize(compact: compact)
    let count = try nullableArrayCount(minimumElementSize: size, compact: compact)
    guard let count else { return nil }
    var values: [T] = []
    values.reserveCapacity(min(count, Self.reserveLimit))
    for _ in 0..<count { values.append(try T.read(from: &self, compact: compact)) }
    return values
  }
}
