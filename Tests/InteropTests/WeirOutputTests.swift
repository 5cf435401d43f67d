import Foundation
import Glibc
import Testing

extension Interop {
  /// Our commands where their output cannot be written, or their commits cannot be made.
  @Suite("weir's output")
  struct WeirOutputTests {
    private func shell(_ line: String) throws -> ChildProcess.Output {
      try ChildProcess(["/bin/sh", "-c", line]).finish()
    }

    @Test(
      "a full disk under standard output is told, with exit code 1",
      arguments: [
        "version", "help", "help consume",
        "dump \(Tools.root.path)/Tests/CommitLogTests/Fixtures/"
          + "kafka-4.3.1/fix-0/00000000000000000000.log",
      ])
    func full(command: String) throws {
      let output = try shell("exec \(Tools.weir) \(command) > /dev/full")
      #expect(output.code == 1)
      #expect(
        output.standardError == "weir: cannot write the output: No space left on device\n")
    }

    @Test("what could not be written is not committed, and is read again")
    func uncommitted() throws {
      let broker = try BrokerUnderTest(settings: ["group.initial.rebalance.delay.ms=0"])
      let topic = broker.topic("full")
      try broker.weir("topics create \(topic) --partitions 2")
      for partition in 0..<2 {
        try broker.weir(
          "produce \(topic) --partition \(partition)",
          input: (0..<50).map { "\(partition)-\($0)\n" }.joined())
      }
      let consume =
        "\(Tools.weir) consume \(topic) --bootstrap \(broker.bootstrap) --from-beginning "
        + "--max-records 100"
      for line in [consume, consume + " --group g-\(broker.suffix)"] {
        let output = try shell("exec \(line) > /dev/full")
        #expect(output.code == 1)
        #expect(
          output.standardError == "weir: cannot write the output: No space left on device\n")
      }
      let again = try shell("exec \(consume) --group g-\(broker.suffix)")
      #expect(again.code == 0 && Set(again.lines).count == 100 && again.standardError.isEmpty)
      // All of it was written: all of it is committed.
      let rest = try shell("exec \(consume) --group g-\(broker.suffix) --timeout 1s")
      #expect(rest.code == 0 && rest.lines.isEmpty, "\(rest.all)")
    }

    @Test("a reader that goes ends it without a word; what it left is read again")
    func readerGone() throws {
      let broker = try BrokerUnderTest(settings: ["group.initial.rebalance.delay.ms=0"])
      let topic = broker.topic("gone")
      try broker.weir("topics create \(topic)")
      try broker.weir("produce \(topic)", input: (0..<50).map { "\($0)\n" }.joined())
      let consume =
        "\(Tools.weir) consume \(topic) --bootstrap \(broker.bootstrap) --from-beginning "
        + "--group g-\(broker.suffix)"
      // The pipe's only reader is gone before the first record comes: it was the shell itself.
      let folder = try temporaryFolder("pipe")
      defer { try? FileManager.default.removeItem(at: folder) }
      let pipe = folder.appending(path: "pipe").path
      let none = try shell(
        "mkfifo \(pipe) && exec 3<>\(pipe) 4>\(pipe) 3<&-"
          + " && exec \(consume) --max-records 50 >&4 4>&-")
      #expect(none.standardError.isEmpty && none.standardOutput.isEmpty)
      let all = try shell("exec \(consume) --max-records 50 --timeout 60s")
      #expect(all.lines.count == 50 && all.code == 0, "\(all.all)")
    }

    @Test(
      "a last commit that does not get through is told, with exit code 1",
      .enabled(if: Tools.otherBroker == nil, "kills only a broker of its own"))
    func brokerGone() throws {
      let broker = try BrokerUnderTest(settings: ["group.initial.rebalance.delay.ms=0"])
      let topic = broker.topic("lost")
      try broker.weir("topics create \(topic)")
      try broker.weir("produce \(topic)", input: "one\n")
      let reader = try ChildProcess(
        words("\(Tools.weir) consume \(topic) --bootstrap \(broker.bootstrap) --group g")
          + words("--from-beginning --property auto.commit.interval.ms=600000"))
      _ = try reader.waitForLine { $0 }
      broker.killHard()
      Glibc.kill(reader.processIdentifier, SIGINT)
      let output = try reader.finish()
      #expect(output.code == 1)
      #expect(output.standardError.contains("\(topic)-0 is not committed"), "\(output.all)")
    }

    @Test("a group that waits for its topic says so, once")
    func missingTopic() throws {
      let broker = try BrokerUnderTest(settings: ["group.initial.rebalance.delay.ms=0"])
      let reader = try ChildProcess(
        words("\(Tools.weir) consume nosuch --bootstrap \(broker.bootstrap) --group g"))
      // Once it is in its group, it has heard of the topic, and takes signals.
      let end = Date(timeIntervalSinceNow: ChildProcess.patience)
      while try !broker.weir("groups list").lines.contains(where: { $0.hasPrefix("g: ") }),
        Date() < end
      {
        usleep(20_000)
      }
      usleep(1_000_000)
      Glibc.kill(reader.processIdentifier, SIGINT)
      let output = try reader.finish()
      #expect(output.code == 130)
      #expect(
        output.standardError
          == "weir: there is no topic nosuch yet; it is read as soon as there is\n")
    }
  }
}
