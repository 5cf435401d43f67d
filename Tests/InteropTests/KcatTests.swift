import Foundation
import Testing

/// Tests with programs that others wrote. One after the other: each has processes of its own.
@Suite("interop", .serialized)
struct Interop {}

extension Interop {
  @Suite("kcat", .enabled(if: Tools.hasKcat, "no kcat on the PATH"))
  struct KcatTests {
    static let codecs = ["none", "gzip", "snappy", "lz4", "zstd"]

    @Test("produces and consumes keys, headers and values with each codec", arguments: codecs)
    func roundTrip(codec: String) throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("kcat-\(codec)")
      // Long and repetitive enough for a codec to be worth its frame.
      let body = String(repeating: "weir measures the stream ", count: 8)
      let records = (0..<500).map { "key-\($0 % 7)|value-\($0)-\(body)" }
      try broker.run(
        broker.kcat + [
          "-P", "-t", topic, "-K", "|", "-H", "source=kcat", "-H", "empty=", "-z", codec, "-X",
          "acks=all",
        ], input: records.joined(separator: "\n") + "\n")
      let read = try broker.run(
        broker.kcat + ["-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f", "%k|%s;%h\n"])
      #expect(read.lines.sorted() == records.map { "\($0);source=kcat,empty=" }.sorted())
    }

    @Test("keeps null keys, null values and the order within a partition")
    func nullsAndOrder() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("kcat-order")
      let records = (0..<1000).map { "line-\($0)" }
      try broker.run(
        broker.kcat + ["-P", "-t", topic, "-p", "0"],
        input: records.joined(separator: "\n") + "\n")
      try broker.run(
        broker.kcat + ["-P", "-t", topic, "-p", "0", "-Z", "-K", "|"],
        input: "tombstone|\n")
      let read = try broker.run(
        broker.kcat + ["-C", "-t", topic, "-p", "0", "-o", "beginning", "-e", "-q"]
          + ["-f", "%o %K %S %s\n"])
      let expected = records.enumerated().map {
        "\($0.offset) -1 \($0.element.count) \($0.element)"
      }
      #expect(read.lines.dropLast() == expected[...])
      #expect(read.lines.last == "1000 9 -1 ")
    }

    @Test("starts in the middle of a batch, at the end, and at a time")
    func offsets() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("kcat-offsets")
      let produce = broker.kcat + ["-P", "-t", topic, "-p", "0", "-z", "lz4"]
      try broker.run(produce, input: (0..<100).map { "a\($0)\n" }.joined())
      usleep(20_000)
      let between = Int64(Date().timeIntervalSince1970 * 1000)
      usleep(20_000)
      try broker.run(produce, input: (0..<100).map { "b\($0)\n" }.joined())
      let consume = broker.kcat + ["-C", "-t", topic, "-p", "0", "-e", "-q"]
      #expect(try broker.run(consume + ["-o", "57", "-c", "1"]).lines == ["a57"])
      #expect(try broker.run(consume + ["-o", "-1"]).lines == ["b99"])
      #expect(try broker.run(consume + ["-o", "s@\(between)", "-c", "1"]).lines == ["b0"])
      let found = try broker.run(broker.kcat + ["-Q", "-t", "\(topic):0:\(between)"])
      #expect(found.standardOutput.contains("offset 100"))
    }

    @Test("lists the broker, the topic and its partitions")
    func metadata() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("kcat-list")
      try broker.run(broker.kcat + ["-P", "-t", topic], input: "one\n")
      let listing = try broker.run(broker.kcat + ["-L"])
      #expect(listing.standardOutput.contains("1 brokers:"))
      #expect(listing.standardOutput.contains("at \(broker.bootstrap)"))
      #expect(listing.standardOutput.contains("topic \"\(topic)\" with"))
      let json = try broker.run(broker.kcat + ["-L", "-J", "-t", topic])
      #expect(json.standardOutput.contains("\"partition\":0"))
    }
  }
}
