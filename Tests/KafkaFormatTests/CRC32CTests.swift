import KafkaFormat
import Testing

@Suite("CRC-32C")
struct CRC32CTests {
  @Test(
    "the check value of the catalogue: 123456789 gives E3069283",
    arguments: CRC32C.Path.allCases.filter(\.isAvailable))
  func catalogueValue(path: CRC32C.Path) {
    let bytes = Array("123456789".utf8)
    #expect(CRC32C.checksum(bytes.rawSpan, path: path) == 0xE306_9283)
    #expect(CRC32C.checksum(bytes.rawSpan) == 0xE306_9283)
  }

  @Test(
    "every path agrees with the table on any length, alignment and seed",
    arguments: CRC32C.Path.allCases.filter(\.isAvailable))
  func paths(path: CRC32C.Path) {
    var generator = SplitMix64(seed: 11)
    let bytes = generator.bytes(60_000)
    var lengths = Array(0...800)
    lengths += (0..<100).map { _ in Int.random(in: 800...59_900, using: &generator) }
    for length in lengths {
      let start = Int.random(in: 0...70, using: &generator)
      let seed = UInt32.random(in: .min ... .max, using: &generator)
      let run = bytes.rawSpan.extracting(start..<(start + length))
      let expected = CRC32C.checksum(run, seed: seed, path: .table)
      if CRC32C.checksum(run, seed: seed, path: path) != expected {
        Issue.record("\(path) differs at length \(length), start \(start), seed \(seed)")
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
