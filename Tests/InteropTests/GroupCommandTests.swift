import Foundation
import Glibc
import Testing

extension Interop {
  /// `weir groups`, as somebody types it.
  @Suite("weir groups")
  struct GroupCommandTests {
    /// Two partitions of ten records each, at times that are told apart, and a group that has
    /// committed 5 in each.
    private struct Prepared {
      let broker: BrokerUnderTest
      let topic: String
      let group: String
      /// Between the fifth and the sixth record; as the command takes it.
      let middle: String

      init() throws {
        broker = try BrokerUnderTest(settings: ["group.initial.rebalance.delay.ms=0"])
        topic = broker.topic("reset")
        group = "group-\(broker.suffix)"
        try broker.weir("topics create \(topic) --partitions 2")
        var middle = ""
        for half in 0..<2 {
          for partition in 0..<2 {
            try broker.weir(
              "produce \(topic) --partition \(partition)",
              input: (0..<5).map { "\(half)-\($0)\n" }.joined())
          }
          if half == 0 {
            usleep(50_000)
            middle = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            usleep(50_000)
          }
        }
        self.middle = middle
        try broker.weir("consume \(topic) --group \(group) --from-beginning --max-records 1")
        try reset("--to-offset 5 --topic \(topic) --execute")
      }

      @discardableResult
      func reset(_ line: String) throws -> ChildProcess.Output {
        try broker.weir("groups reset-offsets \(group) \(line)")
      }

      /// The committed offset of each partition.
      func committed() throws -> [Int] {
        try broker.weir("groups describe \(group)").standardOutput
          .matches(of: /committed (\d+)/).compactMap { Int($0.1) }
      }

      func ends(_ line: String, _ code: Int32, _ text: String) throws {
        let all = [Tools.weir] + words(line) + ["--bootstrap", broker.bootstrap]
        let output = try ChildProcess(all).finish()
        #expect(output.code == code, "\(line)\n\(output.all)")
        #expect(output.standardError.contains(text), "\(line): \(output.standardError)")
      }
    }

    @Test("reset-offsets sets them in each of its forms, and only with --execute")
    func resets() throws {
      let prepared = try Prepared()
      let topic = prepared.topic
      #expect(try prepared.committed() == [5, 5])
      let forms: [(String, [Int])] = [
        ("--to-latest --all-topics", [10, 10]),
        ("--to-earliest --topic \(topic)", [0, 0]),
        ("--to-offset 7 --topic \(topic):1", [0, 7]),
        ("--to-offset 99 --topic \(topic):0", [10, 7]),
        ("--shift-by=-3 --topic \(topic)", [7, 4]),
        ("--shift-by 2 --topic \(topic):0,1", [9, 6]),
        ("--to-datetime \(prepared.middle) --all-topics", [5, 5]),
        ("--to-datetime 2100-01-01T00:00:00 --topic \(topic):0", [10, 5]),
        ("--by-duration 1h --topic \(topic)", [0, 0]),
        ("--by-duration PT0S --topic \(topic)", [10, 10]),
      ]
      var before = [5, 5]
      for (line, wanted) in forms {
        let shown = try prepared.reset(line)
        #expect(shown.lines.last == "nothing was set; --execute sets them")
        #expect(try prepared.committed() == before, "\(line)")
        try prepared.reset(line + " --execute")
        #expect(try prepared.committed() == wanted, "\(line)")
        before = wanted
      }
      let json = try prepared.reset("--to-offset 1 --topic \(topic):0 --dry-run --json")
      #expect(json.standardOutput.contains("\"newOffset\" : 1"))
      #expect(json.standardOutput.contains("\"committedOffset\" : 10"))
    }

    @Test("what cannot be reset or deleted is told, and nothing is set")
    func refused() throws {
      let prepared = try Prepared()
      let (topic, group) = (prepared.topic, prepared.group)
      let reset = "groups reset-offsets \(group)"
      try prepared.ends("\(reset) --to-latest", 2, "needs --topic TOPIC or --all-topics")
      try prepared.ends("\(reset) --all-topics", 2, "needs one of")
      try prepared.ends("\(reset) --to-latest --topic \(topic):7", 1, "has no partition 7")
      try prepared.ends("\(reset) --to-latest --topic no-\(topic)", 1, "UNKNOWN_TOPIC_OR_PARTITION")
      try prepared.ends("groups describe no-\(group)", 1, "GROUP_ID_NOT_FOUND")
      try prepared.ends("groups delete no-\(group)", 1, "GROUP_ID_NOT_FOUND")
      let member = try ChildProcess(
        words("\(Tools.weir) consume \(topic) --group \(group) --print-offset --bootstrap")
          + [prepared.broker.bootstrap])
      // The group had committed 5 of 10 in each partition: the others are printed.
      _ = try member.waitForLines { $0.count == 10 ? true : nil }
      try prepared.ends(
        "\(reset) --to-earliest --all-topics --execute", 1, "has 1 members (Stable)")
      try prepared.ends("groups delete \(group)", 1, "NON_EMPTY_GROUP")
      let listed = try prepared.broker.weir("groups list --state Stable").lines
      #expect(listed == ["\(group): Stable, consumer"])
      member.kill(SIGINT)
      #expect(member.exitCode == 130)
      #expect(try prepared.committed() == [10, 10])
      let deleted = try prepared.broker.weir("groups delete \(group)")
      #expect(deleted.standardOutput == "deleted \(group)\n")
      try prepared.ends("groups describe \(group)", 1, "GROUP_ID_NOT_FOUND")
    }
  }
}
