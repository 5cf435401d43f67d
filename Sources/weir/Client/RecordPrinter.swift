import KafkaClient
import KafkaFormat

/// Gathers records as lines, and writes them to standard output.
struct RecordPrinter {
  let format: RecordFormat
  private var output: [UInt8] = []

  init(format: RecordFormat) { self.format = format }

  var isEmpty: Bool { output.isEmpty }

  /// - Returns: Why not all was written; nil where it was.
  mutating func flush() -> OutputFailure? {
    if output.isEmpty { return nil }
    defer { output.removeAll(keepingCapacity: true) }
    return Console.write(output)
  }

  /// Adds the records of a batch that are wanted.
  ///
  /// - Returns: How many were added, and the offset after the last one.
  mutating func append(
    _ batch: borrowing FetchedBatch, partition: Int32, atMost limit: Int
  ) throws(FormatError) -> (count: Int, nextOffset: Int64) {
    var records = RecordReader(batch.recordBytes, count: batch.recordCount)
    var count = 0
    var nextOffset = batch.firstWantedOffset
    while count < limit, let record = try records.next() {
      let offset = batch.baseOffset &+ Int64(record.offsetDelta)
      if offset < batch.firstWantedOffset { continue }
      let timestamp =
        batch.isLogAppendTime
        ? batch.maxTimestamp : batch.baseTimestamp &+ record.timestampDelta
      try write(record, partition: partition, offset: offset, timestamp: timestamp)
      count += 1
      nextOffset = offset &+ 1
    }
    return (count, nextOffset)
  }

  private mutating func write(
    _ record: borrowing Record, partition: Int32, offset: Int64, timestamp: Int64
  ) throws(FormatError) {
    if format.offset { field("\(partition):\(offset)") }
    if format.timestamp { field("\(timestamp)") }
    if format.headers { try writeHeaders(record) }
    if format.key {
      copy(record.key)
      output += format.separator
    }
    copy(record.value)
    output.append(UInt8(ascii: "\n"))
  }

  private mutating func writeHeaders(_ record: borrowing Record) throws(FormatError) {
    var headers = record.headers
    var isFirst = true
    while let header = try headers.next() {
      if !isFirst { output.append(UInt8(ascii: ",")) }
      isFirst = false
      copy(header.key)
      output.append(UInt8(ascii: "="))
      copy(header.value)
    }
    output += format.separator
  }

  private mutating func field(_ text: String) {
    output += Array(text.utf8)
    output += format.separator
  }

  private mutating func copy(_ span: RawSpan?) {
    guard let span else {
      output += Array("null".utf8)
      return
    }
    output += [UInt8](copying: span)
  }
}
