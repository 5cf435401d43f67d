import Testing

@testable import KafkaFormat

/// Each form was sent to a broker of Apache Kafka 4.3.1 and read with its Java client: `accepts`
/// is what both did.
@Suite("What Java's clients can read of compressed records")
struct JavaReadabilityTests {
  struct Form: Sendable, CustomTestStringConvertible {
    var name: String
    var codec: CompressionCodec
    var accepts: Bool
    /// Puts the bytes of records into the form.
    var write: @Sendable ([UInt8]) -> [UInt8]

    var testDescription: String { "\(codec.name) \(name)" }
  }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// A frame with its blocks stored as they are, in pieces of 40 bytes.
  private static func lz4(
    _ bytes: [UInt8], flags: UInt8, checksum: UInt8, extra: [UInt8] = []
  ) -> [UInt8] {
    var frame: [UInt8] = [0x04, 0x22, 0x4d, 0x18, flags, 0x40]
    frame += extra
    frame.append(checksum)
    var rest = bytes[...]
    while !rest.isEmpty {
      let block = rest.prefix(40)
      rest = rest.dropFirst(40)
      frame += little(block.count | 0x8000_0000, 4) + block
    }
    return frame + [0, 0, 0, 0]
  }

  private static func lz4(_ bytes: [UInt8]) -> [UInt8] { lz4(bytes, flags: 0x60, checksum: 0x82) }

  /// A frame of one raw block.
  private static func zstd(_ bytes: [UInt8], windowLog: UInt8) -> [UInt8] {
    let head: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3]
    return head + little(bytes.count << 3 | 1, 3) + bytes
  }

  private static let skippable: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]

  /// A member whose head has a checksum, off by `error`, and one stored block.
  private static func gzip(_ bytes: [UInt8], error: UInt8) -> [UInt8] {
    var member: [UInt8] = [0x1f, 0x8b, 8, 2, 0, 0, 0, 0, 0, 255]
    member += [0x90 ^ error, 0xc9]
    let count = little(bytes.count, 2)
    member.append(1)
    member += count
    member += count.map { ~$0 }
    member += bytes
    member += little(Int(crc32(bytes)), 4)
    return member + little(bytes.count, 4)
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc = ~UInt32(0)
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB8_8320 }
    }
    return ~crc
  }

  static let all: [Form] = [
    Form(name: "independent blocks", codec: .lz4, accepts: true) { lz4($0) },
    Form(name: "linked blocks", codec: .lz4, accepts: false) {
      lz4($0, flags: 0x40, checksum: 0xc0)
    },
    Form(name: "a dictionary", codec: .lz4, accepts: false) {
      lz4($0, flags: 0x61, checksum: 0xd0, extra: [1, 0, 0, 0])
    },
    Form(name: "two frames", codec: .lz4, accepts: false) {
      lz4(Array($0.prefix(30))) + lz4(Array($0.dropFirst(30)))
    },
    Form(name: "an empty frame first", codec: .lz4, accepts: false) { lz4([]) + lz4($0) },
    Form(name: "a skippable frame first", codec: .lz4, accepts: false) { skippable + lz4($0) },
    Form(name: "a window of 128 MiB", codec: .zstd, accepts: true) { zstd($0, windowLog: 27) },
    Form(name: "a window of 256 MiB", codec: .zstd, accepts: false) { zstd($0, windowLog: 28) },
    Form(name: "a window of 2 GiB", codec: .zstd, accepts: false) { zstd($0, windowLog: 31) },
    Form(name: "two frames, the second too wide", codec: .zstd, accepts: false) {
      zstd(Array($0.prefix(30)), windowLog: 20) + zstd(Array($0.dropFirst(30)), windowLog: 28)
    },
    Form(name: "two frames", codec: .zstd, accepts: true) {
      zstd(Array($0.prefix(30)), windowLog: 20) + zstd(Array($0.dropFirst(30)), windowLog: 20)
    },
    Form(name: "a skippable frame first", codec: .zstd, accepts: true) {
      skippable + zstd($0, windowLog: 20)
    },
    Form(name: "a checksum of the head", codec: .gzip, accepts: true) { gzip($0, error: 0) },
    Form(name: "a wrong checksum of the head", codec: .gzip, accepts: false) {
      gzip($0, error: 1)
    },
  ]

  @Test("the broker takes what Java reads, and refuses the rest", arguments: all)
  func validation(form: Form) throws {
    let plain = try ValidatorTests.batch(RecordBatchOptions(codec: .none))
    var batch = Array(plain.prefix(RecordBatchHeader.size))
    batch += form.write(Array(plain.dropFirst(RecordBatchHeader.size)))
    batch[22] = form.codec.rawValue
    let length = batch.count - RecordBatchHeader.logOverhead
    for index in 0..<4 { batch[8 + index] = UInt8(length >> (24 - 8 * index) & 0xff) }
    let crc = RecordBatch.checksum(of: batch.rawSpan)
    for index in 0..<4 { batch[17 + index] = UInt8(truncatingIfNeeded: crc >> (24 - 8 * index)) }

    let error = ValidatorTests.error(batch)
    #expect((error == nil) == form.accepts, "\(String(describing: error))")
    if let error { #expect(error.errorCode == .invalidRecord) }
  }

  @Test("frames cut short throw and never trap", arguments: all)
  func cutShort(form: Form) {
    let bytes = form.write((0..<100).map { UInt8($0) })
    for count in 0..<bytes.count {
      let cut = Array(bytes.prefix(count))
      _ = try? JavaReadability.check(cut.rawSpan, codec: form.codec)
    }
  }
}
