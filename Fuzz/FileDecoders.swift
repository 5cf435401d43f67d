import CommitLog
import Glibc
import KafkaFormat

func readProducerSnapshot(_ bytes: [UInt8]) {
  _ = try? ProducerStateTable(snapshot: bytes.rawSpan)
}

/// The small text files of a log directory; offsets that were read must be written and read the
/// same.
func readCheckpoints(_ bytes: [UInt8]) {
  if let offsets = OffsetCheckpoint.decode(bytes) {
    precondition(OffsetCheckpoint.decode(OffsetCheckpoint.encoded(offsets)) == offsets)
  }
  _ = try? MetaProperties(bytes)
  _ = PartitionMetadataFile.topicId(in: bytes)
}

/// The files of one partition, whatever is in them: the log must open, after a crash and after a
/// clean stop alike, and what it then holds must be readable to its end.
///
/// Layout of the input: `[flags u8 | log size u16 | index size u16 | log | index | time index]`;
/// what is missing is empty.
func recoverPartition(_ bytes: [UInt8]) {
  guard bytes.count > 5 else { return }
  let sizes = (Int(bytes[1]) | Int(bytes[2]) << 8, Int(bytes[3]) | Int(bytes[4]) << 8)
  let body = bytes[5...]
  let log = body.prefix(sizes.0)
  let index = body.dropFirst(sizes.0).prefix(sizes.1)
  let timeIndex = body.dropFirst(sizes.0 + sizes.1)
  let directory = "\(scratch)/fuzzed-0"
  let files = PosixFileSystem()
  do {
    if files.isDirectory(directory) { try files.removeTree(directory) }
    try files.createDirectory(directory)
    let base = "\(directory)/\(LogFileNames.baseName(0))"
    try files.replace(base + ".log", with: Array(log), sync: false)
    try files.replace(base + ".index", with: Array(index), sync: false)
    try files.replace(base + ".timeindex", with: Array(timeIndex), sync: false)
    if bytes[0] & 2 != 0 {
      try files.replace("\(directory)/leader-epoch-checkpoint", with: Array(timeIndex), sync: false)
    }
    if bytes[0] & 4 != 0 {
      try files.replace(base + ".snapshot", with: Array(index), sync: false)
    }
  } catch {
    fatalError("the folder for files cannot be written: \(error)")
  }
  let options = LogOpenOptions(isClean: bytes[0] & 1 != 0, nowMs: 1_700_000_000_000)
  guard
    let partition = try? PartitionLog.open(
      topic: "fuzzed", partition: 0, directory: directory, fileSystem: files, config: LogConfig(),
      options: options)
  else { return }
  precondition(partition.logStartOffset <= partition.logEndOffset, "the log ends before it starts")
  _ = try? partition.read(from: partition.logStartOffset, maxBytes: 1 << 20, minOneBatch: true)
}

let scratch: String = {
  let temporary = unsafe getenv("TMPDIR")
  let parent =
    if let temporary = unsafe temporary { unsafe String(cString: temporary) } else { "/tmp" }
  let folder = "\(parent)/weir-fuzz-\(getpid())"
  guard (try? PosixFileSystem().createDirectory(folder)) != nil else {
    fatalError("\(folder) cannot be made")
  }
  return folder
}()
