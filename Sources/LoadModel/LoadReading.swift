/// What a load had done up to a moment.
public struct LoadReading: Sendable, Equatable {
  /// Monotonic clock.
  public var nanos: Int64
  /// Acknowledged keys and values, in bytes, and their records and batches.
  public var bytes: Int64
  public var records: Int64
  public var batches: Int64
  /// Records that are due and not acknowledged, or acknowledged and not read; nil where neither is
  /// known: a closed loop that nothing reads beside keeps its buffer full.
  public var backlogRecords: Int64?
  /// Processor time of the broker; nil where it is not on this machine.
  public var brokerCpuS: Double?

  public init(
    nanos: Int64, bytes: Int64, records: Int64, batches: Int64, backlogRecords: Int64? = nil,
    brokerCpuS: Double? = nil
  ) {
    self.nanos = nanos
    self.bytes = bytes
    self.records = records
    self.batches = batches
    self.backlogRecords = backlogRecords
    self.brokerCpuS = brokerCpuS
  }
}

/// Readings of a load, oldest first. Once there are many, every other one is dropped, and from then
/// on half as many are kept: an hour costs no more memory than a minute, and windows grow with the
/// time that has passed.
public struct LoadReadings: Sendable {
  public private(set) var all: [LoadReading] = []
  /// The least time between two that are kept.
  private(set) var gapNanos: Int64
  private let most: Int

  /// - Parameter gapNanos: The least time between two readings, at first.
  public init(gapNanos: Int64, most: Int = 2_400) {
    self.gapNanos = gapNanos
    self.most = most
  }

  /// A reading of this time would be kept.
  public func wants(atNanos nanos: Int64) -> Bool {
    all.last.map { nanos - $0.nanos >= gapNanos } ?? true
  }

  public mutating func add(_ reading: LoadReading) {
    guard wants(atNanos: reading.nanos) else { return }
    all.append(reading)
    guard all.count >= most else { return }
    all = stride(from: 0, to: all.count, by: 2).map { all[$0] }
    // Readings may have come in larger steps than were asked for.
    let step = ((all.last?.nanos ?? 0) - all[0].nanos) / Int64(max(1, all.count - 1))
    gapNanos = max(gapNanos * 2, step / 10 * 9)
  }

  /// Readings at the edges of windows of equal length between two times, as nearly as there are
  /// readings.
  ///
  /// - Parameter most: Windows; fewer where there are fewer readings.
  /// - Returns: Nil where there are not enough readings for 20 windows.
  func edges(from: Int64, until: Int64, most: Int) -> [LoadReading]? {
    let within = all.filter { $0.nanos >= from && $0.nanos <= until }
    guard within.count > SteadyRule.windowsLeast, let first = within.first, let last = within.last
    else { return nil }
    let count = min(within.count - 1, most)
    let length = Double(last.nanos - first.nanos) / Double(count)
    var edges = [first]
    for reading in within.dropFirst() {
      let due = Double(first.nanos) + length * Double(edges.count)
      if Double(reading.nanos) >= due - length / 4 { edges.append(reading) }
    }
    return edges.count > SteadyRule.windowsLeast ? edges : nil
  }
}
