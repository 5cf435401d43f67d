import Glibc
import KafkaFormat
import Testing

@testable import CommitLog

/// Files that Apache Kafka 4.3.1 wrote (topic `fix`, `segment.index.bytes=80`, two idempotent
/// producers, the second with lz4) against what we write for the same batches.
@Suite("files are Kafka's, byte for byte")
struct KafkaFilesTests {
  static let fixtures: String = {
    let here = #filePath
    return String(here[..<here.lastIndex(of: "/")!]) + "/Fixtures/kafka-4.3.1"
  }()
  static let bases: [Int64] = [0, 286, 602, 912, 1214]

  static func fixture(_ name: String) throws -> [UInt8] {
    try #require(try PosixFileSystem().contents(of: fixtures + "/" + name), "\(name)")
  }

  /// Every batch that Kafka stored, in order.
  static func batches() throws -> [[UInt8]] {
    var all: [[UInt8]] = []
    for base in bases {
      let log = try fixture("fix-0/\(LogFileNames.baseName(base)).log")
      var position = 0
      while position < log.count {
        let header = try RecordBatchHeader(log.rawSpan.extracting(position..<log.count))
        all.append(Array(log[position..<position + header.sizeInBytes]))
        position += header.sizeInBytes
      }
    }
    return all
  }

  /// When Kafka wrote the first batch: at that time, the producers have not expired.
  static func firstTimestamp() throws -> Int64 {
    let log = try fixture("fix-0/00000000000000000000.log")
    return try RecordBatchHeader(log.rawSpan).maxTimestamp
  }

  static func config() -> LogConfig {
    var config = LogConfig()
    config.segmentIndexBytes = 80
    return config
  }

  @Test("the same batches give the same segments, indexes, snapshots and checkpoints")
  func sameFiles() throws {
    let scratch = ScratchDirectory()
    let batches = try Self.batches()
    let now = try Self.firstTimestamp()
    let log = try openLog(scratch.path, config: Self.config(), nowMs: now)
    for batch in batches { try log.add(batch, nowMs: now) }
    #expect(log.logEndOffset == 1300)
    #expect(log.segmentBaseOffsets == Self.bases)
    try log.close(nowMs: now)
    let names = try PosixFileSystem().list(Self.fixtures + "/fix-0")
    #expect(names.count == 22)
    for name in names where name != "partition.metadata" {
      let ours = try scratch.file("t-0/" + name)
      let theirs = try Self.fixture("fix-0/" + name)
      #expect(ours == theirs, "\(name): \(ours.count) bytes, Kafka's has \(theirs.count)")
    }
    #expect(
      try PosixFileSystem().list(scratch.path + "/t-0")
        == names.filter {
          $0 != "partition.metadata"
        })
  }

  @Test("a log that Kafka wrote opens clean, and its records are all there")
  func opensKafkasLog() throws {
    let scratch = ScratchDirectory()
    try copyFixture(to: scratch.path + "/t-0")
    let now = try Self.firstTimestamp()
    let log = try openLog(scratch.path, config: Self.config(), nowMs: now)
    #expect(log.logEndOffset == 1300)
    #expect(log.producers.count == 2)
    #expect(log.leaderEpochs.entries == [.init(epoch: 0, startOffset: 0)])
    let headers = try log.batches()
    #expect(headers.last?.lastOffset == 1299)
    #expect(headers.reduce(0) { $0 + Int($1.recordCount) } == 1300)
    let last = try #require(try log.offsetOfMaxTimestamp())
    #expect(last.timestamp == headers.map(\.maxTimestamp).max())
    #expect(!log.segments.contains { $0 !== log.activeSegment && $0.timeIndex != nil })
  }

  @Test("an unclean start makes the same indexes that Kafka wrote")
  func recoversKafkasLog() throws {
    let scratch = ScratchDirectory()
    try copyFixture(to: scratch.path + "/t-0")
    for base in Self.bases {
      for suffix in [".index", ".timeindex"] {
        try PosixFileSystem().remove(
          scratch.path + "/t-0/" + LogFileNames.baseName(base) + suffix)
      }
    }
    let log = try openLog(scratch.path, config: Self.config(), isClean: false)
    #expect(log.logEndOffset == 1300)
    try log.close(nowMs: 1_000)
    for base in Self.bases {
      for suffix in [".log", ".index", ".timeindex"] {
        let name = LogFileNames.baseName(base) + suffix
        #expect(try scratch.file("t-0/" + name) == Self.fixture("fix-0/" + name), "\(name)")
      }
    }
  }

  private func copyFixture(to path: String) throws {
    try PosixFileSystem().createDirectory(path)
    for name in try PosixFileSystem().list(Self.fixtures + "/fix-0") {
      try PosixFileSystem().replace(path + "/" + name, with: Self.fixture("fix-0/" + name))
    }
  }

  @Test("small files read as Kafka wrote them, and are written as Kafka does")
  func smallFiles() throws {
    let properties = try MetaProperties(Self.fixture("meta.properties"))
    #expect(properties.nodeId == 1)
    #expect(properties.clusterId == "KjUjzU_xQISNoXF7f9JZIQ")
    #expect(try MetaProperties(properties.encoded()) == properties)
    let marker = try Self.fixture(".kafka_cleanshutdown")
    #expect(CleanShutdownMarker.brokerEpoch(in: marker) == 12)
    #expect(CleanShutdownMarker.encoded(brokerEpoch: 12) == marker)
    let partition = TopicPartition(topic: "fix", partition: 0)
    for (kind, offsets) in [
      (OffsetCheckpoint.recoveryPoint, [partition: Int64(1300)]),
      (.highWatermark, [partition: 1300]), (.logStartOffset, [:]),
    ] {
      let bytes = try Self.fixture(kind.rawValue)
      #expect(OffsetCheckpoint.decode(bytes) == offsets)
      #expect(OffsetCheckpoint.encoded(offsets) == bytes)
    }
    let metadata = try Self.fixture("fix-0/partition.metadata")
    let id = try #require(PartitionMetadataFile.topicId(in: metadata))
    #expect(PartitionMetadataFile.encoded(id) == metadata)
  }

  @Test("a log without records has empty index files: a Kafka that finds none reports damage")
  func emptyIndexes() throws {
    let scratch = ScratchDirectory()
    let files = PosixFileSystem()
    let names = ["00000000000000000000.index", "00000000000000000000.timeindex"]
    for (isClean, removes) in [(true, false), (true, true), (false, true)] {
      let log = try openLog(scratch.path, isClean: isClean)
      for name in names {
        #expect(try files.size(of: scratch.path + "/t-0/" + name) == 0)
      }
      try log.close(nowMs: 1)
      // As a version of before left them.
      for name in names where removes { try files.remove(scratch.path + "/t-0/" + name) }
    }
    let log = try openLog(scratch.path, isClean: true)
    try log.add()
    try log.close(nowMs: 1)
    #expect(try files.size(of: scratch.path + "/t-0/" + names[1]) == 12)
    #expect(try openLog(scratch.path).logEndOffset == 1)
  }
}
