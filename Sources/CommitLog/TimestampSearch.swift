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
    /// The first record of exactly the largest time, which this is.
    case maximum(Int64)
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
  var decompressedLimit = 256 << 20

  /// Reads batches until the record is found.
  ///
  /// - Returns: nil if there is no such record.
  public func run() throws(LogError) -> TimestampedOffset? {
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
        guard header.baseOffset < endOffset else { return nil }
        guard header.lastOffset >= startOffset, header.maxTimestamp >= wanted else { continue }
        if let found = try search(header, file, at: position) { return found }
      }
    }
    return nil
  }

  private var wanted: Int64 {
    switch goal {
    case .atLeast(let timestamp), .maximum(let timestamp): timestamp
    }
  }

  private func search(_ header: RecordBatchHeader, _ file: LogFile, at position: Int64)
    throws(LogError) -> TimestampedOffset?
  {
    if header.timestampType == .logAppendTime {
      return TimestampedOffset(
        timestamp: header.maxTimestamp, offset: max(header.baseOffset, startOffset),
        leaderEpoch: header.partitionLeaderEpoch)
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
        let timestamp = header.baseTimestamp &+ record.timestampDelta
        let offset = header.baseOffset &+ Int64(record.offsetDelta)
        if timestamp >= wanted, offset >= startOffset {
          return TimestampedOffset(
            timestamp: timestamp, offset: offset, leaderEpoch: header.partitionLeaderEpoch)
        }
      }
    } catch let error as FileError {
      throw LogError(error)
    } catch {
      throw .corrupt("\(file.path): the batch at position \(position) cannot be read: \(error)")
    }
    return nil
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
      endOffset: visibleEndOffset, places: places)
  }

  /// Prepares the search for the first record with the largest timestamp of all.
  ///
  /// - Returns: nil if the log is empty, or no record has a timestamp.
  public func searchMaxTimestamp() throws(LogError) -> TimestampSearch? {
    let largest = segments.map(\.maxTimestamp).max() ?? -1
    guard largest >= 0, logEndOffset > logStartOffset,
      let segment = segments.first(where: { $0.maxTimestamp == largest })
    else { return nil }
    let position = try position(in: segment, before: largest)
    return TimestampSearch(
      fileSystem: fileSystem, goal: .maximum(largest), startOffset: logStartOffset,
      endOffset: visibleEndOffset, places: [place(segment, from: position)])
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
    var index = segment.timeIndex
    if index == nil {
      do {
        let limit = config.segmentIndexBytes + (64 << 20)
        if let bytes = try fileSystem.contents(of: segment.timeIndexPath, limit: limit) {
          index = TimeIndex(bytes.rawSpan, maximalOffset: Int64(Int32.max))
        }
      } catch { throw LogError(error) }
    }
    // Of the entries before `timestamp` only: one of exactly that time may have its first record
    // in an earlier batch.
    let relative = index?.relativeOffset(floor: timestamp &- 1) ?? 0
    return Int64(try trustedEntry(in: segment, floor: Int64(relative))?.position ?? 0)
  }
}
