import KafkaFormat
import Testing

@Suite("CRC-32C")
struct CRC32CTests {
  @Test("the check value of the catalogue: 123456789 gives E3069283")
  func catalogueValue() {
    let bytes = Array("123456789".utf8)
    #expect(CRC32C.checksum(bytes.rawSpan) == 0xE306_9283)
  }
}
