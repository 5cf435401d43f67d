import KafkaFormat

extension PartitionLog {
  // MARK: After a clean stop

  /// Takes a segment's indexes from the disk if they can be trusted; `logEndOffset` moves to the
  /// segment's end.
  ///
  /// - Returns: false if the segment must be recovered from the log.
  func loadIndexes(of segment: LogSegment, isLast: Bool) throws(LogError) -> Bool {
    let limit = config.segmentIndexBytes + (64 << 20)
    let offsets: OffsetIndex
    let times: TimeIndex
    do {
      guard let offsetBytes = try fileSystem.contents(of: segment.indexPath, limit: limit),
        let timeBytes = try fileSystem.contents(of: segment.timeIndexPath, limit: limit),
        let readOffsets = OffsetIndex(offsetBytes.rawSpan, logSize: segment.size),
        let readTimes = TimeIndex(timeBytes.rawSpan, maximalOffset: Int64(Int32.max))
      else { return false }
      offsets = readOffsets
      times = readTimes
    } catch {
      if error.code == 27 { return false }
      throw LogError(error)
    }
    guard let last = try check(offsets, of: segment) else { return false }
    if let newest = times.entries.last {
      guard Int64(newest.relativeOffset) <= segment.relative(last.lastOffset) else { return false }
      segment.maxTimestamp = newest.timestamp
      segment.offsetOfMaxTimestamp = segment.baseOffset + Int64(newest.relativeOffset)
    }
    guard segment.maxTimestamp >= last.maxTimestamp else { return false }
    segment.offsetIndex = offsets
    segment.timeIndex = times
    segment.indexesOnDisk = true
    logEndOffset = max(segment.baseOffset, last.lastOffset + 1)
    if isLast, segment.size > 0 {
      var scanner = BatchScanner(try segment.opened(fileSystem), from: 0, to: segment.size)
      segment.rollingTimestamp = try scanner.next()?.header.maxTimestamp
    }
    return true
  }

  /// Looks whether some entries point at the batches they name, and walks from the last entry to
  /// the segment's end.
  ///
  /// - Returns: The segment's last offset, and the largest timestamp of the batches walked; nil
  ///   if index and log do not fit.
  private func check(_ index: OffsetIndex, of segment: LogSegment) throws(LogError)
    -> (lastOffset: Int64, maxTimestamp: Int64)?
  {
    guard segment.size > 0 else {
      return index.entries.isEmpty ? (segment.baseOffset - 1, -1) : nil
    }
    let file = try segment.opened(fileSystem)
    let count = index.entries.count
    do {
      for place in Set([0, count / 4, count / 2, count * 3 / 4, count - 1]) where place >= 0 {
        guard place < count else { continue }
        let entry = index.entries[place]
        var scanner = BatchScanner(file, from: Int64(entry.position), to: segment.size)
        guard let (header, _) = try scanner.next(),
          segment.relative(header.lastOffset) == Int64(entry.relativeOffset)
        else { return nil }
      }
      var scanner = BatchScanner(
        file, from: Int64(index.entries.last?.position ?? 0), to: segment.size)
      var last = segment.baseOffset - 1
      var maxTimestamp: Int64 = -1
      while let (header, _) = try scanner.next() {
        guard header.baseOffset > last, header.lastOffsetDelta >= 0,
          segment.canHold(header.lastOffset)
        else { return nil }
        last = header.lastOffset
        maxTimestamp = max(maxTimestamp, header.maxTimestamp)
      }
      return scanner.position == segment.size ? (last, maxTimestamp) : nil
    } catch {
      if case .corrupt = error { return nil }
      throw error
    }
  }

  // MARK: After an unclean stop

  /// Reads a segment from its start, makes its indexes again, and cuts it behind the last batch
  /// that is whole and right. `logEndOffset` moves to its end.
  ///
  /// - Returns: false if it had to be cut.
  func recover(_ segment: LogSegment) throws(LogError) -> Bool {
    let fileSize = segment.size
    let file = try segment.opened(fileSystem)
    segment.size = 0
    segment.offsetIndex = OffsetIndex()
    segment.timeIndex = TimeIndex()
    segment.indexesOnDisk = false
    segment.maxTimestamp = -1
    segment.offsetOfMaxTimestamp = -1
    segment.bytesSinceIndexEntry = 0
    var next = segment.baseOffset
    var reader = VerifyingReader(file, size: fileSize)
    while let header = try reader.next() {
      guard header.baseOffset >= next, segment.canHold(header.lastOffset) else { break }
      segment.account(header, config: config)
      noteRecoveredEpoch(header)
      next = header.nextOffset
    }
    logEndOffset = next
    if segment.size == fileSize { return true }
    if refusesDamage { try requireTornEnd(of: segment, reader, next: next) }
    do {
      segment.file = nil
      let writable = try fileSystem.open(segment.logPath, .readWrite)
      try writable.truncate(to: segment.size)
      segment.file = writable
    } catch { throw LogError(error) }
    return false
  }

  /// Where nothing acknowledged may be cut: that what is damaged can only be a last batch that was
  /// being written. Each was flushed before the next one.
  private func requireTornEnd(
    of segment: LogSegment, _ reader: VerifyingReader, next: Int64
  ) throws(LogError) {
    let place = "\(segment.logPath): the batch at position \(segment.size), offset \(next),"
    if next < recoveryPoint {
      throw .corrupt("\(place) is damaged, and all before offset \(recoveryPoint) had been flushed")
    }
    var reader = reader
    if let found = try reader.nextWhole(behind: segment.size) {
      throw .corrupt("\(place) is damaged, and followed by a whole one at position \(found)")
    }
  }

  private func noteRecoveredEpoch(_ header: RecordBatchHeader) {
    if let last = recoveredEpochs.last, header.partitionLeaderEpoch <= last.epoch { return }
    recoveredEpochs.append((header.partitionLeaderEpoch, header.baseOffset))
  }
}

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
    guard try fill(RecordBatchHeader.size) else { return nil }
    let start = Int(position - bufferStart)
    guard
      let header = try? RecordBatchHeader(
        buffer.rawSpan.extracting(start..<start + RecordBatchHeader.size)),
      header.lastOffsetDelta >= 0, header.baseOffset >= 0,
      header.baseOffset <= Int64.max - Int64(Int32.max) - 1,
      Int64(header.sizeInBytes) <= size - position,
      try checksum(header) == header.crc
    else { return nil }
    position += Int64(header.sizeInBytes)
    return header
  }

  /// Looks for a whole batch at any place behind `damaged`.
  ///
  /// - Returns: Where it stands; nil where there is none.
  mutating func nextWhole(behind damaged: Int64) throws(LogError) -> Int64? {
    var place = damaged + 1
    while size - place >= Int64(RecordBatchHeader.size) {
      position = place
      if try next() != nil { return place }
      place += 1
    }
    return nil
  }

  /// Sees to it that `count` bytes from `position` on are in the buffer; false if the file ends.
  private mutating func fill(_ count: Int) throws(LogError) -> Bool {
    if position >= bufferStart, position + Int64(count) <= bufferStart + Int64(bufferCount) {
      return true
    }
    guard size - position >= Int64(count) else { return false }
    do { bufferCount = try file.read(into: &buffer, at: position) } catch { throw LogError(error) }
    bufferStart = position
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
      guard try fill(1) else { return ~header.crc }
      let start = Int(position - bufferStart)
      let count = Int(min(Int64(bufferCount - start), end - position))
      seed = CRC32C.checksum(buffer.rawSpan.extracting(start..<start + count), seed: seed)
      position += Int64(count)
    }
    return seed
  }
}
