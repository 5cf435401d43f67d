/// The quantities of a span of time, as deviations of its windows: see `SteadyRule`.
struct SteadyWindows {
  /// Those that can be measured; others are no part of the answer.
  private(set) var deviations: [SteadyState.Quantity: [Double]] = [:]

  /// - Parameters:
  ///   - edges: Readings at the windows' edges.
  ///   - isOpenLoop: The rate is given: the backlog shows whether the load is steady.
  init(_ edges: [LoadReading], isOpenLoop: Bool) {
    let windows = zip(edges, edges.dropFirst())
    let bytes = windows.map { Double($1.bytes - $0.bytes) }
    let seconds = windows.map { Double($1.nanos - $0.nanos) / 1e9 }
    guard let first = edges.first, let last = edges.last, last.nanos > first.nanos else { return }
    if !isOpenLoop {
      let mean = bytes.reduce(0, +) / seconds.reduce(0, +)
      deviations[.rate] = zip(bytes, seconds).map { mean > 0 ? $0 / $1 / mean - 1 : -1 }
    }
    deviations[.batchSize] = Self.ofRatio(
      bytes, by: windows.map { Double($1.batches - $0.batches) })
    let cpu = windows.compactMap { earlier, later in
      later.brokerCpuS.flatMap { b in earlier.brokerCpuS.map { b - $0 } }
    }
    if cpu.count == bytes.count { deviations[.cpuPerGB] = Self.ofRatio(cpu, by: bytes) }
    let backlog = edges.dropFirst().compactMap { $0.backlogRecords.map(Double.init) }
    let records = Double(last.records - first.records)
    if backlog.count == bytes.count, records > 0 {
      let mean = backlog.reduce(0, +) / Double(backlog.count)
      deviations[.backlog] = backlog.map { ($0 - mean) / records }
    }
  }

  /// Of parts by wholes; nil where there is nothing of either.
  private static func ofRatio(_ parts: [Double], by wholes: [Double]) -> [Double]? {
    let (part, whole) = (parts.reduce(0, +), wholes.reduce(0, +))
    guard part > 0, whole > 0, !parts.isEmpty else { return nil }
    let each = part / Double(parts.count)
    return zip(parts, wholes).map { ($0 - part / whole * $1) / each }
  }

  /// In the order in which quantities are listed.
  func quantities(where isWanted: ([Double]) -> Bool) -> [SteadyState.Quantity] {
    SteadyState.Quantity.allCases.filter { quantity in
      deviations[quantity].map(isWanted) ?? false
    }
  }
}

extension SteadyState {
  /// Quantities that moved by more than 5 % within a time, beyond what their scatter explains; none
  /// where there are too few readings.
  public static func drifted(
    _ readings: LoadReadings, from: Int64, until: Int64, isOpenLoop: Bool
  ) -> [Quantity] {
    let most = SteadyRule.windowsMost
    guard let edges = readings.edges(from: from, until: until, most: most) else { return [] }
    return SteadyWindows(edges, isOpenLoop: isOpenLoop)
      .quantities(where: SteadyRule.hasDrifted)
  }
}
