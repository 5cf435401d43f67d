import KafkaFormat

/// Which leader epoch starts at which offset.
///
/// File (`leader-epoch-checkpoint`): text; `0`, the number of entries, then `epoch startOffset` a
/// line. After a crash: completed from the batches' headers, cut at the log's end.
///
/// - Source: KIP-101, KIP-279; Apache Kafka `LeaderEpochFileCache`.
public struct LeaderEpochCache: Sendable, Equatable {
  public struct Entry: Sendable, Equatable {
    public var epoch: Int32
    public var startOffset: Int64

    public init(epoch: Int32, startOffset: Int64) {
      self.epoch = epoch
      self.startOffset = startOffset
    }
  }

  /// Ascending in both.
  public private(set) var entries: [Entry] = []

  public init() {}

  public var latestEpoch: Int32? { entries.last?.epoch }

  /// Notes that `epoch` starts at `startOffset`; entries that contradict it give way.
  ///
  /// - Returns: Whether anything changed.
  mutating func assign(epoch: Int32, startOffset: Int64) -> Bool {
    if let last = entries.last, last.epoch == epoch, last.startOffset <= startOffset {
      return false
    }
    guard epoch >= 0 else { return false }
    while let last = entries.last, last.epoch >= epoch || last.startOffset >= startOffset {
      entries.removeLast()
    }
    entries.append(Entry(epoch: epoch, startOffset: startOffset))
    return true
  }

  /// Forgets epochs that start at or behind `offset`. Returns whether anything changed.
  mutating func truncate(to offset: Int64) -> Bool {
    let before = entries.count
    while let last = entries.last, last.startOffset >= offset { entries.removeLast() }
    return entries.count != before
  }

  /// Lets the oldest entry begin at the new start of the log. Returns whether anything changed.
  mutating func truncateStart(to offset: Int64) -> Bool {
    guard let next = entries.lastIndex(where: { $0.startOffset <= offset }) else { return false }
    let before = entries
    entries.removeFirst(next)
    entries[0].startOffset = offset
    return entries != before
  }

  /// The epoch of the record at `offset`; nil where it is not known.
  public func epoch(of offset: Int64) -> Int32? {
    entries.last { $0.startOffset <= offset }?.epoch
  }

  /// Where `epoch`, or the largest one before it, ends.
  ///
  /// - Returns: The epoch found and the offset after its last record; nil where none is known.
  /// - Source: KIP-101, OffsetsForLeaderEpoch.
  public func endOffset(of epoch: Int32, logEndOffset: Int64) -> (epoch: Int32, offset: Int64)? {
    guard let latest = entries.last else { return nil }
    if epoch == latest.epoch { return (epoch, logEndOffset) }
    guard let next = entries.firstIndex(where: { $0.epoch > epoch }) else { return nil }
    if next == 0 { return (epoch, entries[0].startOffset) }
    return (entries[next - 1].epoch, entries[next].startOffset)
  }

  // MARK: The file

  func encoded() -> [UInt8] {
    var text = "0\n\(entries.count)\n"
    for entry in entries { text += "\(entry.epoch) \(entry.startOffset)\n" }
    return Array(text.utf8)
  }

  /// - Returns: nil if the bytes are no such file.
  init?(_ bytes: [UInt8]) {
    guard let rows = CheckpointText.rows(bytes, fields: 2) else { return nil }
    for row in rows {
      guard let epoch = Int32(row[0]), let offset = Int64(row[1]), epoch >= 0, offset >= 0
      else { return nil }
      if let last = entries.last, last.epoch >= epoch || last.startOffset >= offset { return nil }
      entries.append(Entry(epoch: epoch, startOffset: offset))
    }
  }
}
