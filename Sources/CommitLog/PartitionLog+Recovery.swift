import KafkaFormat

extension PartitionLog {
  // MARK: After a clean stop

  /// Takes a segment's indexes from the disk if they can be trusted; `logEndOffset` moves to the
  /// segment's end.
  ///
  /// - Parameter nextBase: The base offset of the segment behind it; nil for the last.
  /// - Returns: false if the segment must be recovered from the log.
  func loadIndexes(of segment: LogSegment, nextBase: Int64?) throws(LogError) -> Bool {
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
    guard let last = try check(offsets, of: segment), last.lastOffset < nextBase ?? .max else {
      return false
    }
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
    if nextBase == nil, segment.size > 0 {
      var scanner = BatchScanner(try segment.opened(fileSystem), from: 0, to: segment.size)
      do { segment.rollingTimestamp = try scanner.next()?.header.maxTimestamp } catch {
        // Its first batch is one that was lost.
        guard damage == .keep, case .corrupt = error else { throw error }
      }
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
  /// - Parameter nextBase: The base offset of the segment behind it; nil for the last.
  /// - Returns: false if it had to be cut.
  func recover(_ segment: LogSegment, nextBase: Int64?) throws(LogError) -> Bool {
    let fileSize = segment.size
    let file = try segment.opened(fileSystem)
    segment.size = 0
    segment.offsetIndex = OffsetIndex()
    segment.timeIndex = TimeIndex()
    segment.indexesOnDisk = false
    segment.maxTimestamp = -1
    segment.offsetOfMaxTimestamp = -1
    segment.bytesSinceIndexEntry = 0
    recovery.bytesRead += fileSize
    var next = segment.baseOffset
    var reader = VerifyingReader(file, size: fileSize)
    let limit = min(nextBase ?? .max, segment.baseOffset.addingClamped(Int64(Int32.max) + 1))
    var gapEnd: Int64?
    repeat {
      if let gapEnd {
        noteGap(in: segment, to: gapEnd, next: next)
        segment.skipGap(to: gapEnd)
        reader.seek(to: gapEnd)
      }
      while let found = try reader.next(),
        let header = try placed(
          found, in: segment, &reader,
          Placing(next: next, limit: limit, nextBase: nextBase, isBehindGap: segment.size == gapEnd)
        )
      {
        segment.account(header, config: config)
        noteRecoveredEpoch(header)
        next = header.nextOffset
      }
      logEndOffset = next
      if segment.size == fileSize { return true }
      if damage == .refuse { try requireTornEnd(of: segment, &reader, next: next) }
      gapEnd = nil
      if damage == .keep,
        case .found(let place) = try reader.nextWhole(behind: segment.size, from: next, to: limit)
      {
        gapEnd = place
      }
    } while gapEnd != nil
    var isLoss = next < recoveryPoint || nextBase.map { $0 != next } ?? false
    // Whatever is whole may have been acknowledged, at whichever offset it says that it is.
    if !isLoss { isLoss = try reader.whole(at: segment.size) != nil }
    if !isLoss { isLoss = try reader.nextWhole(behind: segment.size) != .nothing }
    try cutEnd(of: segment, fileSize: fileSize, next: next, isLoss: isLoss)
    return false
  }

  /// Where a batch is met at recovery.
  private struct Placing {
    /// The offset behind the batch before it.
    var next: Int64
    /// No offset of the segment is at or behind this.
    var limit: Int64
    /// The base offset of the segment behind it; nil for the last.
    var nextBase: Int64?
    var isBehindGap: Bool
  }

  /// The head of the whole batch that stands where the segment ends so far, with the offsets that
  /// it has; nil where they are wrong.
  ///
  /// Its base offset lies outside of its checksum. One that is wrong would put all that follows
  /// out of order. Where what follows leaves one offset only, it is written there again; where it
  /// shows that a jump is wrong, the batch is damaged, and not what follows it.
  private func placed(
    _ header: RecordBatchHeader, in segment: LogSegment, _ reader: inout VerifyingReader,
    _ placing: Placing
  ) throws(LogError) -> RecordBatchHeader? {
    // Of a log that is never compacted no offset is missing.
    if damage == .refuse, header.baseOffset != placing.next { return nil }
    let isPossible = header.hasOffsets(from: placing.next, to: placing.limit)
    if isPossible, header.baseOffset == placing.next { return header }
    var right = header
    right.baseOffset = placing.next
    let end = segment.size + Int64(header.sizeInBytes)
    if damage != .refuse, !placing.isBehindGap,
      right.hasOffsets(from: placing.next, to: placing.limit)
    {
      // The last batch of all has nothing behind it: then it is wrong only where it cannot be.
      let atEnd = placing.nextBase ?? (isPossible ? nil : right.nextOffset)
      let behind = end == reader.size ? atEnd : try reader.whole(at: end)?.baseOffset
      if behind == right.nextOffset {
        try mend(segment, offset: placing.next)
        return right
      }
    }
    guard isPossible else { return nil }
    // Offsets may jump, in a log that was compacted. They never go back.
    var following = try reader.whole(at: end)
    if following == nil, case .found(let place) = try reader.nextWhole(behind: end) {
      following = try reader.whole(at: place)
    }
    if let following, following.hasOffsets(from: placing.next, to: .max),
      following.baseOffset < header.nextOffset
    {
      return nil
    }
    return header
  }

  /// Writes the base offset of the batch that stands where the segment ends so far.
  private func mend(_ segment: LogSegment, offset: Int64) throws(LogError) {
    var writer = ByteWriter(reserving: 8)
    writer.int64(offset)
    do {
      let file = try fileSystem.open(segment.logPath, .readWrite)
      try file.write(writer.finish().rawSpan, at: segment.size)
      try file.sync()
    } catch { throw LogError(error) }
    recovery.repairs.append(
      LogRepair(
        kind: .mended, path: segment.logPath, position: segment.size, byteCount: 0,
        offset: offset))
  }

  private func noteGap(in segment: LogSegment, to position: Int64, next: Int64) {
    recovery.repairs.append(
      LogRepair(
        kind: .gap, path: segment.logPath, position: segment.size,
        byteCount: position - segment.size, offset: next))
  }

  /// Cuts a segment at its size. What must not have been lost is kept beside it.
  private func cutEnd(of segment: LogSegment, fileSize: Int64, next: Int64, isLoss: Bool)
    throws(LogError)
  {
    segment.file = nil
    var copy: String?
    if isLoss {
      copy = try copyDamaged(segment, from: segment.size, to: fileSize, offset: next)
    }
    do {
      let writable = try fileSystem.open(segment.logPath, .readWrite)
      try writable.truncate(to: segment.size)
      // Else a power cut could bring it back behind what is appended from here on.
      try writable.sync()
      segment.file = writable
    } catch { throw LogError(error) }
    recovery.repairs.append(
      LogRepair(
        kind: isLoss ? .cut : .tornTail, path: segment.logPath, position: segment.size,
        byteCount: fileSize - segment.size, offset: next, copy: copy))
  }

  /// Where nothing acknowledged may be cut: that what is damaged can only be a last batch that was
  /// being written. Each was flushed before the next one, so that such a batch begins at the
  /// flushed end. Where the log has records behind that end, another broker wrote them, and the
  /// flushed end says nothing about them. In such a log, and where no flushed end is known, a batch
  /// that is complete and wrong is taken for damaged: an interrupted write mostly leaves one
  /// without its end.
  ///
  /// - Throws: `.corrupt` with the file, the position, the offset and what to do.
  private func requireTornEnd(
    of segment: LogSegment, _ reader: inout VerifyingReader, next: Int64
  ) throws(LogError) {
    let reason: String
    let isAtFlushedEnd = flushedEnd?.offset == next
    if next < recoveryPoint {
      reason = "is damaged, and all before offset \(recoveryPoint) had been flushed"
    } else if openedClean {
      reason = "is damaged, and the last stop was a clean one"
    } else if !isAtFlushedEnd, try reader.whole(at: segment.size) != nil {
      reason = "is whole, but its base offset is not \(next)"
    } else {
      switch try reader.nextWhole(behind: segment.size) {
      case .found(let found):
        reason = "is damaged, and followed by a whole one at position \(found)"
      case .givenUp: reason = "is damaged, and what follows it cannot be read"
      case .nothing:
        if isAtFlushedEnd { return }
        if try !reader.isCompleteButWrong(at: segment.size) { return }
        reason = "is complete, but its checksum does not match"
      }
    }
    throw .corrupt(
      Self.damageText(segment.logPath, position: segment.size, offset: next, reason: reason))
  }

  /// A damaged log of which nothing may be cut, in words.
  public static func damageText(_ path: String, position: Int64, offset: Int64, reason: String)
    -> String
  {
    "\(path): the batch at position \(position), offset \(offset), \(reason). The broker cuts"
      + " nothing of this log, for later changes would be lost: restore the file from a copy. To"
      + " give up all changes from offset \(offset) on, cut it (truncate -s \(position) \(path))"
      + " and \(forgettingText(PosixFileSystem().parent(of: path)))"
  }

  /// How to remove what says that a log, which is cut by hand, had been flushed further.
  static func forgettingText(_ directory: String) -> String {
    let files = PosixFileSystem()
    let name = directory.split(separator: "/").last.map(String.init) ?? directory
    let line =
      LogFileNames.topicPartition(ofDirectory: name)
      .map { "\($0.topic) \($0.partition)" } ?? name
    return "remove \(directory)/\(FlushedEnd.name) and, if it is there, the line of \(line) in"
      + " \(files.parent(of: directory))/\(OffsetCheckpoint.recoveryPoint.rawValue), of which the"
      + " second line is the number of those that follow"
  }

  private func noteRecoveredEpoch(_ header: RecordBatchHeader) {
    if let last = recoveredEpochs.last, header.partitionLeaderEpoch <= last.epoch { return }
    recoveredEpochs.append((header.partitionLeaderEpoch, header.baseOffset))
  }
}
