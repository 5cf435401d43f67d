import CommitLog
import KafkaFormat
import Testing

@testable import BrokerCore

/// Data directories of a real Kafka, whose records are not served.
@Suite struct ForeignMetadataTests {
  private let home = "/tmp/weir-foreign-\(UInt64.random(in: 0 ... .max))"

  /// Starts on a directory whose metadata log ends with this record, and expects a refusal.
  private func refusal(_ value: [UInt8]) throws -> String {
    do {
      let broker = try TestBroker(directory: home)
      try broker.createTopic("t")
      _ = try broker.produce(Batch.of(["a"]), to: "t")
      let log = broker.node.controller.withLock { $0.metadataLog.log.logEndOffset }
      #expect(log > 0)
      try broker.node.controller.withLock { controller in
        var builder = RecordBatchBuilder(capacity: 4_096)
        _ = builder.append(timestamp: 1, key: nil, value: value.rawSpan)
        var batch = try builder.finish(RecordBatchOptions())
        let header = try RecordBatchHeader(batch.rawSpan)
        var span = batch.mutableSpan
        _ = try controller.metadataLog.log.append(
          &span, header: header, leaderEpoch: controller.metadataLog.epoch, nowMs: 1)
      }
      try broker.stop()
    }
    let before = try PosixFileSystem().list(home).filter { $0 != ".lock" }
    var text = ""
    for _ in 0..<2 {
      do {
        _ = try TestBroker(directory: home)
        Issue.record("the broker started")
      } catch let error as LogError { text = "\(error)" }
    }
    #expect(try PosixFileSystem().list(home).filter { $0 != ".lock" } == before)
    return text
  }

  @Test(
    "a record of a type that is not served is named in words",
    arguments: [
      (11, "SCRAM credentials"), (14, "a client quota"), (18, "an ACL"),
      (27, "a controller's registration"), (99, "type 99"),
    ])
  func types(key: UInt8, words: String) throws {
    defer { try? PosixFileSystem().removeTree(home) }
    let text = try refusal([1, key, 0, 0])
    #expect(text.contains("written by Kafka with metadata.version 25, which Weir does not read"))
    #expect(text.contains(words), "\(text)")
  }

  @Test("a newer metadata.version is named")
  func level() throws {
    defer { try? PosixFileSystem().removeTree(home) }
    let name = Array("metadata.version".utf8)
    let text = try refusal([1, 12, 0, UInt8(name.count + 1)] + name + [0, 30, 0])
    #expect(text.contains("written by Kafka with metadata.version 30, which Weir does not read"))
  }
}
