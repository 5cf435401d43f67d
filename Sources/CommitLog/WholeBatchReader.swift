import KafkaFormat

/// Reads a segment's batches one after the other, each whole and with its checksum verified.
///
/// What counts is where a batch stands. Its base offset lies outside of its checksum: one that is
/// wrong costs nothing here, for the records are right, and come in the order of their places.
/// Damage is passed over up to the next place at which a batch begins whose checksum is right, so
/// that a flipped bit costs at most the batch that it is in.
///
/// ```swift
/// while let item = try reader.next() {
///   if case .batch(let header, let range) = item { reader.bytes.rawSpan.extracting(range) … }
/// }
/// ```
public struct WholeBatchReader {
  public enum Item: Equatable {
    /// A batch, and where it stands in `bytes` until the next call.
    case batch(RecordBatchHeader, Range<Int>)
    /// So many bytes of the file that are no batch; where they were not searched to their end,
    /// there may be batches among them.
    case damaged(position: Int64, count: Int64, isSearched: Bool)
  }

  private let file: LogFile
  /// In bytes from the start of the file.
  private let end: Int64
  private let chunkSize: Int
  private var position: Int64
  /// Made where there is damage.
  private var searcher: VerifyingReader?

  public private(set) var bytes: [UInt8] = []
  private var bytesStart: Int64 = 0

  /// - Parameters:
  ///   - slice: From the start of a batch on.
  ///   - chunkSize: Bytes to read at a time; more only for a batch that is larger.
  public init(_ slice: LogSlice, chunkSize: Int) {
    file = slice.file
    position = slice.position
    end = slice.position + Int64(slice.count)
    self.chunkSize = max(chunkSize, RecordBatchHeader.size)
  }

  /// The next batch, or damage before it; nil at the end.
  ///
  /// - Throws: `.io` where the disk fails.
  public mutating func next() throws(LogError) -> Item? {
    guard position < end else { return nil }
    let start = position
    if let header = try batch(at: start) {
      position += Int64(header.sizeInBytes)
      let first = Int(start - bytesStart)
      return .batch(header, first..<first + header.sizeInBytes)
    }
    if searcher == nil { searcher = VerifyingReader(file, size: end) }
    let found = try searcher?.nextWhole(behind: start) ?? .nothing
    position = if case .found(let place) = found { place } else { end }
    return .damaged(position: start, count: position - start, isSearched: found != .givenUp)
  }

  /// The head of the batch at `place`, then whole in `bytes`; nil where there is none.
  private mutating func batch(at place: Int64) throws(LogError) -> RecordBatchHeader? {
    guard try fill(place, RecordBatchHeader.size) else { return nil }
    let start = Int(place - bytesStart)
    guard
      let header = try? RecordBatchHeader(
        bytes.rawSpan.extracting(start..<start + RecordBatchHeader.size)),
      header.lastOffsetDelta >= 0, try fill(place, header.sizeInBytes)
    else { return nil }
    let first = Int(place - bytesStart)
    let checksum = RecordBatch.checksum(
      of: bytes.rawSpan.extracting(first..<first + header.sizeInBytes))
    return checksum == header.crc ? header : nil
  }

  /// Sees to it that `count` bytes from `place` on are in `bytes`; false if the file ends before.
  private mutating func fill(_ place: Int64, _ count: Int) throws(LogError) -> Bool {
    if place >= bytesStart, place + Int64(count) <= bytesStart + Int64(bytes.count) { return true }
    guard end - place >= Int64(count) else { return false }
    let wanted = min(end - place, Int64(max(count, chunkSize)))
    do { bytes = try file.read(at: place, count: Int(wanted)) } catch { throw LogError(error) }
    bytesStart = place
    return bytes.count >= count
  }
}

/// A segment as a whole.
public struct WholeSegment: Sendable {
  public let slice: LogSlice
  /// From its base offset to the next segment's, or to the log's end.
  public let offsets: Range<Int64>
}

extension PartitionLog {
  /// The first segment whose base offset is at or behind `offset`; nil where there is none.
  ///
  /// - Throws: `.io`, `.outOfSpace` where it cannot be opened.
  public func wholeSegment(from offset: Int64) throws(LogError) -> WholeSegment? {
    guard let index = segments.firstIndex(where: { $0.baseOffset >= offset }) else { return nil }
    let segment = segments[index]
    let next = index + 1 < segments.count ? segments[index + 1].baseOffset : logEndOffset
    let file = try segment.opened(fileSystem)
    if segment !== activeSegment { keepWarm(segment) }
    return WholeSegment(
      slice: LogSlice(file: file, position: 0, count: Int(segment.size)),
      offsets: segment.baseOffset..<max(next, segment.baseOffset))
  }
}
