import KafkaFormat
import LoadModel

/// Verifies what one consumer reads: every record, every byte.
struct RecordChecker: Sendable {
  private(set) var ledger: ReceiptLedger
  private let codec: StampCodec
  private let headerKey = Array(StampForm.headerKey.utf8)
  /// Partitions of which retention deleted records before they were read.
  private(set) var deletedUnread: Set<Int32> = []

  init(producers: Int, partitions: Int, codec: StampCodec) {
    ledger = ReceiptLedger(producers: producers, partitions: partitions)
    self.codec = codec
  }

  /// The rest of a batch cannot be read.
  mutating func countUnreadable() { ledger.receiveUnreadable() }

  mutating func skippedDeletedRecords(partition: Int32) { deletedUnread.insert(partition) }

  /// - Returns: When the record was due, on the run's monotonic clock; nil where it is not sound.
  mutating func check(_ record: borrowing Record, partition: Int32, nowNanos: Int64) -> Int64? {
    guard let value = record.value else {
      ledger.receiveWithoutStamp()
      return nil
    }
    guard codec.form == .header else {
      return ledger.receive(value: value, partition: partition, codec: codec, nowNanos: nowNanos)
    }
    var headers = record.headers
    while let header = try? headers.next() {
      if let stamp = header.value, isOurs(header.key) {
        return ledger.receive(value: value, header: stamp, partition: partition, codec: codec)
      }
    }
    ledger.receiveWithoutStamp()
    return nil
  }

  private func isOurs(_ key: RawSpan) -> Bool {
    guard key.byteCount == headerKey.count else { return false }
    var reader = ByteReader(key)
    for byte in headerKey where (try? reader.uint8()) != byte { return false }
    return true
  }
}
