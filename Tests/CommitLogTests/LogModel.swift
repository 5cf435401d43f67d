import KafkaFormat
import Testing

@testable import CommitLog

/// A log as a list of batches, with what its producers know and what a flush promised.
struct LogModel {
  struct Batch {
    var baseOffset: Int64
    var lastOffset: Int64
    var crc: UInt32
    var size: Int
    var maxTimestamp: Int64
    /// -1 for none.
    var producer: Int
    var lastSequence: Int32
    var bytes: [UInt8]
  }

  struct Producer {
    var epoch: Int16 = 0
    var nextSequence: Int32 = 0
    /// The base offset of its last batch in this epoch.
    var lastBaseOffset: Int64?
  }

  var batches: [Batch] = []
  var producers = [Producer](repeating: Producer(), count: 3)
  var start: Int64 = 0
  var end: Int64 = 0
  /// All before it was flushed.
  var flushedEnd: Int64 = 0

  /// Those with records at or behind the log's start.
  var readable: [Batch] { batches.filter { $0.lastOffset >= start } }

  func size(from offset: Int64) -> Int {
    batches.filter { $0.baseOffset >= offset }.reduce(0) { $0 + $1.size }
  }

  func lastBatch(of producer: Int) -> Batch? {
    producers[producer].lastBaseOffset.flatMap { offset in
      batches.first { $0.baseOffset == offset }
    }
  }

  mutating func append(_ batch: Batch) {
    batches.append(batch)
    end = batch.lastOffset + 1
    guard batch.producer >= 0 else { return }
    producers[batch.producer].nextSequence = batch.lastSequence + 1
    producers[batch.producer].lastBaseOffset = batch.baseOffset
  }

  /// Whole batches go: one that holds `offset` in its middle too.
  mutating func truncate(to offset: Int64) {
    guard offset < end else { return }
    end = min(offset, batches.first { $0.lastOffset >= offset }?.baseOffset ?? offset)
    batches.removeAll { $0.lastOffset >= offset }
    start = min(start, end)
    flushedEnd = min(flushedEnd, end)
    restartProducers()
  }

  /// Takes over what a power cut left, after it was checked: no batch that was never appended, in
  /// order, all that was flushed, and nothing behind the end.
  ///
  /// - Returns: Whether nothing was lost.
  mutating func losePower(found: [RecordBatchHeader], end newEnd: Int64) throws -> Bool {
    try #require(newEnd >= min(flushedEnd, end) && newEnd <= end)
    var left = readable[...]
    var kept: [Batch] = []
    for header in found {
      while let batch = left.first, batch.baseOffset != header.baseOffset {
        try #require(batch.lastOffset >= flushedEnd, "offset \(batch.baseOffset) was flushed")
        left.removeFirst()
      }
      let next = left.popFirst()
      let batch = try #require(next, "offset \(header.baseOffset) was never appended")
      try #require(batch.crc == header.crc)
      kept.append(batch)
    }
    for batch in left {
      try #require(batch.lastOffset >= flushedEnd, "offset \(batch.baseOffset) was flushed")
    }
    let isWhole = kept.count == readable.count && newEnd == end
    let deleted = batches.filter { $0.lastOffset < start }
    batches = deleted + kept
    end = newEnd
    if !isWhole { restartProducers() }
    return isWhole
  }

  /// A producer whose last batch is gone begins a new epoch, as one does after such an error.
  private mutating func restartProducers() {
    for index in producers.indices where lastBatch(of: index) == nil {
      guard producers[index].lastBaseOffset != nil else { continue }
      producers[index] = Producer(epoch: producers[index].epoch + 1)
    }
  }
}
