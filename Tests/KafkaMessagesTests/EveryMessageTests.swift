import KafkaFormat
import KafkaMessages
import Testing

/// What holds for every message at every version.
@Suite("Every message")
struct EveryMessageTests {
  private func eachVersion<T: RandomMessage>(
    of type: T.Type, seeds: Int, _ body: (T, [UInt8], Int16) throws -> Void
  ) rethrows {
    for version in T.versions {
      for seed in 0..<seeds {
        var source = RandomSource(seed: UInt64(version) << 32 | UInt64(seed))
        let message = T.random(version: version, from: &source)
        try body(message, message.bytes(version: version), version)
      }
    }
  }

  private func read<T: RandomMessage>(_ type: T.Type, _ bytes: [UInt8], _ version: Int16) throws
    -> (value: T, remaining: Int)
  {
    var reader = ByteReader(bytes.rawSpan)
    let value = try T(from: &reader, version: version)
    return (value, reader.remaining)
  }

  @Test("what was written is read back, to the last byte", arguments: 0..<allMessages.count)
  func roundTrip(index: Int) throws {
    func check<T: RandomMessage>(_ type: T.Type) throws {
      try eachVersion(of: type, seeds: 20) { message, bytes, version in
        let (value, remaining) = try read(type, bytes, version)
        #expect(value == message, "\(type) v\(version)")
        #expect(remaining == 0, "\(type) v\(version)")
        #expect(message.unsupportedField(in: version) == nil, "\(type) v\(version)")
      }
    }
    try check(allMessages[index])
  }

  @Test("defaults are what every version can carry", arguments: 0..<allMessages.count)
  func defaults(index: Int) throws {
    func check<T: RandomMessage>(_ type: T.Type) throws {
      for version in T.versions {
        let (value, remaining) = try read(type, T().bytes(version: version), version)
        #expect(value == T() && remaining == 0, "\(type) v\(version)")
        #expect(T().unsupportedField(in: version) == nil, "\(type) v\(version)")
      }
    }
    try check(allMessages[index])
  }

  @Test("bytes cut off anywhere throw", arguments: 0..<allMessages.count)
  func truncation(index: Int) {
    func check<T: RandomMessage>(_ type: T.Type) {
      eachVersion(of: type, seeds: 2) { _, bytes, version in
        for count in bytes.indices {
          #expect(throws: FormatError.self, "\(type) v\(version) cut at \(count)") {
            try read(type, Array(bytes[..<count]), version)
          }
        }
      }
    }
    check(allMessages[index])
  }

  @Test(
    "bytes changed anywhere throw or are read, and never trap", arguments: 0..<allMessages.count)
  func corruption(index: Int) {
    func check<T: RandomMessage>(_ type: T.Type) {
      eachVersion(of: type, seeds: 3) { _, bytes, version in
        for place in bytes.indices {
          for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
            var changed = bytes
            changed[place] = value
            _ = try? read(type, changed, version)
          }
        }
      }
    }
    check(allMessages[index])
  }

  @Test("tagged fields that are not known are passed over", arguments: 0..<allMessages.count)
  func unknownTaggedFields(index: Int) throws {
    func check<T: RandomMessage>(_ type: T.Type) throws {
      for version in T.versions where version >= T.firstFlexibleVersion {
        // Without values that need a tag, the last byte is the count of tagged fields.
        var bytes = T().bytes(version: version)
        #expect(bytes.last == 0)
        bytes.removeLast()
        bytes += [2, 0x80, 0x40, 3, 1, 2, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0]
        let (value, remaining) = try read(type, bytes, version)
        #expect(value == T() && remaining == 0, "\(type) v\(version)")
      }
    }
    try check(allMessages[index])
  }
}
