import LoadModel
import Testing

@Suite("Values as text")
struct ValueTextTests {
  private let any: ClosedRange<Int64> = 0...Int64.max

  @Test(
    "sizes",
    arguments: [
      ("1000", 1000), ("16KiB", 16_384), ("1 MiB", 1 << 20), ("1GiB", 1 << 30), ("64kB", 64_000),
      ("1.5KiB", 1536), ("0", 0),
    ])
  func sizes(text: String, bytes: Int64) throws {
    #expect(try ValueText.size(text, in: any) == bytes)
    #expect(try ValueText.size(ValueText.size(bytes), in: any) == bytes)
  }

  @Test(
    "counts", arguments: [("2000000", 2_000_000), ("2M", 2_000_000), ("1k", 1000), ("1_000", 1000)])
  func counts(text: String, count: Int64) throws {
    #expect(try ValueText.count(text, in: any) == count)
  }

  @Test(
    "durations",
    arguments: [
      ("30s", 30_000), ("5m", 300_000), ("500ms", 500), ("1h", 3_600_000), ("2", 2000),
      ("1.5s", 1500),
    ])
  func durations(text: String, milliseconds: Int64) throws {
    #expect(try ValueText.duration(text, in: any) == milliseconds)
    #expect(try ValueText.duration(ValueText.duration(milliseconds), in: any) == milliseconds)
  }

  @Test(
    "nonsense is refused",
    arguments: ["", "x", "-1", "1x", "KiB", "1.0001", "99999999999999999999", "9e99", "1GiBx", "٣"])
  func nonsense(text: String) {
    #expect(throws: ValueText.Refusal.self) { try ValueText.size(text, in: 0...(1 << 40)) }
    #expect(throws: ValueText.Refusal.self) { try ValueText.count(text, in: 0...1000) }
  }

  @Test("out of range is refused with the range")
  func range() {
    #expect(throws: ValueText.Refusal("a whole number from 1 to 5")) {
      try ValueText.count("6", in: 1...5)
    }
    #expect(throws: ValueText.Refusal.self) { try ValueText.number("nan", in: 0...1) }
  }
}
