import KafkaFormat
import Testing

@Suite("CRC-32C")
struct CRC32CTests {
  /// Bit by bit, as the definition says.
  private func reference(_ bytes: ArraySlice<UInt8>, seed: UInt32) -> UInt32 {
    var register = ~seed
    for byte in bytes {
      register ^= UInt32(byte)
      for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 1 ? 0x82F6_3B78 : 0) }
    }
    return ~register
  }

  @Test("the check value of the catalogue: 123456789 gives E3069283")
  func catalogueValue() {
    let bytes = Array("123456789".utf8)
    #expect(CRC32C.checksum(bytes.rawSpan) == 0xE306_9283)
    let none: [UInt8] = []
    #expect(CRC32C.checksum(none.rawSpan, seed: 7) == 7)
  }

  @Test("it agrees with the definition on any length, alignment and seed")
  func definition() {
    var generator = SplitMix64(seed: 11)
    let bytes = generator.bytes(60_000)
    var lengths = Array(0...800)
    lengths += (0..<20).map { _ in Int.random(in: 800...59_900, using: &generator) }
    for length in lengths {
      let start = Int.random(in: 0...70, using: &generator)
      let seed = UInt32.random(in: .min ... .max, using: &generator)
      let range = start..<(start + length)
      let found = CRC32C.checksum(bytes.rawSpan.extracting(range), seed: seed)
      if found != reference(bytes[range], seed: seed) {
        Issue.record("differs at length \(length), start \(start), seed \(seed)")
      }
    }
  }

  @Test("the checksum of two runs is that of the second, seeded with the first's")
  func seeding() {
    var generator = SplitMix64(seed: 12)
    let bytes = generator.bytes(10_000)
    let whole = CRC32C.checksum(bytes.rawSpan)
    for cut in [0, 1, 63, 4096, 9_999, 10_000] {
      let first = CRC32C.checksum(bytes.rawSpan.extracting(0..<cut))
      #expect(CRC32C.checksum(bytes.rawSpan.extracting(cut..<10_000), seed: first) == whole)
    }
  }
}
