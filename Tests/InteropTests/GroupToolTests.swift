import Foundation
import Testing

extension Interop {
  /// Groups of our broker, through Kafka's own tools: described, reset, and read from the log.
  @Suite(
    "Kafka's tools on consumer groups",
    .enabled(if: Tools.hasKafka, Comment(rawValue: Tools.withoutKafka)),
    .enabled(if: Tools.otherBroker == nil, "reads only the files of a broker of its own"))
  struct GroupToolTests {
    @Test("consumers commit; consumer-groups describes and resets, also after kill -9")
    func groups() throws {
      let broker = try BrokerUnderTest(settings: ["group.initial.rebalance.delay.ms=0"])
      _ = try broker.kafka("topics", "--create --topic t --partitions 1")
      _ = try broker.kafka(
        "console-producer", "--topic t", input: (0..<20).map { "\($0)\n" }.joined())
      let consumed = try broker.kafka(
        "console-consumer", "--topic t --group readers --from-beginning --max-messages 20",
        "--timeout-ms 120000")
      #expect(consumed.lines.count == 20)
      let described = try broker.kafka("consumer-groups", "--describe --group readers")
      #expect(lags(described.standardOutput) == [0], "\(described.all)")
      _ = try broker.kafka(
        "consumer-groups", "--reset-offsets --to-offset 1 --topic t --group readers --execute")
      #expect(try offsets(broker) == [1])
      broker.killHard()
      try broker.restart()
      #expect(try offsets(broker) == [1])
      let deleted = try broker.kafka(
        "consumer-groups", "--delete-offsets --group readers --topic t:0")
      #expect(deleted.standardOutput.contains("Successful"), "\(deleted.all)")
      #expect(try offsets(broker).isEmpty)
      #expect(try broker.stop() == 0)
      try dumped(broker)
    }

    /// Kafka's decoder prints what stands in the log.
    private func dumped(_ broker: BrokerUnderTest) throws {
      let folders = try FileManager.default.contentsOfDirectory(atPath: broker.data.path)
        .filter { $0.hasPrefix("__consumer_offsets-") }
      #expect(folders.count == 50)
      let files = try folders.map { "\(broker.data.path)/\($0)/00000000000000000000.log" }
        .filter { path in
          let attributes = try FileManager.default.attributesOfItem(atPath: path)
          return (attributes[.size] as? Int ?? 0) > 0
        }
      #expect(files.count == 1)
      let words = try Tools.kafka(
        "dump-log",
        ["--offsets-decoder", "--files", files.joined(separator: ",")])
      let output = try ChildProcess(words).finish(within: 300)
      #expect(output.code == 0, "\(output.standardError)")
      let text = output.standardOutput
      #expect(!text.contains("isvalid: false"))
      #expect(
        text.contains(#"key: {"type":"1","data":{"group":"readers","topic":"t","partition":0}}"#))
      #expect(text.contains(#"payload: {"version":"4","data":{"offset":1,"#))
      #expect(text.contains(#"key: {"type":"2","data":{"group":"readers"}}"#))
      #expect(text.contains(#""protocolType":"consumer","generation":1,"protocol":"range""#))
      #expect(text.contains(#""subscription":{"topics":["t"]"#))
      #expect(text.contains("payload: <DELETE>"))
    }

    private func offsets(_ broker: BrokerUnderTest) throws -> [Int] {
      let text = try broker.kafka("consumer-groups", "--describe --group readers").standardOutput
      return column(3, text)
    }

    private func lags(_ text: String) -> [Int] { column(5, text) }

    /// GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG …
    private func column(_ index: Int, _ text: String) -> [Int] {
      var rows: [[Substring]] = []
      for line in text.split(separator: "\n") {
        let fields = line.split(separator: " ")
        if fields.count > 5, fields[0] == "readers" { rows.append(fields) }
      }
      return rows.compactMap { Int($0[index]) }
    }
  }
}
