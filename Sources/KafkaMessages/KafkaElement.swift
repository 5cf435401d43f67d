import KafkaFormat

/// A primitive that stands in an array.
protocol KafkaElement: Sendable {
  static func minimumSize(compact: Bool) -> Int
  @_lifetime(reader: copy reader)
  static func read(from reader: inout ByteReader, compact: Bool) throws(FormatError) -> Self
  func write(to writer: inout ByteWriter, compact: Bool)
}

extension Int8: KafkaElement {
  static func minimumSize(compact: Bool) -> Int { 1 }
  @_lifetime(reader: copy reader)
  static func read(from reader: inout ByteReader, compact: Bool) throws(FormatError) -> Int8 {
    try reader.int8()
  }
  func write(to writer: inout ByteWriter, compact: Bool) { writer.int8(self) }
}

extension Int16: KafkaElement {
  static func minimumSize(compact: Bool) -> Int { 2 }
  @_lifetime(reader: copy reader)
  static func read(from reader: inout ByteReader, compact: Bool) throws(FormatError) -> Int16 {
    try reader.int16()
  }
  func write(to writer: inout ByteWriter, compact: Bool) { writer.int16(self) }
}

extension Int32: KafkaElement {
  static func minimumSize(compact: Bool) -> Int { 4 }
  @_lifetime(reader: copy reader)
  static func read(from reader: inout ByteReader, compact: Bool) throws(FormatError) -> Int32 {
    try reader.int32()
  }
  func write(to writer: inout ByteWriter, compact: Bool) { writer.int32(self) }
}

extension Int64: KafkaElement {
  static func minimumSize(compact: Bool) -> Int { 8 }
  @_lifetime(reader: copy reader)
  static func read(from reader: inout ByteReader, compact: Bool) throws(FormatError) -> Int64 {
    try reader.int64()
  }
  func write(to writer: inout ByteWriter, compact: Bool) { writer.int64(self) }
}

extension String: KafkaElement {
  static func minimumSize(compact: Bool) -> Int { compact ? 1 : 2 }
  @_lifetime(reader: copy reader)
  static func read(from reader: inout ByteReader, compact: Bool) throws(FormatError) -> String {
    try reader.string(compact: compact)
  }
  func write(to writer: inout ByteWriter, compact: Bool) { writer.string(self, compact: compact) }
}

extension KafkaUUID: KafkaElement {
  static func minimumSize(compact: Bool) -> Int { 16 }
  @_lifetime(reader: copy reader)
  static func read(from reader: inout ByteReader, compact: Bool) throws(FormatError) -> KafkaUUID {
    try reader.uuid()
  }
  func write(to writer: inout ByteWriter, compact: Bool) { writer.uuid(self) }
}
