import KafkaFormat

/// An offset with the timestamp of its record, as ListOffsets answers.
public struct TimestampedOffset: Sendable, Equatable {
  public var timestamp: Int64
  public var offset: Int64
  /// The epoch of the batch it is in.
  public var leaderEpoch: Int32

  public init(timestamp: Int64, offset: Int64, leaderEpoch: Int32) {
    self.timestamp = timestamp
    self.offset = offset
    self.leaderEpoch = leaderEpoch
  }
}

/// The part of a look-up by time that reads the log: made under the partition's lock, run
/// without it.
///
/// - Source: KIP-79, KIP-734; Apache Kafka `LogSegment.findOffsetByTimestamp`.
public struct TimestampSearch: Sendable {
  enum Goal: Sendable {
    /// The first record of this time or later.
    case atLeast(Int64)
    /// The first record with the largest time of those that are left in the places.
    case maximum
  }

  /// A part of a segment that may hold what is looked for.
  struct Place: Sendable {
    var path: String
    var file: LogFile?
    var position: Int64
    var end: Int64
  }

  let fileSystem: any FileSystem
  let goal: Goal
  let startOffset: Int64
  /// No record at or behind it is found.
  let endOffset: Int64
  let places: [Place]
  /// What one batch may become when it is decompressed.
  let decompressedLimit: Int

  /// Reads batches until the record is found; of a maximum, all batches of the places.
  ///
  /// - Returns: nil if there is no such record.
  public func run() throws(LogError) -> TimestampedOffset? {
    var best: TimestampedOffset?
    for place in places {
      let file: LogFile
      if let open = place.file {
        file = open
      } else {
        do { file = try fileSystem.open(place.path, .read) } catch {
          // Deleted in between: what it held is not in the log any more.
          if error.isNotFound { continue }
          throw LogError(error)
        }
      }
      var scanner = BatchScanner(file, from: place.position, to: place.end)
      while let (header, position) = try scanner.next() {
        guard header.baseOffset < endOffset else { return best }
        guard header.lastOffset >= startOffset else { continue }
        switch goal {
        case .atLeast(let timestamp):
          if header.maxTimestamp < timestamp { continue }
          if let found = try first(of: timestamp, in: header, file, at: position) { return found }
        case .maximum:
          if header.maxTimestamp <= best?.timestamp ?? -1 { continue }
          best = try largest(in: header, file, at: position, over: best)
        }
      }
    }
    return best
  }

  private func first(
    of wanted: Int64, in header: RecordBatchHeader, _ file: LogFile, at position: Int64
  ) throws(LogError) -> TimestampedOffset? {
    var found: TimestampedOffset?
    try forEachRecord(of: header, file, at: position) { record in
      if record.timestamp < wanted { return true }
      found = record
      return false
    }
    return found
  }

  /// The first record with the largest time of a batch, or `known` if none is later than that.
  private func largest(
    in header: RecordBatchHeader, _ file: LogFile, at position: Int64,
    over known: TimestampedOffset?
  ) throws(LogError) -> TimestampedOffset? {
    var best = known
    try forEachRecord(of: header, file, at: position) { record in
      if record.timestamp > best?.timestamp ?? -1 { best = record }
      return record.timestamp < header.maxTimestamp
    }
    return best
  }

  /// Hands out the records from the log's start on, in order, until `visit` returns false.
  private func forEachRecord(
    of header: RecordBatchHeader, _ file: LogFile, at position: Int64,
    _ visit: (TimestampedOffset) -> Bool
  ) throws(LogError) {
    if header.timestampType == .logAppendTime {
      _ = visit(
        TimestampedOffset(
          timestamp: header.maxTimestamp, offset: max(header.baseOffset, startOffset),
          leaderEpoch: header.partitionLeaderEpoch))
      return
    }
    do {
      guard let codec = header.codec else { throw CompressionError.unsupported(.none) }
      let start = position + Int64(RecordBatchHeader.size)
      var records = try file.read(at: start, count: header.sizeInBytes - RecordBatchHeader.size)
      var count = records.count
      if codec != .none {
        var plain: [UInt8] = []
        count = try Decompressor().decompress(
          records.rawSpan, codec: codec, limit: decompressedLimit, into: &plain)
        records = plain
      }
      var reader = RecordReader(
        records.rawSpan.extracting(0..<count), count: Int(header.recordCount))
      while let record = try reader.next() {
        let offset = header.baseOffset &+ Int64(record.offsetDelta)
        if offset < startOffset { continue }
        let isToContinue = visit(
          TimestampedOffset(
            timestamp: header.baseTimestamp &+ record.timestampDelta, offset: offset,
            leaderEpoch: header.partitionLeaderEpoch))
        if !isToContinue { return }
      }
    } catch let error as FileError {
      throw LogError(error)
    } catch {
      throw .corrupt("\(file.path): the batch at position \(position) cannot be read: \(error)")
    }
  }
}

extension PartitionLog {
  /// Prepares the search for the first record of `timestamp` or later.
  ///
  /// - Returns: nil if there is no such record.
  /// - Throws: `.io` where a time index is read from the disk.
  public func search(timestamp: Int64) throws(LogError) -> TimestampSearch? {
    guard let first = segments.firstIndex(where: { $0.maxTimestamp >= timestamp }) else {
      return nil
    }
    var places: [TimestampSearch.Place] = []
    for segment in segments[first...] where segment.maxTimestamp >= timestamp {
      // Only the first can be narrowed: the others are there in case its part was cut off by
      // the log's start.
      let position = places.isEmpty ? try position(in: segment, before: timestamp) : 0
      places.append(place(segment, from: position))
    }
    return TimestampSearch(
      fileSystem: fileSystem, goal: .atLeast(timestamp), startOffset: logStartOffset,
      endOffset: visibleEndOffset, places: places,
      decompressedLimit: config.batchDecompressedBytesMax)
  }

  /// Prepares the search for the first record with the largest timestamp of all that are left and
  /// visible.
  ///
  /// A segment's largest timestamp counts records before the log's start, and those that wait for
  /// their flush, too. The segments with such records are searched, and beside them the best of the
  /// others.
  ///
  /// - Returns: nil if there is no such record, or none has a timestamp.
  public func searchMaxTimestamp() throws(LogError) -> TimestampSearch? {
    let end = visibleEndOffset
    guard end > logStartOffset, let first = segmentIndex(floor: logStartOffset) else { return nil }
    let visible = segments[first...].prefix { $0.baseOffset < end }
    func isWhole(_ segment: LogSegment) -> Bool {
      segment.baseOffset >= logStartOffset && segment.offsetOfMaxTimestamp < end
    }
    let best = visible.filter(isWhole).max { $0.maxTimestamp < $1.maxTimestamp }
    let largest = max(0, best?.maxTimestamp ?? -1)
    var places: [TimestampSearch.Place] = []
    for segment in visible where segment.maxTimestamp >= largest {
      if !isWhole(segment) {
        if let place = try cutPlace(segment, end: end) { places.append(place) }
      } else if segment === best {
        places.append(place(segment, from: try position(in: segment, before: largest)))
      }
    }
    if places.isEmpty { return nil }
    return TimestampSearch(
      fileSystem: fileSystem, goal: .maximum, startOffset: logStartOffset, endOffset: end,
      places: places, decompressedLimit: config.batchDecompressedBytesMax)
  }

  /// Where the largest timestamp is looked for in a segment of which only the records from the
  /// log's start to `end` count.
  private func cutPlace(_ segment: LogSegment, end: Int64) throws(LogError)
    -> TimestampSearch.Place?
  {
    var start: Int64 = 0
    if segment.baseOffset < logStartOffset {
      guard let location = try locate(logStartOffset, in: segment) else { return nil }
      start = location.position
    }
    // The largest that is known to count, of the segment or of its index, saves reading.
    var (timestamp, offset) = (segment.maxTimestamp, segment.offsetOfMaxTimestamp)
    if offset >= end {
      let entry = try timeIndex(of: segment)?.last(before: segment.relative(end))
      timestamp = entry?.timestamp ?? -1
      offset = entry.map { segment.baseOffset + Int64($0.relativeOffset) } ?? -1
    }
    let indexed = offset >= logStartOffset ? try position(in: segment, before: timestamp) : 0
    return place(segment, from: max(start, indexed))
  }

  /// The search at once, for callers that may wait for the disk.
  public func offset(forTimestamp timestamp: Int64) throws(LogError) -> TimestampedOffset? {
    try search(timestamp: timestamp)?.run()
  }

  public func offsetOfMaxTimestamp() throws(LogError) -> TimestampedOffset? {
    try searchMaxTimestamp()?.run()
  }

  private func place(_ segment: LogSegment, from position: Int64) -> TimestampSearch.Place {
    TimestampSearch.Place(
      path: segment.logPath, file: segment.file, position: position, end: segment.size)
  }

  /// A position in `segment` before which every record is older than `timestamp`.
  private func position(in segment: LogSegment, before timestamp: Int64) throws(LogError) -> Int64 {
    // Of the entries before `timestamp` only: one of exactly that time may have its first record
    // in an earlier batch.
    let relative = try timeIndex(of: segment)?.relativeOffset(floor: timestamp &- 1) ?? 0
    return Int64(try trustedEntry(in: segment, floor: Int64(relative))?.position ?? 0)
  }

  /// A segment's time index, from the disk where it is not in memory; nil if it has none.
  private func timeIndex(of segment: LogSegment) throws(LogError) -> TimeIndex? {
    if let index = segment.timeIndex { return index }
    do {
      let limit = config.segmentIndexBytes + (64 << 20)
      return try fileSystem.contents(of: segment.timeIndexPath, limit: limit)
        .flatMap { TimeIndex($0.rawSpan, maximalOffset: Int64(Int32.max)) }
    } catch { throw LogError(error) }
  }
}
