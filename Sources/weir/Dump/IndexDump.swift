import CommitLog
import Foundation
import KafkaFormat

/// Prints the entries of a segment's indexes and compares them with the segment, where it lies
/// beside them.
struct IndexDump {
  let file: DumpFile
  let baseOffset: Int64
  let output: DumpOutput

  /// Entries of `[relativeOffset i32 | position i32]`: the last offset of the batch that starts at
  /// the position.
  func runOffsetIndex() throws(DumpFailure) {
    output.head("offset index from offset \(baseOffset), \(file.size) bytes")
    let (bytes, unused) = try entries(size: 8)
    let log = openLog()
    var reader = ByteReader(bytes.rawSpan)
    var previous: (offset: Int64, position: Int64) = (-1, -1)
    var count = 0
    while let relative = try? reader.int32(), let target = try? reader.int32() {
      let at = "entry \(count) at position \(count * 8)"
      let offset = baseOffset &+ Int64(relative)
      output.part(
        "entry",
        [DumpField("offset", .integer(offset)), DumpField("position", .number(target))])
      if relative < 0 || target < 0 || offset <= previous.offset
        || Int64(target) <= previous.position
      {
        output.problem("\(at): entries must ascend, this one follows offset \(previous.offset)")
      } else if let log, let wrong = Self.difference(log, offset: offset, at: Int64(target)) {
        output.problem("\(at): \(wrong)")
      }
      previous = (offset, Int64(target))
      count += 1
    }
    end(count, unused: unused, isCompared: log != nil)
  }

  /// Entries of `[timestamp i64 | relativeOffset i32]`: up to the offset no record is later.
  func runTimeIndex() throws(DumpFailure) {
    output.head("time index from offset \(baseOffset), \(file.size) bytes")
    let (bytes, unused) = try entries(size: 12)
    let log = openLog()
    let batches = log.map(Self.latestTimes) ?? []
    var reader = ByteReader(bytes.rawSpan)
    var previous: (timestamp: Int64, offset: Int64) = (-1, -1)
    var count = 0
    while let timestamp = try? reader.int64(), let relative = try? reader.int32() {
      let at = "entry \(count) at position \(count * 12)"
      let offset = baseOffset &+ Int64(relative)
      output.part(
        "entry",
        [DumpField("timestamp", .timestamp(timestamp)), DumpField("offset", .integer(offset))])
      if relative < 0 || timestamp <= previous.timestamp || offset < previous.offset {
        output.problem("\(at): entries must ascend, this one follows \(previous.timestamp)")
      } else if log != nil {
        let before = batches.last { $0.lastOffset <= offset }
        if offset > (batches.last?.lastOffset ?? -1) {
          output.problem("\(at): the segment ends before offset \(offset)")
        } else if let before, before.latest > timestamp {
          output.problem("\(at): a record up to offset \(offset) has timestamp \(before.latest)")
        }
      }
      previous = (timestamp, offset)
      count += 1
    }
    end(count, unused: unused, isCompared: log != nil)
  }

  /// Entries of `[version i16 | producerId i64 | firstOffset i64 | lastOffset i64 |`
  /// `lastStableOffset i64]`, one an aborted transaction.
  func runTransactionIndex() throws(DumpFailure) {
    output.head("transaction index, \(file.size) bytes")
    let (bytes, _) = try entries(size: 34)
    var reader = ByteReader(bytes.rawSpan)
    var count = 0
    while let version = try? reader.int16(), let producerId = try? reader.int64(),
      let first = try? reader.int64(), let last = try? reader.int64(),
      let stable = try? reader.int64()
    {
      output.part(
        "entry",
        [
          DumpField("producerId", .integer(producerId)), DumpField("firstOffset", .integer(first)),
          DumpField("lastOffset", .integer(last)), DumpField("lastStableOffset", .integer(stable)),
        ])
      if version != 0 {
        output.problem("entry \(count) at position \(count * 34): version \(version), 0 is read")
      }
      count += 1
    }
    output.part("end", [DumpField("entries", .number(count))])
  }

  /// The bytes of the entries that are in use; Kafka allocates files ahead, filled with zeros.
  private func entries(size: Int) throws(DumpFailure) -> (bytes: [UInt8], unused: Int) {
    let bytes = try file.readAll()
    let odd = bytes.count % size
    if odd > 0 {
      output.problem(
        "position \(bytes.count - odd): \(odd) bytes are left, an entry has \(size); "
          + "the file is cut off")
    }
    let used = bytes.lastIndex { $0 != 0 }.map { $0 / size + 1 } ?? 0
    let whole = bytes.count / size
    return (Array(bytes.prefix(min(used, whole) * size)), max(0, whole - used))
  }

  private func end(_ count: Int, unused: Int, isCompared: Bool) {
    var fields = [DumpField("entries", .number(count))]
    if unused > 0 { fields.append(DumpField("unused", .number(unused))) }
    fields.append(
      DumpField("comparedWith", isCompared ? .text(logName) : .text("nothing, no .log beside it")))
    output.part("end", fields)
  }

  private var logName: String { LogFileNames.baseName(baseOffset) + LogFileNames.log }

  private func openLog() -> DumpFile? { try? DumpFile(file.sibling(LogFileNames.log)) }

  /// What is wrong with an entry; nil where the log agrees.
  private static func difference(_ log: DumpFile, offset: Int64, at position: Int64) -> String? {
    guard position < log.size else { return "the segment ends before position \(position)" }
    guard let head = try? log.read(at: position, count: RecordBatchHeader.size),
      let header = try? RecordBatchHeader(head.rawSpan)
    else { return "no batch starts at position \(position) of the segment" }
    if header.lastOffset == offset { return nil }
    return "the batch at position \(position) of the segment ends with offset \(header.lastOffset)"
  }

  /// For each batch its last offset, and the latest timestamp up to there; as far as it is whole.
  private static func latestTimes(_ log: DumpFile) -> [(lastOffset: Int64, latest: Int64)] {
    var found: [(lastOffset: Int64, latest: Int64)] = []
    var position: Int64 = 0
    while let head = try? log.read(at: position, count: RecordBatchHeader.size),
      let header = try? RecordBatchHeader(head.rawSpan)
    {
      found.append((header.lastOffset, max(found.last?.latest ?? -1, header.maxTimestamp)))
      position += Int64(header.sizeInBytes)
    }
    return found
  }
}
