import BrokerCore
import CommitLog
import KafkaFormat

/// A record of `__consumer_offsets`: what was read and written must be read as the same again.
///
/// Layout of the input: `[key size u8 | key | value]`; without bytes for the value it is null.
func readOffsetsTopicRecord(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let key = bytes.dropFirst().prefix(Int(first))
  let value = bytes.dropFirst(1 + key.count)
  guard let record = groupRecord(Array(key), value.isEmpty ? nil : Array(value)) else { return }
  // The version that is written has not all fields of all that are read.
  guard let again = groupRecord(record.key, record.value) else {
    fatalError("a group record that was written cannot be read")
  }
  precondition(groupRecord(again.key, again.value) == again, "a group record changed")
}

private func groupRecord(_ key: [UInt8], _ value: [UInt8]?) -> GroupRecord? {
  try? GroupRecord(key: key.rawSpan, value: value?.rawSpan)
}

/// A log file with any damage: every byte is told of once, in order, and the walk ends.
func readWholeBatches(_ bytes: [UInt8]) {
  guard !bytes.isEmpty else { return }
  let path = "\(scratch)/whole-batches"
  let files = PosixFileSystem()
  do {
    try files.replace(path, with: bytes, sync: false)
    let slice = LogSlice(file: try files.open(path, .read), position: 0, count: bytes.count)
    var reader = WholeBatchReader(slice, chunkSize: Int(bytes[0]))
    var position: Int64 = 0
    while let item = try reader.next() {
      switch item {
      case .batch(let header, let range):
        precondition(range.count == header.sizeInBytes, "a batch of another size than its head's")
        position += Int64(range.count)
      case .damaged(let start, let count, _):
        precondition(start == position && count > 0, "damage that begins elsewhere")
        position += count
      }
    }
    precondition(position == bytes.count, "\(position) of \(bytes.count) bytes were walked")
  } catch { fatalError("\(error)") }
}
