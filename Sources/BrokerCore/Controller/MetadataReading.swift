import CommitLog
import KafkaFormat
import KafkaMessages

/// Reads the metadata log from its first batch to its last, and checks what a checksum does not
/// cover: that offsets follow one another, and that a batch has the epoch of its leader.
struct MetadataReading {
  /// Of the last control batch.
  private(set) var epoch: Int32?
  /// The level of `metadata.version` that was set last.
  private var metadataVersion: Int16?

  /// Reads the batches of a slice.
  ///
  /// - Returns: The offset behind the last one that is whole in it.
  /// - Throws: `.corrupt` with the file, the position, the offset and what to do.
  mutating func read(
    _ slice: LogSlice, from offset: Int64, _ body: (MetadataRecord, Int64) -> Void
  ) throws(LogError) -> Int64 {
    let all: [UInt8]
    do { all = try slice.file.read(at: slice.position, count: slice.count) } catch {
      throw .io(error)
    }
    let bytes = all.rawSpan
    var position = 0
    var next = offset
    while bytes.byteCount - position >= RecordBatchHeader.size {
      let rest = bytes.extracting(position..<bytes.byteCount)
      let header: RecordBatchHeader
      do throws(FormatError) {
        header = try RecordBatchHeader(rest)
        if header.sizeInBytes > rest.byteCount { break }
        try check(header, rest.extracting(0..<header.sizeInBytes), next: next)
      } catch {
        throw .corrupt(
          PartitionLog.damageText(
            slice.file.path, position: slice.position + Int64(position), offset: next,
            reason: "cannot be read: \(error)"))
      }
      try readRecords(
        header, rest.extracting(RecordBatchHeader.size..<header.sizeInBytes), slice.file.path, body)
      position += header.sizeInBytes
      next = header.nextOffset
    }
    return next
  }

  /// Reads the records of a batch whose bytes are right.
  private mutating func readRecords(
    _ header: RecordBatchHeader, _ bytes: RawSpan, _ path: String,
    _ body: (MetadataRecord, Int64) -> Void
  ) throws(LogError) {
    if header.isControl { return }
    var records = RecordReader(bytes, count: Int(header.recordCount))
    var offset = header.baseOffset
    do throws(FormatError) {
      while let found = try records.next() {
        guard let value = found.value else { continue }
        offset = header.baseOffset + Int64(found.offsetDelta)
        let record: MetadataRecord
        do throws(FormatError) { record = try MetadataRecord(envelope: value) } catch {
          throw .invalid(ForeignMetadata.name(ofRecord: value) ?? "\(error)")
        }
        if case .featureLevel(let feature) = record, feature.name == MetadataFeature.name {
          metadataVersion = feature.featureLevel
          if feature.featureLevel > MetadataFeature.level {
            throw .invalid("a newer metadata.version")
          }
        }
        body(record, offset)
      }
    } catch {
      let found = if case .invalid(let text) = error { text } else { "\(error)" }
      throw .unusableDirectory(
        ForeignMetadata.refusal(path, offset: offset, found: found, version: metadataVersion))
    }
  }

  private mutating func check(_ header: RecordBatchHeader, _ batch: RawSpan, next: Int64)
    throws(FormatError)
  {
    guard RecordBatch.checksum(of: batch) == header.crc else {
      throw .invalid("its checksum does not match")
    }
    guard header.baseOffset == next else {
      throw .invalid("its base offset is \(header.baseOffset)")
    }
    if header.isControl {
      epoch = header.partitionLeaderEpoch
    } else if let epoch, epoch != header.partitionLeaderEpoch {
      throw .invalid("its epoch is \(header.partitionLeaderEpoch), its leader's \(epoch)")
    }
  }
}
