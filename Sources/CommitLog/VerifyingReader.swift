import KafkaFormat

/// Reads a segment from its start in pieces of megabytes and verifies each batch's checksum.
struct VerifyingReader {
  static let bufferSize = 4 << 20

  /// What a search for a whole batch came to.
  enum Search: Equatable {
    case found(Int64)
    case nothing
    /// There was too much to do: what is left may hold whole batches.
    case givenUp
  }

  let file: LogFile
  let size: Int64
  /// Where the batch that comes next starts.
  private var position: Int64 = 0
  private var buffer: [UInt8]
  /// The bytes of the file that `buffer` holds.
  private var bufferStart: Int64 = 0
  private var bufferCount = 0
  /// How many bytes were read or checksummed.
  private var work: Int64 = 0
  /// The part of it that searches took.
  private(set) var searchWork: Int64 = 0

  init(_ file: LogFile, size: Int64) {
    self.file = file
    self.size = size
    buffer = [UInt8](repeating: 0, count: Int(min(Int64(Self.bufferSize), max(size, 1))))
  }

  /// The head of the next batch; nil where no whole batch with the right checksum follows.
  mutating func next() throws(LogError) -> RecordBatchHeader? {
    guard let header = try whole(at: position) else { return nil }
    position += Int64(header.sizeInBytes)
    return header
  }

  /// Goes to where a batch starts.
  mutating func seek(to position: Int64) { self.position = position }

  /// The head of the batch at `place`, where one stands there whole and with the right checksum;
  /// what its base offset is, which lies outside of that, is not looked at.
  mutating func whole(at place: Int64) throws(LogError) -> RecordBatchHeader? {
    guard try fill(place, RecordBatchHeader.size), let header = plausibleHeader(at: place),
      try checksum(header, at: place) == header.crc
    else { return nil }
    return header
  }

  // MARK: Behind damage

  /// The most work that the searches of one reader make of a small segment; of a large one it is
  /// four times its size. It bounds what bytes made to mislead can cause.
  static let leastSearchWork: Int64 = 64 << 20

  /// Looks for a whole batch behind the damaged one, whose offsets lie in a range.
  ///
  /// Where the damaged one ends by its own length at a whole batch, or with the segment, it is
  /// believed: what looks like a batch within it is a part of one of its records. Save where whole
  /// batches stand one behind the other up to that end: then the length is what is damaged.
  ///
  /// - Parameter damaged: Where the damaged batch stands.
  mutating func nextWhole(
    behind damaged: Int64, from first: Int64 = .min, to limit: Int64 = .max
  ) throws(LogError) -> Search {
    let before = work - searchWork
    defer { searchWork = work - before }
    let mostWork = before + max(Self.leastSearchWork, 4 * size)
    let end = try claimedEnd(of: damaged)
    var place = damaged + 1
    while work <= mostWork {
      guard try fill(place, RecordBatchHeader.size) else { return .nothing }
      let magic = buffer[Int(place - bufferStart) + RecordBatchHeader.Position.magic]
      if magic == UInt8(bitPattern: RecordBatchHeader.currentMagic),
        plausibleHeader(at: place)?.hasOffsets(from: first, to: limit) == true,
        try whole(at: place) != nil
      {
        if place >= end { return .found(place) }
        if try areWhole(from: place, to: end) { return .found(place) }
      }
      place += 1
    }
    return .givenUp
  }

  /// Where the batch at `damaged` says that it ends, if that can be: with the segment, or where a
  /// whole batch stands; else `damaged`.
  private mutating func claimedEnd(of damaged: Int64) throws(LogError) -> Int64 {
    guard try fill(damaged, RecordBatchHeader.logOverhead) else { return damaged }
    let start = Int(damaged - bufferStart) + RecordBatchHeader.Position.batchLength
    let length = buffer[start..<start + 4].reduce(Int64(0)) { $0 << 8 | Int64($1) }
    let end = damaged + Int64(RecordBatchHeader.logOverhead) + length
    guard end - damaged >= Int64(RecordBatchHeader.size), end <= size else { return damaged }
    if end == size { return end }
    return try whole(at: end) == nil ? damaged : end
  }

  /// Whether whole batches, and nothing else, stand between two places.
  private mutating func areWhole(from start: Int64, to end: Int64) throws(LogError) -> Bool {
    var place = start
    while place < end {
      guard let header = try whole(at: place) else { return false }
      place += Int64(header.sizeInBytes)
    }
    return place == end
  }

  // MARK: At the end of the file

  /// Zeros behind a batch's beginning that are taken for a part which a power cut kept from the
  /// disk: so many at least, from the start of a sector on.
  private static let tornZeros: Int64 = 8
  private static let sectorSize: Int64 = 512

  /// Whether what stands at `place` is the last batch as it was written to its end, with bytes that
  /// have changed since; false where a write was interrupted and its end is missing.
  mutating func isCompleteButWrong(at place: Int64) throws(LogError) -> Bool {
    typealias Position = RecordBatchHeader.Position
    guard try fill(place, RecordBatchHeader.size) else { return false }
    let start = Int(place - bufferStart)
    func int32(_ position: Int) -> UInt32 {
      let first = start + position
      return buffer[first..<first + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    let length = Int64(Int32(bitPattern: int32(Position.batchLength)))
    let crc = int32(Position.crc)
    // Length and format lie outside of the checksum.
    if try checksum(from: place + Int64(Position.attributes), to: size) == crc { return true }
    guard place + Int64(RecordBatchHeader.logOverhead) + length == size else { return false }
    return try !endsInZeros(from: place)
  }

  private mutating func endsInZeros(from place: Int64) throws(LogError) -> Bool {
    let lastSector = (size - Self.tornZeros) / Self.sectorSize * Self.sectorSize
    guard lastSector > place, try fill(lastSector, Int(size - lastSector)) else { return false }
    let first = Int(lastSector - bufferStart)
    return buffer[first..<first + Int(size - lastSector)].allSatisfy { $0 == 0 }
  }

  // MARK: Bytes

  /// The head that the buffer holds at `place`, if a batch may have it.
  private func plausibleHeader(at place: Int64) -> RecordBatchHeader? {
    let start = Int(place - bufferStart)
    guard
      let header = try? RecordBatchHeader(
        buffer.rawSpan.extracting(start..<start + RecordBatchHeader.size)),
      header.lastOffsetDelta >= 0, Int64(header.sizeInBytes) <= size - place
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
    work += Int64(bufferCount)
    return bufferCount >= count
  }

  /// In pieces, so that no batch needs a buffer of its size.
  private mutating func checksum(_ header: RecordBatchHeader, at start: Int64) throws(LogError)
    -> UInt32
  {
    let end = start + Int64(header.sizeInBytes)
    return try checksum(from: start + Int64(RecordBatchHeader.Position.attributes), to: end)
      ?? ~header.crc
  }

  /// nil where the file ends before.
  private mutating func checksum(from start: Int64, to end: Int64) throws(LogError) -> UInt32? {
    var seed: UInt32 = 0
    var place = start
    while place < end {
      guard try fill(place, 1) else { return nil }
      let first = Int(place - bufferStart)
      let count = Int(min(Int64(bufferCount - first), end - place))
      seed = CRC32C.checksum(buffer.rawSpan.extracting(first..<first + count), seed: seed)
      place += Int64(count)
      work += Int64(count)
    }
    return seed
  }
}

extension RecordBatchHeader {
  /// Whether all of its offsets are in a range, the end exclusive.
  func hasOffsets(from first: Int64, to limit: Int64) -> Bool {
    baseOffset >= first && lastOffset >= baseOffset && lastOffset < limit
  }
}
