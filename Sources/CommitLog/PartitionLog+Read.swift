import KafkaFormat

extension PartitionLog {
  /// The batches from the one that holds `offset` on, as a range of one segment's file.
  ///
  /// The start is exact. The end is that of a batch where an index entry tells so for nothing,
  /// else where `maxBytes` falls: a consumer drops a last batch that is not whole.
  ///
  /// - Parameters:
  ///   - maxBytes: The most that is wanted.
  ///   - minOneBatch: The first batch is returned whole, even if it is larger than that.
  ///   - upperBound: Only batches that end at or before this offset (high watermark, last stable
  ///     offset).
  /// - Returns: nil if there is nothing to read (yet).
  /// - Throws: `.offsetOutOfRange`; `.io`, `.corrupt`.
  public func read(
    from offset: Int64, maxBytes: Int, minOneBatch: Bool = true, upperBound: Int64 = .max
  ) throws(LogError) -> LogSlice? {
    guard offset >= logStartOffset, offset <= logEndOffset else {
      throw .offsetOutOfRange(
        offset: offset, logStartOffset: logStartOffset, logEndOffset: logEndOffset)
    }
    guard offset < min(upperBound, logEndOffset), var index = segmentIndex(floor: offset) else {
      return nil
    }
    while index < segments.count {
      if let found = try locate(offset, in: segments[index]) {
        return try slice(
          segments[index], from: found, maxBytes: maxBytes, minOneBatch: minOneBatch,
          upperBound: upperBound)
      }
      // The segment ends before the offset: the log has a gap there.
      index += 1
    }
    return nil
  }

  /// How many bytes there are from `offset` to `upperBound`, as `fetch.min.bytes` counts them.
  ///
  /// One answer reads from one segment alone. Where the segment of `offset` ends before
  /// `upperBound` no more can come to it: then this is more than any minimum.
  /// - Source: Apache Kafka 4.3.1, asked with minima above and below what a segment held.
  public func bytesAvailable(from offset: Int64, upperBound: Int64) throws(LogError) -> Int {
    let end = min(upperBound, logEndOffset)
    guard offset < end, let first = segmentIndex(floor: offset) else { return 0 }
    guard segmentIndex(floor: end) == first else { return .max }
    let segment = segments[first]
    guard let start = try locate(offset, in: segment) else { return 0 }
    let bound = end < logEndOffset ? try locate(end, in: segment)?.position : nil
    return Int((bound ?? segment.size) - start.position)
  }

  /// The base offset of the segment that is appended to.
  public var activeSegmentBaseOffset: Int64 { activeSegment.baseOffset }

  private func slice(
    _ segment: LogSegment, from first: BatchLocation, maxBytes: Int, minOneBatch: Bool,
    upperBound: Int64
  ) throws(LogError) -> LogSlice? {
    var end = segment.size
    if upperBound < logEndOffset, segment.canHold(upperBound),
      let bound = try locate(upperBound, in: segment)
    {
      end = bound.position
    }
    let firstEnd = first.position + Int64(first.size)
    guard firstEnd <= end else { return nil }
    let file = try openForReading(segment)
    if first.size >= maxBytes {
      guard minOneBatch || first.size == maxBytes else { return nil }
      return LogSlice(file: file, position: first.position, count: first.size)
    }
    if end - first.position > Int64(maxBytes) {
      end = first.position + Int64(maxBytes)
      let boundary = try offsetIndex(of: segment).boundary(atOrBefore: end)
      if boundary >= firstEnd { end = boundary }
    }
    return LogSlice(file: file, position: first.position, count: Int(end - first.position))
  }

  // MARK: From offset to position

  struct BatchLocation: Equatable {
    var position: Int64
    var size: Int
    var baseOffset: Int64
  }

  /// The first batch in `segment` that ends at or behind `offset`; nil if there is none.
  func locate(_ offset: Int64, in segment: LogSegment) throws(LogError) -> BatchLocation? {
    if let batch = recent.batch(containing: offset),
      batch.segmentBaseOffset == segment.baseOffset
    {
      return BatchLocation(
        position: batch.position, size: batch.size, baseOffset: batch.baseOffset)
    }
    let start = try trustedEntry(in: segment, floor: segment.relative(offset))?.position ?? 0
    var scanner = BatchScanner(
      try openForReading(segment), from: Int64(start), to: segment.size)
    do {
      while let (header, position) = try scanner.next() {
        if header.lastOffset >= offset {
          return BatchLocation(
            position: position, size: header.sizeInBytes, baseOffset: header.baseOffset)
        }
      }
    } catch {
      if case .io(let failure) = error, !failure.isPassing { goOffline(failure) }
      throw error
    }
    return nil
  }

  /// The index entry to search from. It must name the batch that it points at: if it does not,
  /// the index is made again from the log, of which it is no evidence.
  func trustedEntry(in segment: LogSegment, floor relativeOffset: Int64) throws(LogError)
    -> OffsetIndex.Entry?
  {
    guard let entry = try offsetIndex(of: segment).entry(floor: relativeOffset) else { return nil }
    var scanner = BatchScanner(
      try openForReading(segment), from: Int64(entry.position), to: segment.size,
      chunkSize: RecordBatchHeader.size)
    do {
      if let (header, _) = try scanner.next(),
        segment.relative(header.lastOffset) == Int64(entry.relativeOffset)
      {
        return entry
      }
    } catch {
      guard case .corrupt = error else { throw error }
    }
    if segment === activeSegment {
      // Its index was made from what was appended: the file was changed by somebody else.
      throw .corrupt("\(segment.logPath): no batch of its index at position \(entry.position)")
    }
    try rebuildIndexes(of: segment, size: segment.size)
    segment.indexMaxTimestamp()
    segment.indexesOnDisk = false
    return segment.offsetIndex?.entry(floor: relativeOffset)
  }

  /// The offset index of a segment, from the disk if it is not in memory.
  func offsetIndex(of segment: LogSegment) throws(LogError) -> OffsetIndex {
    if let index = segment.offsetIndex { return index }
    var index = OffsetIndex()
    do {
      let limit = config.segmentIndexBytes + (64 << 20)
      if let bytes = try fileSystem.contents(of: segment.indexPath, limit: limit) {
        // A damaged index costs a longer scan, nothing else.
        index = OffsetIndex(bytes.rawSpan, logSize: segment.size) ?? OffsetIndex()
      }
    } catch { throw LogError(error) }
    segment.offsetIndex = index
    if segment !== activeSegment { keepWarm(segment) }
    return index
  }

  static let warmSegments = 1

  private func openForReading(_ segment: LogSegment) throws(LogError) -> LogFile {
    if segment !== activeSegment { keepWarm(segment) }
    return try segment.opened(fileSystem)
  }

  /// Keeps a finished segment's file and index at hand, and lets the one read longest ago go.
  func keepWarm(_ segment: LogSegment) {
    if warm.last === segment { return }
    warm.removeAll { $0 === segment }
    warm.append(segment)
    while warm.count > (OpenFiles.arePlentiful ? Self.warmSegments : 0) { cool(warm.removeFirst()) }
  }

  /// What is not on the disk yet stays.
  func cool(_ segment: LogSegment) {
    guard segment.indexesOnDisk, segment !== activeSegment else { return }
    segment.file = nil
    segment.offsetIndex = nil
    segment.timeIndex = nil
  }
}
