import Foundation
import Glibc
import Testing

extension Interop {
  /// Our own commands, as somebody types them.
  @Suite("weir's commands")
  struct WeirCommandTests {
    @Test("a topic of 13 partitions is made, listed, written to and read back")
    func walkThrough() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("my-topic")
      let created = try broker.weir("topics create \(topic) --partitions 13")
      #expect(created.standardOutput == "created \(topic) with 13 partitions\n")
      #expect(try broker.weir("topics list").lines.contains(topic))
      try broker.weir("produce \(topic)", input: (0..<100).map { "message \($0)\n" }.joined())
      let read = try broker.weir("consume \(topic) --from-beginning --max-records 100")
      #expect(read.lines.sorted() == (0..<100).map { "message \($0)" }.sorted())
      let described = try broker.weir("topics describe \(topic)")
      #expect(described.standardOutput.contains("partitions 13, replication factor 1"))
      #expect(described.lines.filter { $0.contains("  partition ") }.count == 13)
      try broker.weir("topics delete \(topic)")
      #expect(try !broker.weir("topics list").lines.contains(topic))
    }

    @Test("what is typed in one terminal is read in another")
    func twoTerminals() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("typed")
      try broker.weir("topics create \(topic) --partitions 3")
      let reader = try ChildProcess(
        words("\(Tools.weir) consume \(topic) --bootstrap \(broker.bootstrap)"))
      // New records alone are read: words are typed until one comes, for then the reader was at the
      // end.
      var typed: [String] = []
      let end = Date(timeIntervalSinceNow: ChildProcess.patience)
      while reader.lines.isEmpty, Date() < end {
        let word = "word \(typed.count)"
        typed.append(word)
        try broker.weir("produce \(topic)", input: word + "\n")
        usleep(200_000)
      }
      try broker.weir("produce \(topic)", input: "hello from the other terminal\n")
      let line = try reader.waitForLine { $0.hasPrefix("hello") ? $0 : nil }
      #expect(line == "hello from the other terminal")
      let others = reader.lines.filter { $0 != line }
      #expect(!others.isEmpty && Set(others).count == others.count)
      #expect(Set(others).isSubset(of: typed), "\(others)")
      reader.kill(SIGINT)
    }

    @Test(
      "keys and headers survive each codec, and equal keys share a partition",
      arguments: KcatTests.codecs)
    func codecs(codec: String) throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("weir-\(codec)")
      try broker.weir("topics create \(topic) --partitions 4")
      let lines = (0..<200).map { "k\($0 % 9):value \($0) \(String(repeating: "ab", count: 50))" }
      try broker.weir(
        "produce \(topic) --key-separator : --header source=weir --compression \(codec)",
        input: lines.map { $0 + "\n" }.joined())
      let read = try broker.weir(
        "consume \(topic) --from-beginning --max-records 200 --print-key --print-headers",
        "--print-offset --separator |")
      #expect(read.lines.count == 200)
      var partitionOfKey: [String: Set<String>] = [:]
      var records: [String] = []
      for line in read.lines {
        let fields = line.split(separator: "|", maxSplits: 3).map(String.init)
        try #require(fields.count == 4)
        #expect(fields[1] == "source=weir")
        partitionOfKey[fields[2], default: []].insert(
          String(fields[0].split(separator: ":")[0]))
        records.append("\(fields[2]):\(fields[3])")
      }
      #expect(records.sorted() == lines.sorted())
      #expect(partitionOfKey.count == 9)
      #expect(partitionOfKey.values.allSatisfy { $0.count == 1 })
    }

    @Test(
      "what others wrote we read, and the other way round", .enabled(if: Tools.hasKcat, "no kcat"))
    func withKcat() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("both-ways")
      try broker.weir("topics create \(topic)")
      let kcat = broker.kcat + ["-t", topic]
      for codec in KcatTests.codecs {
        let text = "\(codec) \(String(repeating: "river ", count: 40))"
        try broker.run(kcat + ["-P", "-K", ":", "-z", codec], input: "kcat:\(text)\n")
        try broker.weir(
          "produce \(topic) --key-separator : --compression \(codec)", input: "weir:\(text)\n")
      }
      let ours = try broker.weir(
        "consume \(topic) --from-beginning --max-records 10 --print-key --separator :")
      let theirs = try broker.run(kcat + ["-C", "-o", "beginning", "-e", "-q", "-f", "%k:%s\n"])
      #expect(ours.lines.count == 10)
      #expect(ours.lines == theirs.lines)
      // The same key goes to the same partition, whoever writes it.
      let keys = broker.topic("keys")
      try broker.weir("topics create \(keys) --partitions 7")
      let lines = (0..<40).map { "key-\($0):x\n" }.joined()
      try broker.weir("produce \(keys) --key-separator :", input: lines)
      try broker.run(
        broker.kcat + ["-t", keys, "-P", "-K", ":", "-X", "partitioner=murmur2_random"],
        input: lines)
      let partitions = try broker.weir(
        "consume \(keys) --from-beginning --max-records 80 --print-offset --print-key --separator |"
      )
      var seen: [Substring: Set<Substring>] = [:]
      for line in partitions.lines {
        let fields = line.split(separator: "|")
        seen[fields[1], default: []].insert(fields[0].split(separator: ":")[0])
      }
      #expect(seen.count == 40)
      #expect(seen.values.allSatisfy { $0.count == 1 })
    }

    @Test("a start in the middle, a limit and a patience are kept")
    func ranges() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("ranges")
      try broker.weir("topics create \(topic) --partitions 2")
      try broker.weir("produce \(topic) --partition 1", input: (0..<50).map { "\($0)\n" }.joined())
      let middle = try broker.weir(
        "consume \(topic) --partition 1 --offset 20 --max-records 3 --print-timestamp")
      #expect(middle.lines.map { $0.split(separator: "\t").last } == ["20", "21", "22"])
      // From the start on: the first record must come within it, too.
      let all = try broker.weir("consume \(topic) --from-beginning --timeout 10s")
      #expect(all.lines == (0..<50).map { "\($0)" })
      let json = try broker.weir("topics describe \(topic) --json")
      #expect(json.standardOutput.contains("\"latestOffset\" : 50"))
    }

    @Test("what cannot be done is told in one line, with the right exit code")
    func failures() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("twice")
      try broker.weir("topics create \(topic)")
      func ends(_ line: String, _ code: Int32, _ text: String) throws {
        let all = [Tools.weir] + words(line) + ["--bootstrap", broker.bootstrap]
        let output = try ChildProcess(all).finish()
        #expect(output.code == code, "\(line)")
        #expect(output.standardError.contains(text), "\(line): \(output.standardError)")
      }
      try ends("topics create \(topic)", 1, "TOPIC_ALREADY_EXISTS")
      try ends("topics delete never-\(topic)", 1, "UNKNOWN_TOPIC_OR_PARTITION")
      try ends("topics create ../up", 1, "INVALID_TOPIC_EXCEPTION")
      try ends("topics create t --replication-factor 9", 1, "INVALID_REPLICATION_FACTOR")
      try ends("topics create t --config retention.ms=soon", 1, "INVALID_CONFIG")
      try ends("consume never-\(topic)", 1, "UNKNOWN_TOPIC_OR_PARTITION")
      try ends("consume \(topic) --partition 5", 1, "has no partition 5")
      try ends("consume \(topic) --offset 5", 2, "--offset needs --partition")
      try ends("produce \(topic) --compression brotli", 2, "one of none, gzip")
      try ends("produce \(topic) --property linger.ms=x", 2, "linger.ms")
      let nobody = try ChildProcess(
        words("\(Tools.weir) topics list --bootstrap 127.0.0.1:1 --request-timeout 1s")
      ).finish()
      #expect(nobody.code == 1)
      #expect(nobody.standardError.contains("127.0.0.1:1"))
    }
  }
}
