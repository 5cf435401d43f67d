import CommitLog
import Glibc
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// Fetches of records that the page cache does not hold.
@Suite struct ColdFetchTests {
  /// Writes the topic's segment to the disk and has the kernel forget it.
  ///
  /// - Returns: false where the file system keeps files in memory alone, or the kernel would not.
  private func chill(_ topic: String, _ broker: TestBroker) throws -> Bool {
    let partition = broker.processors[0].image.topicsByName[topic]?.partition(0)
    let slice = try partition?.state.withLock { state in
      try state.log?.read(from: 0, maxBytes: 1 << 20, minOneBatch: true, upperBound: Int64.max)
    }
    let found = try #require(slice)
    #expect(found.isInMemory)
    try found.file.sync()
    _ = posix_fadvise(found.file.fileDescriptor, 0, 0, POSIX_FADV_DONTNEED)
    return !found.isInMemory
  }

  @Test("what is not in memory is brought there by the disk pool before it is sent")
  func cold() throws {
    let broker = try TestBroker(loops: 2)
    try broker.createTopic("t")
    for text in ["a", "b"] { _ = try broker.produce(Batch.of([text]), to: "t") }
    guard try chill("t", broker) else {
      print("skipped: this file system keeps what it is told to forget")
      return
    }
    broker.runsJobs = false
    let connection = broker.connect()
    try broker.sendPending(
      broker.fetchRequest("t", from: 0), version: 12, loop: 1, connection: connection)
    broker.runDisk()
    let answer = try broker.takeAnswer(FetchRequest.self, version: 12, connection: connection)
    #expect(Batch.headers(answer?.responses[0].partitions[0].records).count == 2)
    // Once it is there, nothing waits.
    #expect(try broker.fetch("t", from: 0, loop: 1).errorCode == ErrorCode.none)
  }
}
