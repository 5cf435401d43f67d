import Testing

@testable import Statistics

@Suite("HistogramLog")
struct HistogramLogTests {
  @Test("a line holds tag, times, maximum and the histogram")
  func line() throws {
    var histogram = Histogram()
    histogram.record(1_500_000, count: 3)
    histogram.record(7_000_000)
    var log = HistogramLog(comment: "a\nb]", startS: 1000.5, startText: "then")
    log.append(histogram, tag: "produce latency,", startS: 0.25, durationS: 2)
    let lines = log.text.split(separator: "\n").map(String.init)
    #expect(lines.count == 5)
    #expect(lines[0] == "#[a b ]")
    #expect(lines[2] == "#[StartTime: 1000.500 (seconds since epoch), then]")
    let fields = lines[4].split(separator: ",").map(String.init)
    #expect(fields[..<4] == ["Tag=produce-latency-", "0.250", "2.000", "7.000"])
    #expect(fields[4].hasPrefix("HISTFAAA"))
    let bytes = try #require(Base64.bytes(fields[4]))
    let again = try Histogram(encodedV2: Self.stored(Array(bytes[8...])))
    #expect(again.totalCount == 4)
    #expect(again.percentile(50) == histogram.percentile(50))
  }

  @Test("stored blocks of a zlib stream", arguments: [0, 1, 65_535, 65_536, 200_000])
  func blocks(size: Int) {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    #expect(Self.stored(HistogramLog.zlib(bytes)) == bytes)
  }

  @Test("Adler-32 as RFC 1950 defines it")
  func checksum() {
    #expect(
      Array(HistogramLog.zlib(Array("Wikipedia".utf8)).suffix(4)) == [0x11, 0xe6, 0x03, 0x98])
  }

  @Test("times that are none are 0")
  func times() {
    var log = HistogramLog(comment: "", startS: .nan, startText: "")
    log.append(Histogram(), tag: "", startS: .infinity, durationS: -0.25)
    #expect(log.text.contains("StartTime: 0.000"))
    #expect(log.text.contains("Tag=,0.000,-0.250,0.000,"))
  }

  /// The bytes of a zlib stream of stored blocks.
  private static func stored(_ stream: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var position = 2
    while position + 5 <= stream.count - 4 {
      let size = Int(stream[position + 1]) | Int(stream[position + 2]) << 8
      bytes += stream[position + 5..<position + 5 + size]
      let isLast = stream[position] == 1
      position += 5 + size
      if isLast { break }
    }
    return position == stream.count - 4 ? bytes : []
  }
}
