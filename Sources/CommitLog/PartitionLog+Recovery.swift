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
    var found: Int64?
    repeat {
      if let found {
        noteGap(in: segment, to: found, next: next)
        segment.skipGap(to: found)
        reader.seek(to: found)
      }
      while let header = try reader.next(), header.baseOffset >= next,
        header.lastOffset < limit
      {
        segment.account(header, config: config)
        noteRecoveredEpoch(header)
        next = header.nextOffset
      }
      logEndOffset = next
      if segment.size == fileSize { return true }
      if damage == .refuse { try requireTornEnd(of: segment, reader, next: next) }
      found = try reader.nextWhole(behind: segment.size, from: next, to: limit)
    } while damage == .keep && found != nil
    let isLoss = found != nil || next < recoveryPoint || nextBase.map { $0 != next } ?? false
    try cutEnd(of: segment, fileSize: fileSize, next: next, isLoss: isLoss)
    return false
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
      segment.file = writable
    } catch { throw LogError(error) }
    recovery.repairs.append(
      LogRepair(
        kind: isLoss ? .cut : .tornTail, path: segment.logPath, position: segment.size,
        byteCount: fileSize - segment.size, offset: next, copy: copy))
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
    if let found = try reader.nextWhole(behind: segment.size, from: 0, to: .max) {
      throw .corrupt("\(place) is damaged, and followed by a whole one at position \(found)")
    }
  }

  private func noteRecoveredEpoch(_ header: RecordBatchHeader) {
    if let last = recoveredEpochs.last, header.partitionLeaderEpoch <= last.epoch { return }
    recoveredEpochs.append((header.partitionLeaderEpoch, header.baseOffset))
  }
}
