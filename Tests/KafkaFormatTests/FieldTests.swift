import KafkaFormat
import Testing

@Suite("Fields of messages")
struct FieldTests {
  @Test("fields of both encodings come back as they were written", arguments: [false, true])
  func roundTrip(compact: Bool) throws {
    var writer = ByteWriter()
    writer.string("grüße", compact: compact)
    writer.string("", compact: compact)
    writer.nullableString(nil, compact: compact)
    writer.byteArray([1, 2, 3], compact: compact)
    writer.nullableByteArray(nil, compact: compact)
    writer.arrayCount(2, compact: compact)
    writer.int16(1)
    writer.int16(2)
    writer.arrayCount(nil, compact: compact)
    writer.taggedFieldCount(2)
    writer.taggedField(0, [9])
    writer.taggedField(300, [UInt8](repeating: 7, count: 200))
    writer.noTaggedFields()
    let bytes = writer.finish()

    var reader = ByteReader(bytes.rawSpan)
    #expect(try reader.string(compact: compact) == "grüße")
    #expect(try reader.nullableString(compact: compact) == "")
    #expect(try reader.nullableString(compact: compact) == nil)
    #expect(try reader.byteArray(compact: compact) == [1, 2, 3])
    #expect(try reader.nullableByteArray(compact: compact) == nil)
    let count = try reader.arrayCount(minimumElementSize: 2, compact: compact)
    #expect(count == 2)
    try reader.skip(4)
    let absent = try reader.nullableArrayCount(compact: compact)
    #expect(absent == nil)
    try reader.skipTaggedFields()
    try reader.skipTaggedFields()
    #expect(reader.remaining == 0)
  }

  @Test("a hostile count throws before anybody reserves room for it", arguments: [false, true])
  func hostileCount(compact: Bool) {
    let bytes: [UInt8] = compact ? [0xff, 0xff, 0xff, 0xff, 0x0f, 1] : [0x7f, 0xff, 0xff, 0xff, 1]
    expectThrow(bytes) { (reader) throws(FormatError) in
      _ = try reader.arrayCount(compact: compact)
    }
    expectThrow(bytes) { (reader) throws(FormatError) in
      _ = try reader.byteArray(compact: compact)
    }
    expectThrow(bytes) { (reader) throws(FormatError) in
      _ = try reader.string(compact: compact)
    }
  }

  @Test("lengths below null, tags without bytes and bad UTF-8 throw")
  func malformed() {
    expectThrow([0xff, 0xfe]) { (reader) throws(FormatError) in _ = try reader.nullableString() }
    expectThrow([0xff, 0xff]) { (reader) throws(FormatError) in _ = try reader.string() }
    expectThrow([0, 1, 0xff]) { (reader) throws(FormatError) in _ = try reader.string() }
    expectThrow([1, 0, 9]) { (reader) throws(FormatError) in try reader.skipTaggedFields() }
    expectThrow([0xff, 0xff, 0xff, 0xff, 0x0f]) { (reader) throws(FormatError) in
      try reader.skipTaggedFields()
    }
  }

  @Test("text too long for a 16-bit length is cut at the start of a character")
  func longText() throws {
    var writer = ByteWriter()
    writer.string(String(repeating: "é", count: 20_000))
    let bytes = writer.finish()
    #expect(bytes.count == 2 + 32_766)
    var reader = ByteReader(bytes.rawSpan)
    #expect(try reader.string().utf8.count == 32_766)
  }

  private func expectThrow(
    _ bytes: [UInt8], _ body: (inout ByteReader) throws(FormatError) -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var reader = ByteReader(bytes.rawSpan)
    do {
      try body(&reader)
      Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch {}
  }
}

@Suite("Error codes")
struct ErrorCodeTests {
  @Test("the table is dense and its names are those of the protocol")
  func table() {
    #expect(ErrorCode.allKnown.count == 135)
    #expect(ErrorCode.unknownServerError.name == "UNKNOWN_SERVER_ERROR")
    #expect(ErrorCode.none.rawValue == 0)
    #expect(ErrorCode.unsupportedVersion.rawValue == 35)
    #expect(ErrorCode.unsupportedVersion.name == "UNSUPPORTED_VERSION")
    #expect(ErrorCode.shareSessionLimitReached.name == "SHARE_SESSION_LIMIT_REACHED")
    #expect(ErrorCode.allKnown.allSatisfy { !$0.message.isEmpty })
  }

  @Test("what may be tried again")
  func retries() {
    #expect(ErrorCode.notLeaderOrFollower.isRetriable)
    #expect(ErrorCode.notLeaderOrFollower.invalidatesMetadata)
    #expect(ErrorCode.requestTimedOut.isRetriable)
    #expect(!ErrorCode.requestTimedOut.invalidatesMetadata)
    #expect(!ErrorCode.messageTooLarge.isRetriable)
    #expect(!ErrorCode(rawValue: 999).isRetriable)
    #expect(ErrorCode(rawValue: 999).name == "ERROR_999")
  }
}

@Suite("Kafka UUID")
struct KafkaUUIDTests {
  @Test("text form and back", arguments: 0..<64)
  func roundTrip(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let id = KafkaUUID.random(using: &generator)
    #expect(id.description.utf8.count == 22)
    #expect(KafkaUUID(id.description) == id)
    #expect(!id.description.hasPrefix("-"))
  }

  @Test("known values")
  func knownValues() {
    #expect(KafkaUUID.zero.description == "AAAAAAAAAAAAAAAAAAAAAA")
    #expect(KafkaUUID(high: 0, low: 1).description == "AAAAAAAAAAAAAAAAAAAAAQ")
    #expect(KafkaUUID("AAAAAAAAAAAAAAAAAAAAAB") == nil)
    #expect(KafkaUUID("AAAAAAAAAAAAAAAAAAAAA") == nil)
    #expect(KafkaUUID("AAAAAAAAAAAAAAAAAAAA+A") == nil)
  }
}
