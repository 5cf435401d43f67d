/// Histograms as lines of text in HdrHistogram's log format, which its other implementations and
/// their tools read.
///
/// ```
/// #[Histogram log format version 1.3]
/// #[StartTime: 1790000000.000 (seconds since epoch), 2026-09-21T14:13:20Z]
/// "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"
/// Tag=produce-latency,0.000,2.500,107.283,HISTFAAA…
/// ```
/// Times are seconds (the first one after `StartTime`), the maximum is in milliseconds, counts are
/// of nanoseconds. The last field is base64 of `[0x1c849314 u32 | size u32 | zlib]`, big-endian,
/// around the V2 encoding.
///
/// The zlib stream holds stored blocks, not compressed ones: a few kilobytes a line more, and the
/// same bytes whatever library is installed, so that a report made again is the same.
///
/// - Source: HdrHistogram, `HistogramLogWriter`; RFC 1950, RFC 1951.
public struct HistogramLog: Sendable {
  public private(set) var text: String

  private static let cookieV2Compressed: [UInt8] = [0x1c, 0x84, 0x93, 0x14]
  private static let largestStoredBlock = 65_535

  /// - Parameters:
  ///   - comment: One line at its head.
  ///   - startS: Seconds since the Unix epoch that the lines' times count from.
  ///   - startText: The same for people.
  public init(comment: String, startS: Double, startText: String) {
    text = """
      #[\(Self.oneLine(comment))]
      #[Histogram log format version 1.3]
      #[StartTime: \(Self.thousandths(startS)) (seconds since epoch), \(Self.oneLine(startText))]
      "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

      """
  }

  /// - Parameters:
  ///   - tag: What is counted: letters, digits and `-`; others become `-`.
  ///   - startS: Seconds after the log's start.
  public mutating func append(
    _ histogram: Histogram, tag: String, startS: Double, durationS: Double
  ) {
    let tag = String(
      tag.map { ($0.isLetter || $0.isNumber) && $0.isASCII ? $0 : "-" as Character })
    let maximum = Double(histogram.max ?? 0) / 1e6
    text += "Tag=\(tag),\(Self.thousandths(startS)),\(Self.thousandths(durationS)),"
    text += "\(Self.thousandths(maximum)),\(Base64.text(Self.compressed(histogram.encodedV2())))\n"
  }

  private static func compressed(_ encoded: [UInt8]) -> [UInt8] {
    let stream = zlib(encoded)
    let size = UInt32(stream.count)
    return cookieV2Compressed
      + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> UInt32($0)) } + stream
  }

  /// A zlib stream of stored blocks.
  static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let end = min(start + largestStoredBlock, bytes.count)
      let size = UInt16(end - start)
      stream.append(end == bytes.count ? 1 : 0)
      for word in [size, ~size] {
        stream += [UInt8(truncatingIfNeeded: word), UInt8(truncatingIfNeeded: word >> 8)]
      }
      stream += bytes[start..<end]
      start = end
    } while start < bytes.count
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return stream
      + [high >> 8, high, low >> 8, low].map { UInt8(truncatingIfNeeded: $0) }
  }

  /// With three decimals; what is no time is 0.
  private static func thousandths(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "0.000" }
    let all = Int64((value * 1000).rounded())
    let digits = String(all.magnitude % 1000)
    return (all < 0 ? "-" : "") + "\(all.magnitude / 1000)."
      + String(repeating: "0", count: 3 - digits.count) + digits
  }

  /// A comment cannot end its line, nor the brackets around it.
  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline || $0 == "]" ? " " : $0 })
  }
}
