import Glibc
import KafkaFormat
import Testing

@testable import CommitLog

/// A directory of its own for one test, removed at its end.
final class ScratchDirectory {
  let path: String

  init() {
    var template = Array("/tmp/weir-commitlog-XXXXXX".utf8CString)
    path = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe String(cString: mkdtemp(buffer.baseAddress!))
    }
  }

  deinit { try? PosixFileSystem().removeTree(path) }

  func file(_ name: String) throws -> [UInt8] {
    try #require(try PosixFileSystem().contents(of: path + "/" + name), "\(name) is missing")
  }
}

/// What a test batch is made of.
struct TestBatch {
  var records = 1
  var valueSize = 100
  var timestamp: Int64 = 1_000
  /// Added for each record.
  var timestampStep: Int64 = 0
  var codec = CompressionCodec.none
  var producerId: Int64 = -1
  var producerEpoch: Int16 = -1
  var baseSequence: Int32 = -1
  var fill: UInt8 = 7

  func encoded() -> [UInt8] {
    var builder = RecordBatchBuilder(capacity: 200 + records * (valueSize + 60))
    let value = [UInt8](repeating: fill, count: valueSize)
    for index in 0..<records {
      let time = timestamp + Int64(index) * timestampStep
      precondition(builder.append(timestamp: time, key: nil, value: value.rawSpan))
    }
    var options = RecordBatchOptions(codec: codec)
    options.producerId = producerId
    options.producerEpoch = producerEpoch
    options.baseSequence = baseSequence
    do {
      return try builder.finish(options, compressor: Compressor())
    } catch { preconditionFailure("\(error)") }
  }
}

extension PartitionLog {
  @discardableResult
  func add(_ batch: TestBatch = TestBatch(), epoch: Int32 = 0, nowMs: Int64 = 1_000)
    throws(LogError) -> AppendResult
  {
    try add(batch.encoded(), epoch: epoch, nowMs: nowMs)
  }

  @discardableResult
  func add(_ bytes: [UInt8], epoch: Int32 = 0, nowMs: Int64 = 1_000) throws(LogError)
    -> AppendResult
  {
    var bytes = bytes
    let header: RecordBatchHeader
    do { header = try RecordBatchHeader(bytes.rawSpan) } catch {
      throw .invalidBatch("\(error)")
    }
    var span = bytes.mutableSpan
    return try append(&span, header: header, leaderEpoch: epoch, nowMs: nowMs)
  }

  /// Every batch from `offset` to the end, read as a consumer would.
  func batches(from offset: Int64? = nil, maxBytes: Int = 10_000) throws -> [RecordBatchHeader] {
    var next = offset ?? logStartOffset
    var all: [RecordBatchHeader] = []
    while let slice = try read(from: next, maxBytes: maxBytes) {
      let bytes = try slice.file.read(at: slice.position, count: slice.count)
      try #require(bytes.count == slice.count)
      var position = 0
      var isFirst = true
      while bytes.count - position >= RecordBatchHeader.size {
        let header = try RecordBatchHeader(
          bytes.rawSpan.extracting(position..<bytes.count))
        guard header.sizeInBytes <= bytes.count - position else { break }
        let batch = bytes.rawSpan.extracting(position..<position + header.sizeInBytes)
        try #require(RecordBatch.checksum(of: batch) == header.crc)
        if isFirst { try #require(next <= header.lastOffset) }
        isFirst = false
        all.append(header)
        next = header.nextOffset
        position += header.sizeInBytes
      }
      try #require(!isFirst, "a slice without a whole batch")
    }
    return all
  }
}

func openLog(
  _ directory: String, config: LogConfig = LogConfig(),
  fileSystem: any FileSystem = PosixFileSystem(), isClean: Bool = true, recoveryPoint: Int64 = 0,
  logStartOffset: Int64 = 0, nowMs: Int64 = 1_000
) throws(LogError) -> PartitionLog {
  try PartitionLog.open(
    topic: "t", partition: 0, directory: directory + "/t-0", fileSystem: fileSystem,
    config: config,
    options: LogOpenOptions(
      isClean: isClean, recoveryPoint: recoveryPoint, logStartOffset: logStartOffset,
      nowMs: nowMs))
}

/// A small generator of pseudo-random numbers, the same for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
