import KafkaFormat

/// The fields of messages: the input is a script of calls, each followed by what it reads.
func readFieldScript(_ bytes: [UInt8]) {
  var reader = ByteReader(bytes.rawSpan)
  try? readFields(&reader)
  if let id = KafkaUUID(String(decoding: bytes, as: UTF8.self)) {
    precondition(Array(id.description.utf8) == bytes, "an id's text changed")
  }
}

private func readFields(_ reader: inout ByteReader) throws(FormatError) {
  while reader.remaining > 0 {
    let choice = try reader.uint8()
    let compact = choice & 0x80 != 0
    switch choice & 0x0f {
    case 0: _ = try reader.string(compact: compact)
    case 1: _ = try reader.nullableString(compact: compact)
    case 2: _ = try reader.byteArray(compact: compact)
    case 3: _ = try reader.nullableByteArray(compact: compact)
    case 4:
      let count = try reader.arrayCount(minimumElementSize: 4, compact: compact)
      precondition(count <= reader.remaining / 4)
    case 5: _ = try reader.nullableArrayCount(compact: compact)
    case 6: try reader.skipTaggedFields()
    case 7: _ = try reader.varint()
    case 8: _ = try reader.varlong()
    case 9: _ = try reader.unsignedVarint()
    case 10: _ = try reader.uuid()
    case 11: _ = try reader.float64()
    case 12: _ = try reader.taggedFieldHeader()
    case 13: try reader.skip(Int(try reader.int32()))
    case 14: _ = try reader.span(Int(try reader.int32())).byteCount
    default: _ = try reader.int64()
    }
  }
}
