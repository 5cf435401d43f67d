import CommitLog
import KafkaFormat
import KafkaMessages

/// What one partition of `__consumer_offsets` adds up to.
struct LoadedGroups: Sendable, Equatable {
  /// Of each group, what it committed.
  var offsets: [String: CommittedOffsets] = [:]
  /// Of each group, its newest metadata.
  var metadata: [String: GroupMetadataValue] = [:]
  var recordCount = 0
  /// Records, and stretches of the log, that could not be read.
  var skippedCount = 0
  /// Stretches of the log that are damaged.
  var hasDamage = false
  /// Something whole is in it that is of no kind that is kept here, or may be.
  var hasForeignRecords = false
  /// The first of them, in words.
  private(set) var problems: [String] = []
  /// The whole log could not be read.
  var failure: LogError?

  private static let mostProblems = 8

  mutating func skip(_ problem: @autoclosure () -> String) {
    skippedCount += 1
    if problems.count < Self.mostProblems { problems.append(problem()) }
  }

  /// The groups that there is something of, in order.
  var groupIds: [String] { Set(offsets.keys).union(metadata.keys).sorted() }

  mutating func apply(_ record: GroupRecord) {
    recordCount += 1
    switch record {
    case .offset(let key, let value):
      offsets[key.group, default: CommittedOffsets()].replay(key, value)
      if offsets[key.group]?.isEmpty == true { offsets[key.group] = nil }
    case .group(let key, let value): metadata[key.group] = value
    }
  }
}

/// Reads one partition of `__consumer_offsets` from its start. Waits for the disk.
///
/// What cannot be read is passed over and told of: one damaged record must not cost all groups
/// their offsets. Batches of transactions and control records are passed over too: transactions
/// are not served, so that nobody could say which of them count.
struct GroupLoader {
  /// The most bytes that a compressed batch may become.
  private static let mostDecompressedBytes = 64 << 20

  private(set) var loaded = LoadedGroups()
  private let name: String
  private let decompressor = Decompressor()
  private var decompressed: [UInt8] = []

  /// - Parameter name: Of the partition, for messages.
  init(name: String) { self.name = name }

  /// Loads a partition whose log is open.
  ///
  /// - Parameter chunkSize: `offsets.load.buffer.size`.
  static func load(_ partition: Partition, chunkSize: Int) -> LoadedGroups {
    var loader = GroupLoader(name: "\(partition.name)")
    var next: Int64 = 0
    do throws(LogError) {
      while let segment = try partition.wholeSegment(from: next) {
        try loader.load(segment, chunkSize: chunkSize)
        next = max(next + 1, segment.offsets.upperBound)
      }
    } catch { loader.loaded.failure = error }
    return loader.loaded
  }

  mutating func load(_ segment: WholeSegment, chunkSize: Int) throws(LogError) {
    var reader = WholeBatchReader(segment.slice, chunkSize: chunkSize)
    while let item = try reader.next() {
      switch item {
      case .batch(let header, let range):
        load(header, reader.bytes.rawSpan.extracting(range))
      case .damaged(let position, let count, let isSearched):
        let file = segment.slice.file.path
        loaded.hasDamage = true
        if !isSearched { loaded.hasForeignRecords = true }
        loaded.skip("\(count) bytes of \(file) at position \(position) are no batch")
      }
    }
  }

  /// One batch whose checksum is right.
  private mutating func load(_ header: RecordBatchHeader, _ batch: RawSpan) {
    if header.isControl || header.isTransactional {
      loaded.hasForeignRecords = true
      return
    }
    let records = batch.extracting(droppingFirst: RecordBatchHeader.size)
    guard let codec = header.codec else {
      loaded.hasForeignRecords = true
      return loaded.skip("\(name): the batch at offset \(header.baseOffset) has no known codec")
    }
    if codec == .none { return replay(records, header) }
    // Taken out while it is in use, so that it is not copied.
    var output = decompressed
    decompressed = []
    defer { decompressed = output }
    do throws(CompressionError) {
      let size = try decompressor.decompress(
        records, codec: codec, limit: Self.mostDecompressedBytes, into: &output)
      replay(output.rawSpan.extracting(0..<size), header)
    } catch {
      // Its checksum is right, so somebody wrote it like this, and may be able to read it.
      loaded.hasForeignRecords = true
      loaded.skip("\(name): the batch at offset \(header.baseOffset) cannot be read: \(error)")
    }
  }

  private mutating func replay(_ records: RawSpan, _ header: RecordBatchHeader) {
    var reader = RecordReader(records, count: Int(header.recordCount))
    do throws(FormatError) {
      while let record = try reader.next() {
        do throws(GroupRecordError) {
          loaded.apply(try GroupRecord(key: record.key, value: record.value))
        } catch {
          if error.isForeign { loaded.hasForeignRecords = true }
          let offset = header.baseOffset &+ Int64(record.offsetDelta)
          loaded.skip("\(name): the record at offset \(offset) is passed over: \(error)")
        }
      }
    } catch {
      loaded.hasForeignRecords = true
      loaded.skip("\(name): the batch at offset \(header.baseOffset) cannot be read: \(error)")
    }
  }
}

extension Partition {
  /// A segment of its log as a whole; nil where there is none, or no log.
  fileprivate func wholeSegment(from offset: Int64) throws(LogError) -> WholeSegment? {
    try state.withLock { (state: inout sending PartitionState) throws(LogError) in
      try state.log?.wholeSegment(from: offset)
    }
  }
}
