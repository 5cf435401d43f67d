import KafkaFormat

/// The sparse index from offsets to positions of one segment, in memory.
///
/// File (`.index`): entries of `[relativeOffset i32 | position i32]`, big-endian, ascending. An
/// entry names the last offset of a batch and the position where that batch starts.
/// After a crash: rebuilt from the log, of which it is never evidence.
///
/// - Source: Apache Kafka `OffsetIndex`, `LogSegment.append`.
struct OffsetIndex {
  static let entrySize = 8

  struct Entry: Equatable {
    var relativeOffset: Int32
    var position: Int32
  }

  private(set) var entries: [Entry] = []

  mutating func append(relativeOffset: Int32, position: Int32) {
    entries.append(Entry(relativeOffset: relativeOffset, position: position))
  }

  /// Forgets all entries of `relativeOffset` and beyond.
  mutating func truncate(to relativeOffset: Int64) {
    while let last = entries.last, Int64(last.relativeOffset) >= relativeOffset {
      entries.removeLast()
    }
  }

  /// The entry to search `relativeOffset` from: the largest not beyond it; nil for the start.
  func entry(floor relativeOffset: Int64) -> Entry? {
    let index = firstIndex { Int64($0.relativeOffset) > relativeOffset }
    return index == 0 ? nil : entries[index - 1]
  }

  /// The largest indexed start of a batch at or before `position`; 0 if there is none.
  func boundary(atOrBefore position: Int64) -> Int64 {
    let index = firstIndex { Int64($0.position) > position }
    return index == 0 ? 0 : Int64(entries[index - 1].position)
  }

  private func firstIndex(where beyond: (Entry) -> Bool) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if beyond(entries[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// As the file holds it.
  func encoded() -> [UInt8] {
    var writer = ByteWriter(reserving: entries.count * Self.entrySize)
    for entry in entries {
      writer.int32(entry.relativeOffset)
      writer.int32(entry.position)
    }
    return writer.finish()
  }

  init() {}

  /// Reads a file's bytes and checks that they can be an index of a segment of `logSize` bytes.
  ///
  /// - Returns: nil if they cannot: a size that is no multiple, entries that do not ascend or
  ///   point outside of the log.
  init?(_ bytes: RawSpan, logSize: Int64) {
    guard bytes.byteCount % Self.entrySize == 0 else { return nil }
    var reader = ByteReader(bytes)
    entries.reserveCapacity(bytes.byteCount / Self.entrySize)
    var previous = Entry(relativeOffset: -1, position: -1)
    while reader.remaining > 0 {
      guard let offset = try? reader.int32(), let position = try? reader.int32(),
        offset > previous.relativeOffset, position > previous.position,
        Int64(position) < logSize
      else { return nil }
      previous = Entry(relativeOffset: offset, position: position)
      entries.append(previous)
    }
  }
}
