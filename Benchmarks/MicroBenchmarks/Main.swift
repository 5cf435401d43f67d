/// `micro-benchmarks [--smoke] [WORD…]`: measures those whose name holds one of the words, or all,
/// and prints a table of rates. Build it with `-c release`.
///
/// `micro-benchmarks --log-ratio`: the commit log against raw writes of the same bytes, in turns.
@main
enum Main {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.contains("--log-ratio") { return try logRatio() }
    let effort = arguments.contains("--smoke") ? Effort.smoke : .full
    let words = arguments.filter { !$0.hasPrefix("--") }
    for benchmark in Registry.all() {
      guard words.isEmpty || words.contains(where: { benchmark.name.contains($0) }) else {
        continue
      }
      print(row(try benchmark.measure(effort)))
    }
  }

  private static func logRatio() throws {
    let turns = try CommitLogBenchmarks.compare(turns: 8, batches: 2_048)
    for turn in turns {
      print(
        "append with CRC \(decimal(turn.log.rate / 1e9)) GB/s, raw pwrite "
          + "\(decimal(turn.raw.rate / 1e9)) GB/s, ratio "
          + "\(decimal(turn.log.rate / turn.raw.rate)), by CPU time "
          + "\(decimal(turn.raw.cpuSeconds / turn.log.cpuSeconds))")
    }
    printMedian("ratio", turns.map { $0.log.rate / $0.raw.rate })
    printMedian("ratio by CPU time", turns.map { $0.raw.cpuSeconds / $0.log.cpuSeconds })
  }

  private static func printMedian(_ name: String, _ values: [Double]) {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    let median = (sorted[middle] + sorted[sorted.count - 1 - middle]) / 2
    print(
      "median \(name) \(decimal(median)) "
        + "(\(decimal(sorted[0])) to \(decimal(sorted[sorted.count - 1])))")
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
