import KafkaFormat

/// The file of a snapshot, `<offset>.snapshot`: the state before the record at that offset.
///
/// Layout (big-endian): `[version i16 = 1 | crc u32 | count i32 | entries]`, the CRC-32C over all
/// that follows it. An entry: `[producerId i64 | epoch i16 | lastSequence i32 | lastOffset i64 |`
/// `offsetDelta i32 | timestamp i64 | coordinatorEpoch i32 | currentTxnFirstOffset i64]`.
/// Written at roll and at a clean stop. One that is damaged is removed, and the state read from
/// the log.
///
/// - Source: Apache Kafka `ProducerSnapshot.json`, `ProducerStateManager.writeSnapshot`.
extension ProducerStateTable {
  private static let snapshotVersion: Int16 = 1
  private static let entrySize = 46

  func encodedSnapshot() -> [UInt8] {
    var body = ByteWriter(reserving: 4 + producers.count * Self.entrySize)
    body.int32(Int32(clamping: producers.count))
    for (id, producer) in producers.sorted(by: { $0.key < $1.key }) {
      body.int64(id)
      body.int16(producer.epoch)
      body.int32(producer.lastSequence)
      body.int64(producer.batches.last?.lastOffset ?? -1)
      body.int32(producer.batches.last?.offsetDelta ?? 0)
      body.int64(producer.lastTimestamp)
      body.int32(producer.coordinatorEpoch)
      body.int64(producer.currentTransactionFirstOffset)
    }
    let entries = body.finish()
    var file = ByteWriter(reserving: 6 + entries.count)
    file.int16(Self.snapshotVersion)
    file.uint32(CRC32C.checksum(entries.rawSpan))
    file.raw(entries)
    return file.finish()
  }

  /// - Throws: `FormatError` for a version, checksum or count that is not right.
  public init(snapshot bytes: RawSpan) throws(FormatError) {
    self.init()
    var reader = ByteReader(bytes)
    let version = try reader.int16()
    guard version == Self.snapshotVersion else {
      throw .invalid("snapshot of version \(version)")
    }
    let crc = try reader.uint32()
    guard CRC32C.checksum(reader.rest()) == crc else { throw .invalid("snapshot with wrong CRC") }
    let count = Int(try reader.int32())
    guard count >= 0, count == reader.remaining / Self.entrySize,
      reader.remaining % Self.entrySize == 0
    else { throw .invalidLength(count) }
    for _ in 0..<count {
      let id = try reader.int64()
      let epoch = try reader.int16()
      let lastSequence = try reader.int32()
      let lastOffset = try reader.int64()
      let offsetDelta = try reader.int32()
      let timestamp = try reader.int64()
      var producer = Producer(epoch: epoch, batches: [], lastTimestamp: timestamp)
      producer.coordinatorEpoch = try reader.int32()
      producer.currentTransactionFirstOffset = try reader.int64()
      if lastOffset >= 0, offsetDelta >= 0, lastSequence >= 0 {
        producer.batches = [
          Batch(
            lastSequence: lastSequence, lastOffset: lastOffset, offsetDelta: offsetDelta,
            timestamp: timestamp)
        ]
      }
      restore(id, producer)
    }
  }
}
