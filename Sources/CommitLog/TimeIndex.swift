import KafkaFormat

/// The sparse index from timestamps to offsets of one segment, in memory.
///
/// File (`.timeindex`): entries of `[timestamp i64 | relativeOffset i32]`, big-endian, ascending.
/// An entry says: up to this offset no record has a larger timestamp.
/// After a crash: rebuilt from the log.
///
/// - Source: KIP-33; Apache Kafka `TimeIndex`.
struct TimeIndex {
  static let entrySize = 12

  struct Entry: Equatable {
    var timestamp: Int64
    var relativeOffset: Int32
  }

  private(set) var entries: [Entry] = []

  /// Appends unless the timestamp is no larger than the last one, as Kafka does.
  mutating func appendIfLater(timestamp: Int64, relativeOffset: Int32) {
    let last = entries.last ?? Entry(timestamp: -1, relativeOffset: 0)
    guard timestamp > last.timestamp, relativeOffset >= last.relativeOffset else { return }
    entries.append(Entry(timestamp: timestamp, relativeOffset: relativeOffset))
  }

  mutating func truncate(to relativeOffset: Int64) {
    while let last = entries.last, Int64(last.relativeOffset) >= relativeOffset {
      entries.removeLast()
    }
  }

  /// The relative offset up to which no timestamp is larger than `timestamp`; 0 if unknown.
  func relativeOffset(floor timestamp: Int64) -> Int32 {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].timestamp > timestamp { high = middle } else { low = middle + 1 }
    }
    return low == 0 ? 0 : entries[low - 1].relativeOffset
  }

  /// The newest entry before an offset.
  func last(before relativeOffset: Int64) -> Entry? {
    entries.last { Int64($0.relativeOffset) < relativeOffset }
  }

  func encoded() -> [UInt8] {
    var writer = ByteWriter(reserving: entries.count * Self.entrySize)
    for entry in entries {
      writer.int64(entry.timestamp)
      writer.int32(entry.relativeOffset)
    }
    return writer.finish()
  }

  init() {}

  /// Reads a file's bytes; nil if they cannot be a time index.
  ///
  /// - Parameter maximalOffset: The largest relative offset that the segment can hold.
  init?(_ bytes: RawSpan, maximalOffset: Int64) {
    guard bytes.byteCount % Self.entrySize == 0 else { return nil }
    var reader = ByteReader(bytes)
    entries.reserveCapacity(bytes.byteCount / Self.entrySize)
    var previous = Entry(timestamp: -1, relativeOffset: 0)
    while reader.remaining > 0 {
      guard let timestamp = try? reader.int64(), let offset = try? reader.int32(),
        timestamp > previous.timestamp, offset >= previous.relativeOffset,
        Int64(offset) <= maximalOffset
      else { return nil }
      previous = Entry(timestamp: timestamp, relativeOffset: offset)
      entries.append(previous)
    }
  }
}
