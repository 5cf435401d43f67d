import Foundation
import Glibc
import Testing

extension Interop {
  /// `weir broker` as a process: how it starts, ends and refuses.
  @Suite(
    "weir broker",
    .enabled(if: Tools.otherBroker == nil, "starts brokers of its own"))
  struct BrokerCommandTests {
    @Test("prints one line with its address, and ends cleanly on SIGTERM, SIGINT, SIGHUP")
    func lifecycle() throws {
      for signal in [SIGTERM, SIGINT, SIGHUP] {
        let data = try temporaryFolder("lifecycle")
        defer { try? FileManager.default.removeItem(at: data) }
        // With a parent to watch, SIGINT would be the parent's.
        let child = try ChildProcess(
          BrokerUnderTest.command(data: data, port: "0", parent: nil, settings: []))
        _ = try child.waitForLine { $0 }
        child.kill(signal)
        let output = try child.finish()
        #expect(output.code == 0)
        #expect(output.lines.count == 1)
        #expect(output.lines[0].contains(/^weir broker \d+ is serving on 127\.0\.0\.1:\d+$/))
      }
    }

    @Test("lives on after SIGHUP where it was started with that ignored, as by nohup")
    func nohup() throws {
      let data = try temporaryFolder("nohup")
      defer { try? FileManager.default.removeItem(at: data) }
      let command = BrokerUnderTest.command(data: data, port: "0", parent: nil, settings: [])
      let line = command.map { "'\($0)'" }.joined(separator: " ")
      let child = try ChildProcess(["bash", "-c", "trap '' HUP; exec \(line)"])
      let port = try child.waitForLine { line in
        line.firstMatch(of: /127\.0\.0\.1:(\d+)$/).map { String($0.1) }
      }
      Glibc.kill(child.processIdentifier, SIGHUP)
      let topics = try ChildProcess([
        Tools.weir, "topics", "list", "--bootstrap", "127.0.0.1:\(port)",
      ]).finish()
      #expect(topics.code == 0)
      child.kill(SIGTERM)
      #expect(try child.finish().code == 0)
    }

    @Test("ends when its parent does")
    func endsWithParent() throws {
      let data = try temporaryFolder("orphan")
      defer { try? FileManager.default.removeItem(at: data) }
      let command = BrokerUnderTest.command(data: data, port: "0", parent: 0, settings: [])
      // The shell starts the broker, tells its pid, and is killed.
      let line = command.map { "'\($0)'" }.joined(separator: " ")
      let shell = try ChildProcess(["bash", "-c", "\(line) & echo pid $!; wait"])
      let pid = try shell.waitForLine { line in
        line.hasPrefix("pid ") ? Int32(line.dropFirst(4)) : nil
      }
      _ = try shell.waitForLine { $0.contains("is serving on") ? true : nil }
      shell.kill(SIGKILL)
      let end = Date(timeIntervalSinceNow: ChildProcess.patience)
      while Glibc.kill(pid, 0) == 0, Date() < end { usleep(10_000) }
      #expect(Glibc.kill(pid, 0) != 0)
      Glibc.kill(pid, SIGKILL)
    }

    @Test("keeps topics, settings and records over a restart")
    func restart() throws {
      let broker = try BrokerUnderTest()
      try broker.weir("topics create kept --partitions 2 --config retention.ms=7200000")
      try broker.weir("produce kept --partition 0", input: "one\ntwo\n")
      let before = try broker.weir("topics describe kept").standardOutput
      try broker.stop()
      try broker.restart()
      #expect(try broker.weir("topics describe kept").standardOutput == before)
      let read = try broker.weir("consume kept --from-beginning --max-records 2")
      #expect(read.lines == ["one", "two"])
    }

    @Test("takes a properties file, --set over it, and names the unknown keys")
    func properties() throws {
      let data = try temporaryFolder("properties")
      defer { try? FileManager.default.removeItem(at: data) }
      let file = data.appending(path: "server.properties")
      let text = """
        # as Kafka reads it
        listeners=PLAINTEXT://127.0.0.1:0
        log.dirs=\(data.path)/logs
        node.id=5
        num.partitions = 4
        no.such.key=1
        """
      try Data(text.utf8).write(to: file)
      let child = try ChildProcess([
        Tools.weir, "broker", "--config", file.path, "--set", "node.id=6", "--parent-pid", "0",
      ])
      let line = try child.waitForLine { $0 }
      #expect(line.hasPrefix("weir broker 6 is serving on 127.0.0.1:"))
      child.kill(SIGTERM)
      #expect(child.standardError.contains("no.such.key"))
    }

    @Test(
      "refuses what cannot be, with what is allowed",
      arguments: [
        ("--set num.partitions=none", Int32(2), "num.partitions"),
        ("--set log.segment.bytes=-4", 2, "log.segment.bytes"),
        ("--set nonsense", 2, "key=value"),
        ("--config missing.properties", 2, "missing.properties"),
        ("--fetch-path teleport", 2, "sendfile"),
        ("--set listeners=SSL://127.0.0.1:0", 2, "listeners"),
        ("--set listeners=PLAINTEXT://0.0.0.0:0", 2, "meta-address 0.0.0.0"),
        ("--set process.roles=controller", 2, "process.roles"),
        ("--log-level loud", 2, "warning"),
      ])
    func refusals(line: String, code: Int32, expected: String) throws {
      let data = try temporaryFolder("refused")
      defer { try? FileManager.default.removeItem(at: data) }
      var all = [Tools.weir, "broker", "--parent-pid", "0"] + words(line)
      if !line.contains("listeners") { all += ["--set", "listeners=PLAINTEXT://127.0.0.1:0"] }
      let output = try ChildProcess(all + ["--set", "log.dirs=\(data.path)"]).finish()
      #expect(output.code == code)
      #expect(output.standardError.contains(expected), "\(output.standardError)")
      #expect(output.standardOutput.isEmpty)
    }

    @Test("a port in use and a folder in use are told, with exit code 1")
    func taken() throws {
      let broker = try BrokerUnderTest()
      let other = try temporaryFolder("taken")
      defer { try? FileManager.default.removeItem(at: other) }
      let samePort = try ChildProcess(
        BrokerUnderTest.command(data: other, port: broker.port, settings: [])
      ).finish()
      #expect(samePort.code == 1)
      #expect(samePort.standardError.contains(broker.port), "\(samePort.standardError)")
      #expect(samePort.standardError.contains("in use"), "\(samePort.standardError)")
      let sameFolder = try ChildProcess(
        BrokerUnderTest.command(data: broker.data, port: "0", settings: [])
      ).finish()
      #expect(sameFolder.code == 1)
      #expect(sameFolder.standardError.contains(broker.data.path), "\(sameFolder.standardError)")
    }
  }
}
