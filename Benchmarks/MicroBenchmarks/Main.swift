/// `micro-benchmarks [--smoke] [WORD…]`: measures those whose name holds one of the words, or all,
/// and prints a table of rates. Build it with `-c release`.
@main
enum Main {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let effort = arguments.contains("--smoke") ? Effort.smoke : .full
    let words = arguments.filter { !$0.hasPrefix("--") }
    for benchmark in Registry.all() {
      guard words.isEmpty || words.contains(where: { benchmark.name.contains($0) }) else {
        continue
      }
      print(row(try benchmark.measure(effort)))
    }
  }

  static func row(_ result: Measurement) -> String {
    var text = result.name.padded(to: 40)
    text += "\(decimal(result.gigabytesPerSecond)) GB/s".leftPadded(to: 14)
    if result.records > 0 {
      text += "\(decimal(result.millionRecordsPerSecond)) M records/s".leftPadded(to: 22)
    }
    return text
  }

  /// Two decimals.
  static func decimal(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    let hundredths = Int(value * 100 + 0.5)
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
