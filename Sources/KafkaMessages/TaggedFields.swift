import KafkaFormat

/// The tagged fields of one structure, gathered before their count is known.
struct TaggedFields {
  private var fields: [(tag: UInt32, value: [UInt8])] = []

  /// Adds one field; tags come in ascending order.
  mutating func add(_ tag: UInt32, _ write: (inout ByteWriter) -> Void) {
    var writer = ByteWriter(reserving: 32)
    write(&writer)
    fields.append((tag, writer.finish()))
  }

  func write(to writer: inout ByteWriter) {
    writer.taggedFieldCount(fields.count)
    for field in fields { writer.taggedField(field.tag, field.value) }
  }
}

extension ByteReader {
  /// Throws unless a tagged field took exactly the bytes that it announced.
  func expectTaggedFieldEnd(_ end: Int) throws(FormatError) {
    if position != end { throw .invalid("a tagged field is not as long as it says") }
  }
}
