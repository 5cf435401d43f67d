import CommitLog
import Foundation
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// A metadata log that is damaged: nothing acknowledged is ever cut.
@Suite struct MetadataDamageTests {
  private func broker(clean: Bool, checkpoints: Bool = false) throws -> TestBroker {
    let broker = try TestBroker()
    for name in ["a", "b", "c"] { try broker.createTopic(name) }
    if checkpoints { for _ in 0..<70 { broker.advance(ms: 2_000) } }
    if clean { try broker.stop() } else { broker.abandon() }
    return broker
  }

  private func log(_ broker: TestBroker) -> String {
    broker.directory + "/__cluster_metadata-0/00000000000000000000.log"
  }

  private func bytes(_ broker: TestBroker) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: log(broker))))
  }

  private func write(_ bytes: [UInt8], _ broker: TestBroker) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: log(broker)))
  }

  private func expectRefusal(_ broker: TestBroker) throws {
    #expect(throws: LogError.self) { try TestBroker(directory: broker.directory) }
    let names = try FileManager.default.contentsOfDirectory(atPath: broker.directory)
    #expect(["a-0", "b-0", "c-0"].allSatisfy(names.contains))
    #expect(!names.contains { $0.hasSuffix("-stray") })
  }

  @Test(
    "a flipped bit in its middle is a refusal, after a crash and after a clean stop",
    arguments: [true, false])
  func flipped(clean: Bool) throws {
    let broker = try broker(clean: clean)
    let whole = try bytes(broker)
    var damaged = whole
    damaged[damaged.count / 2] ^= 1
    try write(damaged, broker)
    try expectRefusal(broker)
    #expect(try bytes(broker) == damaged, "nothing is cut")
    try write(whole, broker)
    let again = try TestBroker(directory: broker.directory)
    #expect(again.node.currentImage.topicNames == ["a", "b", "c"])
  }

  @Test(
    "a flipped bit in any byte stops the start or changes nothing, also in the last batch",
    arguments: [true, false])
  func everyByte(clean: Bool) throws {
    let broker = try broker(clean: clean)
    let topic = broker.node.currentImage.topicsByName["c"]?.id
    let whole = try bytes(broker)
    let path = broker.directory
    var refusedCount = 0
    for place in whole.indices {
      var damaged = whole
      damaged[place] ^= 1 << UInt8(place % 8)
      try write(damaged, broker)
      do {
        let again = try TestBroker(directory: path)
        // Outside of the checksum and of what offsets and epochs say of one another.
        #expect(again.node.currentImage.topicNames == ["a", "b", "c"], "byte \(place)")
        #expect(again.node.currentImage.topicsByName["c"]?.id == topic)
        again.abandon()
      } catch let error as LogError {
        refusedCount += 1
        #expect("\(error)".contains("00000000000000000000.log"), "byte \(place): \(error)")
        #expect("\(error)".contains("offset"), "byte \(place): \(error)")
        #expect("\(error)".contains("restore"), "byte \(place): \(error)")
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      try #require(["a-0", "b-0", "c-0"].allSatisfy(names.contains), "byte \(place)")
      try write(whole, broker)
    }
    #expect(refusedCount > whole.count * 9 / 10)
  }

  /// A broker whose power was cut before its last change, topic "c", was flushed.
  private func unflushed() throws -> TestBroker {
    let broker = try TestBroker()
    for name in ["a", "b"] { try broker.createTopic(name) }
    let mark = URL(fileURLWithPath: broker.directory + "/__cluster_metadata-0/flushed-end")
    let before = try Data(contentsOf: mark)
    try broker.createTopic("c")
    broker.abandon()
    #expect(try Data(contentsOf: mark) != before)
    try before.write(to: mark)
    return broker
  }

  private func expectCut(_ broker: TestBroker, _ what: String) throws {
    let again = try TestBroker(directory: broker.directory)
    #expect(again.node.currentImage.topicNames == ["a", "b"], "\(what)")
    again.abandon()
    let names = try FileManager.default.contentsOfDirectory(atPath: broker.directory)
    #expect(!names.contains { $0.hasPrefix("c-") }, "it held no records")
  }

  @Test("a last batch that was not flushed is cut, whatever part of it was written")
  func tornAnywhere() throws {
    let broker = try unflushed()
    let whole = try bytes(broker)
    let mark = URL(fileURLWithPath: broker.directory + "/__cluster_metadata-0/flushed-end")
    let flushed = try Data(contentsOf: mark)
    let size = try #require(Batch.headers(whole).last).sizeInBytes
    let start = whole.count - size
    for kept in stride(from: 1, to: size, by: 7) {
      let zeros = [UInt8](repeating: 0, count: size - kept)
      for damaged in [
        Array(whole.prefix(start + kept)), whole.prefix(start + kept) + zeros,
        whole.prefix(start) + zeros + whole.suffix(kept),
      ] where damaged != whole {
        try write(damaged, broker)
        try expectCut(broker, "\(kept) bytes")
        try flushed.write(to: mark)
      }
    }
  }

  @Test("a last batch that was flushed and has lost its end is a refusal")
  func shortenedAnywhere() throws {
    let broker = try broker(clean: false)
    let whole = try bytes(broker)
    let last = try #require(Batch.headers(whole).last)
    for kept in stride(from: 0, to: last.sizeInBytes, by: 7) {
      try write(Array(whole.dropLast(last.sizeInBytes - kept)), broker)
      try expectRefusal(broker)
    }
  }

  @Test("in a log of which it is not known what was flushed, a last batch without its end is cut")
  func unknownEnd() throws {
    let broker = try broker(clean: false)
    let whole = try bytes(broker)
    let mark = broker.directory + "/__cluster_metadata-0/flushed-end"
    try FileManager.default.removeItem(atPath: mark)
    var damaged = whole
    damaged[damaged.count - 5] ^= 1
    try write(damaged, broker)
    try expectRefusal(broker)
    try? FileManager.default.removeItem(atPath: mark)
    try write(Array(whole.dropLast(10)), broker)
    try expectCut(broker, "without its end")
  }

  @Test("a last batch that was torn is cut, and the broker starts")
  func torn() throws {
    let broker = try broker(clean: false)
    let whole = try bytes(broker)
    try write(whole + Array(whole.suffix(40)), broker)
    let again = try TestBroker(directory: broker.directory)
    #expect(again.node.currentImage.topicNames == ["a", "b", "c"])
  }

  @Test("a log that is shorter than what had been flushed is a refusal")
  func shortened() throws {
    let broker = try broker(clean: false, checkpoints: true)
    let whole = try bytes(broker)
    try write(Array(whole.dropLast(10)), broker)
    try expectRefusal(broker)
    try write(whole, broker)
    #expect(
      try TestBroker(directory: broker.directory).node.currentImage.topicNames == ["a", "b", "c"])
  }
}
