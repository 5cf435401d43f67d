import Foundation
import Glibc
import Testing

extension Interop {
  /// Kafka's own tools for groups, unmodified.
  @Suite("Kafka's group tools", .enabled(if: Tools.hasKafka, Comment(rawValue: Tools.withoutKafka)))
  struct KafkaGroupToolTests {
    /// The tools' patience is short where members are waited for.
    private func broker() throws -> BrokerUnderTest {
      try BrokerUnderTest(settings: ["group.initial.rebalance.delay.ms=0"])
    }

    @Test("console-consumer commits, consumer-groups lists, describes, resets and deletes")
    func consumerGroups() throws {
      let broker = try broker()
      let topic = broker.topic("tools")
      let group = "tools-\(broker.suffix)"
      try broker.weir("topics create \(topic) --partitions 3")
      for partition in 0..<3 {
        try broker.weir(
          "produce \(topic) --partition \(partition)",
          input: (0..<50).map { "\(partition)-\($0)\n" }.joined())
      }
      let read = try broker.kafka(
        "console-consumer", "--topic \(topic) --group \(group) --from-beginning",
        "--max-messages 150")
      #expect(Set(read.lines).count == 150)
      #expect(try broker.kafka("consumer-groups", "--list").lines.contains(group))
      let described = try broker.kafka("consumer-groups", "--describe --group \(group)")
      #expect(lags(described.lines, topic) == [0, 0, 0])
      try broker.kafka(
        "consumer-groups", "--reset-offsets --group \(group) --topic \(topic)",
        "--shift-by -10 --execute")
      let reset = try broker.kafka("consumer-groups", "--describe --group \(group)")
      #expect(lags(reset.lines, topic) == [10, 10, 10])
      // What Kafka's tool set, ours sees, and the other way round.
      let ours = try broker.weir("groups describe \(group)").standardOutput
      #expect(ours.components(separatedBy: "lag 10, read by nobody").count == 4, "\(ours)")
      try broker.weir("groups reset-offsets \(group) --topic \(topic) --to-earliest --execute")
      let earliest = try broker.kafka("consumer-groups", "--describe --group \(group)")
      #expect(lags(earliest.lines, topic) == [50, 50, 50])
      try broker.kafka("consumer-groups", "--delete --group \(group)")
      #expect(try !broker.weir("groups list").standardOutput.contains(group))
    }

    private func lags(_ lines: [String], _ topic: String) -> [Int] {
      lines.map(words).filter { $0.count > 5 && $0[1] == topic }.compactMap { Int($0[5]) }
    }

    @Test("a consumer of the new protocol is told that the cluster has the classic one alone")
    func newProtocol() throws {
      let broker = try broker()
      let topic = broker.topic("protocol")
      try broker.weir("topics create \(topic)")
      let consumer = try ChildProcess(
        Tools.kafka(
          "console-consumer",
          words("--bootstrap-server \(broker.bootstrap) --topic \(topic) --group g-\(topic)")
            + words("--timeout-ms 60000 --command-property group.protocol=consumer")))
      let output = try consumer.finish()
      #expect(output.all.contains("Set group.protocol=classic"), "\(output.all)")
    }

    @Test("verifiable-producer and verifiable-consumer agree, with each assignor")
    func verifiable() throws {
      let broker = try broker()
      let topic = broker.topic("verifiable")
      try broker.weir("topics create \(topic) --partitions 4")
      let sent = try broker.kafka(
        "verifiable-producer", "--topic \(topic) --max-messages 1000 --throughput -1")
      #expect(sent.standardOutput.contains(#""sent":1000,"acked":1000"#))
      for assignor in ["Range", "CooperativeSticky"] {
        let read = try broker.kafka(
          "verifiable-consumer", "--topic \(topic) --group-id verifiable-\(assignor)",
          "--max-messages 1000 --reset-policy earliest --assignment-strategy",
          "org.apache.kafka.clients.consumer.\(assignor)Assignor")
        let consumed = read.standardOutput.matches(of: /"name":"records_consumed","count":(\d+)/)
          .compactMap { Int($0.1) }
        #expect(consumed.reduce(0, +) == 1000, "\(read.standardOutput)")
        #expect(!read.standardOutput.contains(#""success":false"#))
      }
    }

    @Test("consumer-perf-test reads all of a topic as a group")
    func performance() throws {
      let broker = try broker()
      let topic = broker.topic("perf")
      try broker.weir("topics create \(topic) --partitions 2")
      for partition in 0..<2 {
        try broker.weir(
          "produce \(topic) --partition \(partition)",
          input: (0..<500).map { "record-\($0)\n" }.joined())
      }
      let output = try broker.kafka(
        "consumer-perf-test", "--topic \(topic) --group perf-\(broker.suffix)",
        "--num-records 1000 --timeout 120000")
      let columns = output.lines.last?.components(separatedBy: ", ") ?? []
      #expect(columns.count > 5 && columns[4] == "1000", "\(output.all)")
    }

    @Test(
      "the Streams word count counts",
      .enabled(if: Tools.otherBroker == nil, "its topics have fixed names"))
    func streams() throws {
      let broker = try broker()
      try broker.weir("topics create streams-plaintext-input streams-wordcount-output")
      try broker.weir(
        "produce streams-plaintext-input",
        input: "all streams lead to kafka\nhello kafka streams\n")
      let folder = try temporaryFolder("streams")
      defer { try? FileManager.default.removeItem(at: folder) }
      let properties = folder.appending(path: "streams.properties")
      try Data("bootstrap.servers=\(broker.bootstrap)\nstate.dir=\(folder.path)\n".utf8)
        .write(to: properties)
      let program = try ChildProcess(Tools.kafka("streams-wordcount", [properties.path]))
      defer { program.kill(SIGTERM) }
      let counts = try broker.weir(
        "consume streams-wordcount-output --from-beginning --print-key --max-records 8",
        "--timeout 240s")
      let words = counts.lines.map { $0.split(separator: "\t")[0] }
      #expect(words.count { $0 == "kafka" } == 2 && words.count { $0 == "hello" } == 1)
      #expect(words.count == 8, "\(counts.all)\n\(program.standardError)")
    }

    @Test(
      "dump shows the records that Kafka's decoder shows",
      .enabled(if: Tools.otherBroker == nil, "reads only the files of a broker of its own"))
    func dump() throws {
      let broker = try broker()
      let topic = broker.topic("dumped")
      try broker.weir("topics create \(topic)")
      try broker.weir("produce \(topic)", input: "one\ntwo\n")
      try broker.weir("consume \(topic) --group dumped --from-beginning --max-records 2")
      try broker.stop()
      let files = try FileManager.default.subpathsOfDirectory(atPath: broker.data.path)
        .filter { $0.hasPrefix("__c") && $0.hasSuffix(".log") }
        .map { broker.data.appending(path: $0).path }
      let ours = try broker.run([Tools.weir, "dump", "--records"] + files)
      #expect(ours.standardError.isEmpty)
      #expect(ours.standardOutput.contains("type=offset group=dumped topic=\(topic) partition=0"))
      #expect(ours.standardOutput.contains("committedOffset=2"))
      #expect(ours.standardOutput.contains("subscription={topics=[\(topic)], owned=[]}"))
      #expect(ours.standardOutput.contains("type=TopicRecord"))
      let offsets = files.filter { $0.contains("__consumer_offsets") }.joined(separator: ",")
      let theirs = try broker.run(
        Tools.kafka("dump-log", ["--offsets-decoder", "--files", offsets]))
      #expect(theirs.standardOutput.contains(#""group":"dumped""#))
    }
  }
}
