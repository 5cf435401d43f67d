import Foundation
import Glibc
import Testing

extension Interop {
  /// What `consume` and `produce` say of records that are not read, or not written.
  @Suite("consume and produce say what is missing")
  struct ConsumeProduceTests {
    /// A command whose exit code is the test's to judge.
    private func ends(
      _ broker: BrokerUnderTest, _ line: String, input: String? = nil
    ) throws -> ChildProcess.Output {
      try ChildProcess(
        [Tools.weir] + words(line) + ["--bootstrap", broker.bootstrap], input: input
      ).finish()
    }

    @Test("an offset that the log does not have is called out of range, with those that it has")
    func outOfRange() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("range")
      try broker.weir("topics create \(topic)")
      try broker.weir("produce \(topic)", input: "a\nb\nc\n")
      let output = try ends(broker, "consume \(topic) --partition 0 --offset 50")
      #expect(output.code == 1)
      #expect(
        output.standardError == """
          weir: --offset 50 is out of range: \(topic)-0 has offsets 0 to 2, and its next record \
          gets 3

          """)
      let atEnd = try broker.weir("consume \(topic) --partition 0 --offset 3 --timeout 200ms")
      #expect(atEnd.code == 0 && atEnd.all.isEmpty, "\(atEnd.all)")
    }

    @Test("a reader that retention overtakes continues at the first record left, and says so")
    func overtaken() throws {
      let broker = try BrokerUnderTest(settings: ["log.retention.check.interval.ms=200"])
      let topic = broker.topic("overtaken")
      try broker.weir(
        "topics create \(topic) --config segment.bytes=1048576 --config retention.bytes=1048576"
          + " --config file.delete.delay.ms=100")
      let line = String(repeating: "x", count: 999)
      let input = (0..<2000).map { String(format: "%06d ", $0) + line + "\n" }.joined()
      try broker.weir("produce \(topic)", input: input)
      // Its output is a pipe without a reader: it stops reading when that is full.
      let pipe = Pipe()
      let errors = Pipe()
      let reader = Process()
      reader.executableURL = URL(filePath: "/usr/bin/env")
      reader.arguments =
        [Tools.weir] + words("consume \(topic) --from-beginning --bootstrap \(broker.bootstrap)")
        + words("--property max.partition.fetch.bytes=65536")
      reader.standardOutput = pipe
      reader.standardError = errors
      try reader.run()
      defer { reader.terminate() }
      let first = pipe.fileHandleForReading.availableData
      #expect(!first.isEmpty)
      for _ in 0..<6 { try broker.weir("produce \(topic)", input: input) }
      let end = Date(timeIntervalSinceNow: ChildProcess.patience)
      func start() throws -> Int {
        let found = try broker.weir("topics describe \(topic)").standardOutput
          .firstMatch(of: /offsets (\d+) to/)
        return found.flatMap { Int($0.1) } ?? 0
      }
      while try start() < 10_000, Date() < end { usleep(200_000) }
      #expect(try start() >= 10_000)
      let drained = Thread { while !pipe.fileHandleForReading.availableData.isEmpty {} }
      drained.start()
      // A reader that says nothing is ended, and its output with it.
      let pid = reader.processIdentifier
      let limit = DispatchWorkItem { kill(pid, SIGKILL) }
      DispatchQueue.global().asyncAfter(deadline: .now() + ChildProcess.patience, execute: limit)
      defer { limit.cancel() }
      var said = ""
      while !said.contains("\n") {
        let data = errors.fileHandleForReading.availableData
        if data.isEmpty { break }
        said += String(decoding: data, as: UTF8.self)
      }
      let match = try #require(
        said.firstMatch(
          of: /offset (\d+) is out of range: .*\((\d+) offsets skipped\).* continues at (\d+)\n/),
        "\(said)")
      let (from, skipped, to) = (Int(match.1) ?? -1, Int(match.2) ?? -1, Int(match.3) ?? -1)
      #expect(from > 0 && to > from && skipped == to - from)
    }

    @Test("Ctrl-C ends a reader, alone or in a group, with 130 and all that it read printed")
    func interrupted() throws {
      let broker = try BrokerUnderTest(settings: ["group.initial.rebalance.delay.ms=0"])
      let topic = broker.topic("ended")
      try broker.weir("topics create \(topic)")
      try broker.weir("produce \(topic)", input: "a\nb\n")
      for group in ["", "--group g"] {
        let reader = try ChildProcess(
          words("\(Tools.weir) consume \(topic) --from-beginning \(group)")
            + words("--bootstrap \(broker.bootstrap)"))
        _ = try reader.waitForLines { $0 == ["a", "b"] ? true : nil }
        Glibc.kill(reader.processIdentifier, SIGINT)
        let output = try reader.finish()
        #expect(output.code == 130, "\(output.all)")
        #expect(output.standardError.isEmpty, "\(output.all)")
      }
    }

    @Test("lines that are too long are named by number, the others are written, the exit code is 1")
    func tooLong() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("long")
      try broker.weir("topics create \(topic) --config max.message.bytes=2000")
      // The second is over the topic's limit, the fourth over max.request.size.
      let lines = [
        "one", String(repeating: "a", count: 5000), "three", String(repeating: "b", count: 3 << 20),
      ]
      let more = (5...200).map { "line \($0)" }
      let input = (lines + more).map { $0 + "\n" }.joined()
      let output = try ends(broker, "produce \(topic)", input: input)
      #expect(output.code == 1)
      let errors = output.standardError
      #expect(errors.contains("line 2 was not written: MESSAGE_TOO_LARGE"), "\(errors)")
      #expect(errors.contains("max.message.bytes is 2000"), "\(errors)")
      #expect(errors.contains("line 4 was not written: 3145728 bytes"), "\(errors)")
      #expect(errors.contains("198 lines were written, 2 were not"), "\(errors)")
      let read = try broker.weir("consume \(topic) --from-beginning --max-records 198")
      #expect(read.lines == ["one", "three"] + more)
    }
  }
}
