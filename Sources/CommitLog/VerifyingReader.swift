import KafkaFormat

/// Reads a segment from its start in pieces of megabytes and verifies each batch's checksum.
struct VerifyingReader {
  static let bufferSize = 4 << 20

  let file: LogFile
  let size: Int64
  /// Where the batch that comes next starts.
  private var position: Int64 = 0
  private var buffer: [UInt8]
  /// The bytes of the file that `buffer` holds.
  private var bufferStart: Int64 = 0
  private var bufferCount = 0

  init(_ file: LogFile, size: Int64) {
    self.file = file
    self.size = size
    buffer = [UInt8](repeating: 0, count: Int(min(Int64(Self.bufferSize), max(size, 1))))
  }

  /// The head of the next batch; nil where no whole batch with the right checksum follows.
  mutating func next() throws(LogError) -> RecordBatchHeader? {
    guard try fill(position, RecordBatchHeader.size),
      let header = plausibleHeader(at: position), try checksum(header) == header.crc
    else { return nil }
    position += Int64(header.sizeInBytes)
    return header
  }

  /// Goes to where a batch starts.
  mutating func seek(to position: Int64) { self.position = position }

  /// How many places that look like a batch are checked in vain before the rest is given up: it
  /// bounds the work that bytes made to mislead can cause.
  private static let mostFalseStarts = 10_000

  /// Looks for a whole batch at any place behind `damaged`, whose offsets lie in a range.
  ///
  /// - Returns: Where it stands; nil where there is none.
  mutating func nextWhole(behind damaged: Int64, from first: Int64, to limit: Int64)
    throws(LogError) -> Int64?
  {
    var falseStartsLeft = Self.mostFalseStarts
    var place = damaged + 1
    while falseStartsLeft > 0, try fill(place, RecordBatchHeader.size) {
      let start = Int(place - bufferStart)
      let isCandidate =
        buffer[start + RecordBatchHeader.Position.magic]
        == UInt8(bitPattern: RecordBatchHeader.currentMagic)
      if isCandidate, let header = plausibleHeader(at: place), header.baseOffset >= first,
        header.lastOffset < limit
      {
        falseStartsLeft -= 1
        position = place
        if try next() != nil { return place }
      }
      place += 1
    }
    return nil
  }

  /// The head that the buffer holds at `place`, if a batch may have it.
  private func plausibleHeader(at place: Int64) -> RecordBatchHeader? {
    let start = Int(place - bufferStart)
    guard
      let header = try? RecordBatchHeader(
        buffer.rawSpan.extracting(start..<start + RecordBatchHeader.size)),
      header.lastOffsetDelta >= 0, header.baseOffset >= 0,
      header.baseOffset <= Int64.max - Int64(Int32.max) - 1,
      Int64(header.sizeInBytes) <= size - place
    else { return nil }
    return header
  }

  /// Sees to it that `count` bytes from `place` on are in the buffer; false if the file ends.
  private mutating func fill(_ place: Int64, _ count: Int) throws(LogError) -> Bool {
    if place >= bufferStart, place + Int64(count) <= bufferStart + Int64(bufferCount) {
      return true
    }
    guard size - place >= Int64(count) else { return false }
    do { bufferCount = try file.read(into: &buffer, at: place) } catch { throw LogError(error) }
    bufferStart = place
    return bufferCount >= count
  }

  /// In pieces, so that no batch needs a buffer of its size.
  private mutating func checksum(_ header: RecordBatchHeader) throws(LogError) -> UInt32 {
    let batch = position
    defer { position = batch }
    let end = batch + Int64(header.sizeInBytes)
    var seed: UInt32 = 0
    position = batch + Int64(RecordBatchHeader.Position.attributes)
    while position < end {
      guard try fill(position, 1) else { return ~header.crc }
      let start = Int(position - bufferStart)
      let count = Int(min(Int64(bufferCount - start), end - position))
      seed = CRC32C.checksum(buffer.rawSpan.extracting(start..<start + count), seed: seed)
      position += Int64(count)
    }
    return seed
  }
}
