import Foundation
import Testing

extension Interop {
  /// Apache Kafka's own command-line tools, unmodified.
  @Suite("Kafka's tools", .enabled(if: Tools.hasKafka, Comment(rawValue: Tools.withoutKafka)))
  struct KafkaToolTests {
    @Test("topics: create, list, describe, alter, delete")
    func topics() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("tools")
      let created = try broker.kafka(
        "topics", "--create --topic \(topic) --partitions 3 --replication-factor 1",
        "--config retention.ms=3600000 --config max.message.bytes=200000")
      #expect(created.standardOutput.contains("Created topic \(topic)."))
      #expect(try broker.kafka("topics", "--list").lines.contains(topic))
      let described = try broker.kafka("topics", "--describe --topic \(topic)").standardOutput
      #expect(described.contains("PartitionCount: 3"))
      #expect(described.contains("ReplicationFactor: 1"))
      #expect(described.contains("retention.ms=3600000"))
      #expect(described.contains("max.message.bytes=200000"))
      #expect(described.contains("Partition: 2"))
      _ = try broker.kafka("topics", "--alter --topic \(topic) --partitions 5")
      let widened = try broker.kafka("topics", "--describe --topic \(topic)").standardOutput
      #expect(widened.contains("PartitionCount: 5"))
      _ = try broker.kafka("topics", "--delete --topic \(topic)")
      #expect(try !broker.kafka("topics", "--list").lines.contains(topic))
    }

    @Test("configs: describe and alter a topic, describe the broker")
    func configs() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("configs")
      _ = try broker.kafka("topics", "--create --topic \(topic) --partitions 1")
      let entity = "--entity-type topics --entity-name \(topic)"
      _ = try broker.kafka(
        "configs", "--alter \(entity) --add-config segment.bytes=1048576,retention.bytes=9000000")
      let described = try broker.kafka("configs", "--describe \(entity)").standardOutput
      #expect(described.contains("segment.bytes=1048576"))
      #expect(described.contains("retention.bytes=9000000"))
      _ = try broker.kafka("configs", "--alter \(entity) --delete-config retention.bytes")
      let all = try broker.kafka("configs", "--describe \(entity) --all").standardOutput
      #expect(all.contains("retention.bytes=-1"))
      #expect(all.contains("cleanup.policy=delete"))
      let node = try broker.kafka(
        "configs", "--describe --entity-type brokers --entity-name \(nodeId(broker)) --all")
      #expect(node.standardOutput.contains("log.segment.bytes="))
    }

    @Test("console-producer, console-consumer, get-offsets and delete-records")
    func records() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("console")
      _ = try broker.kafka("topics", "--create --topic \(topic) --partitions 1")
      let lines = (0..<300).map { "key\($0 % 5):value \($0)" }
      _ = try broker.kafka(
        "console-producer", "--topic \(topic) --compression-codec zstd",
        "--property parse.key=true --property key.separator=:",
        input: lines.joined(separator: "\n") + "\n")
      let consumed = try broker.kafka(
        "console-consumer", "--topic \(topic) --partition 0 --offset earliest --max-messages 300",
        "--timeout-ms 120000 --property print.key=true --property key.separator=:")
      // Newer tools first warn about the option, on standard output.
      #expect(consumed.lines.suffix(300) == lines[...])
      let second = try broker.kafka(
        "console-consumer", "--topic \(topic) --partition 0 --offset 120 --max-messages 1",
        "--timeout-ms 120000")
      #expect(second.lines == ["value 120"])

      #expect(try offset(broker, topic, "latest") == 300)
      #expect(try offset(broker, topic, "earliest") == 0)
      #expect((0..<300).contains(try offset(broker, topic, "max-timestamp") ?? -1))
      #expect(try offset(broker, topic, "1000") == 0)

      let deletion = try temporaryFolder("deletion").appending(path: "offsets.json")
      defer { try? FileManager.default.removeItem(at: deletion.deletingLastPathComponent()) }
      let json = #"{"partitions":[{"topic":"\#(topic)","partition":0,"offset":200}],"version":1}"#
      try Data(json.utf8).write(to: deletion)
      let words = try Tools.kafka(
        "delete-records",
        ["--bootstrap-server", broker.bootstrap, "--offset-json-file", deletion.path])
      let deleted = try ChildProcess(words).finish()
      #expect(deleted.all.contains("low_watermark: 200"), "\(deleted.all)")
      #expect(try offset(broker, topic, "earliest") == 200)
    }

    @Test("producer-perf-test and broker-api-versions")
    func performance() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("perf")
      _ = try broker.kafka("topics", "--create --topic \(topic) --partitions 2")
      let run = try broker.run(
        Tools.kafka(
          "producer-perf-test",
          words("--topic \(topic) --num-records 50000 --record-size 200 --throughput -1")
            + ["--producer-props", "bootstrap.servers=\(broker.bootstrap)", "acks=all"]))
      #expect(run.standardOutput.contains("50000 records sent"))
      let first = try offset(broker, topic, "latest", partition: 0) ?? 0
      let second = try offset(broker, topic, "latest", partition: 1) ?? 0
      #expect(first + second == 50000)
      let versions = try broker.kafka("broker-api-versions").standardOutput
      #expect(versions.contains("Produce(0): 0 to 13"))
      #expect(versions.contains("Fetch(1): 4 to"))
      #expect(versions.contains("InitProducerId(22): 0 to"))
    }

    @Test("log-dirs and cluster describe the broker")
    func cluster() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("dirs")
      _ = try broker.kafka("topics", "--create --topic \(topic) --partitions 2")
      let directories = try broker.kafka("log-dirs", "--describe --topic-list \(topic)")
      #expect(directories.standardOutput.contains("\"\(topic)-1\""))
      let cluster = try broker.run(
        Tools.kafka("cluster", ["cluster-id", "--bootstrap-server", broker.bootstrap]))
      #expect(cluster.standardOutput.contains("Cluster ID: "))
    }

    private func nodeId(_ broker: BrokerUnderTest) throws -> Int {
      let versions = try broker.kafka("broker-api-versions").standardOutput
      let match = try #require(versions.firstMatch(of: /\(id: (\d+) rack/))
      return try #require(Int(match.1))
    }

    private func offset(
      _ broker: BrokerUnderTest, _ topic: String, _ time: String, partition: Int = 0
    ) throws -> Int? {
      let output = try broker.kafka("get-offsets", "--topic \(topic) --time \(time)")
      let line = output.lines.first { $0.hasPrefix("\(topic):\(partition):") }
      return line.flatMap { Int($0.split(separator: ":")[2]) }
    }
  }

  /// Kafka's dump tool reads what our broker wrote.
  @Suite(
    "our files, read by Kafka", .enabled(if: Tools.hasKafka, Comment(rawValue: Tools.withoutKafka)),
    .enabled(if: Tools.otherBroker == nil, "reads only the files of a broker of its own"))
  struct KafkaFileTests {
    @Test("dump-log walks the segments, checks the indexes and decodes the metadata log")
    func dumpLog() throws {
      let broker = try BrokerUnderTest()
      let topic = "dumped"
      try broker.weir("topics create \(topic) --config segment.bytes=1048576")
      let line = String(repeating: "0123456789", count: 90)
      for codec in ["none", "zstd"] {
        try broker.weir(
          "produce \(topic) --compression \(codec)",
          input: (0..<4000).map { "\($0) \(line)\n" }.joined())
      }
      try broker.stop()
      let folder = broker.data.appending(path: "\(topic)-0")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      let segments = names.filter { $0.hasSuffix(".log") }
      #expect(segments.count > 2, "\(names)")
      var records = 0
      for group in [segments.prefix(2), segments.suffix(1)] {
        let text = try dump(folder, Array(group), ["--deep-iteration"])
        #expect(!text.contains("isvalid: false"))
        records += text.matches(of: #/\| offset: /#).count
      }
      #expect(records > 0)
      let all = try dump(folder, segments, ["--deep-iteration"])
      #expect(all.matches(of: #/\| offset: /#).count == 8000)
      for suffix in [".index", ".timeindex"] {
        let indexes = names.filter { $0.hasSuffix(suffix) }
        #expect(indexes.count == segments.count)
        let text = try dump(folder, indexes, ["--index-sanity-check"])
        #expect(text.matches(of: /passed sanity check/).count == indexes.count, "\(text)")
        let checked = try dump(folder, indexes, ["--verify-index-only"])
        #expect(!checked.contains("Mismatches"), "\(checked)")
      }
      let metadata = broker.data.appending(path: "__cluster_metadata-0")
      let text = try dump(
        metadata, ["00000000000000000000.log"], ["--cluster-metadata-decoder"])
      #expect(text.contains("\"type\":\"TOPIC_RECORD\""))
      #expect(text.contains("\"name\":\"\(topic)\""))
      #expect(text.contains("\"type\":\"PARTITION_RECORD\""))
      #expect(text.contains("\"type\":\"CONFIG_RECORD\""))
      #expect(!text.contains("Could not"), "\(text)")
    }

    private func dump(_ folder: URL, _ files: [String], _ options: [String]) throws -> String {
      let paths = files.map { folder.appending(path: $0).path }.joined(separator: ",")
      let words = try Tools.kafka("dump-log", ["--files", paths] + options)
      let output = try ChildProcess(words).finish(within: 300)
      #expect(output.code == 0, "\(output.standardError)")
      return output.all
    }
  }
}
