import Foundation
import Glibc
import Testing

extension Interop {
  /// The lines that a `weir broker` process writes to standard error.
  @Suite(
    "the log of weir broker",
    .enabled(if: Tools.otherBroker == nil, "starts brokers of its own"))
  struct BrokerLogTests {
    private func start(_ data: URL, level: String?, settings: [String] = []) throws
      -> (ChildProcess, ports: [String])
    {
      let listeners = "first://127.0.0.1:0,Second://127.0.0.1:0"
      let map = "First:PLAINTEXT,second:plaintext"
      let extra: [String] = settings.flatMap { ["--set", $0] }
      let child = try ChildProcess(
        [Tools.weir, "broker", "--parent-pid", "\(getpid())"]
          + (level.map { ["--log-level", $0] } ?? [])
          + ["--set", "listeners=\(listeners)", "--set", "log.dirs=\(data.path)"]
          + ["--set", "listener.security.protocol.map=\(map)"] + extra)
      let ports = try child.waitForLine { line in
        line.contains("is serving on")
          ? line.matches(of: /127\.0\.0\.1:(\d+)/).map { String($0.1) } : nil
      }
      return (child, ports)
    }

    /// Sends bytes, in the notation of `printf`, to a port.
    private func send(_ bytes: String, to port: String) throws {
      let line = "exec 3<>/dev/tcp/127.0.0.1/\(port); printf '\(bytes)' >&3; cat <&3"
      _ = try ChildProcess(["bash", "-c", line]).finish()
    }

    @Test("at info: listeners, recovered logs with their duration, and why connections were closed")
    func info() throws {
      let data = try temporaryFolder("log")
      defer { try? FileManager.default.removeItem(at: data) }
      var (child, ports) = try start(data, level: "info")
      let text = child.standardError
      #expect(text.contains("INFO    [server] listening on FIRST://127.0.0.1:\(ports[0])\n"))
      #expect(text.contains("INFO    [server] listening on SECOND://127.0.0.1:\(ports[1])\n"))
      try send("GET / HTTP/1.1\\r\\n\\r\\n", to: ports[0])
      try send("\\x16\\x03\\x01\\x02\\x00\\x01", to: ports[1])
      try send(
        "\\x00\\x00\\x00\\x0a\\x7f\\x00\\x00\\x00\\x00\\x00\\x00\\x01\\xff\\xff", to: ports[1])
      child.wait { child.standardError.contains("32512") }
      for pattern in [
        /closed the connection of 127\.0\.0\.1:\d+ to FIRST: an HTTP request \(GET\)/,
        /closed the connection of 127\.0\.0\.1:\d+ to SECOND: a TLS handshake/,
        /closed the connection of 127\.0\.0\.1:\d+ to SECOND: API 32512 is not served/,
      ] {
        #expect(child.standardError.contains(pattern), "\(child.standardError)")
      }

      let produce = try ChildProcess(
        [Tools.weir, "produce", "t", "--bootstrap", "127.0.0.1:\(ports[0])"], input: "one\ntwo\n"
      ).finish()
      #expect(produce.code == 0, "\(produce.standardError)")
      child.kill(SIGKILL)
      // Nothing of the metadata knows it.
      try FileManager.default.createDirectory(
        at: data.appending(path: "unknown-0"), withIntermediateDirectories: false)
      (child, ports) = try start(data, level: "info")
      let again = child.standardError
      #expect(
        again.contains(/INFO    \[server\] t-0 recovered in \d+ ms: \d+ bytes read\n/), "\(again)")
      #expect(again.contains(/INFO    \[server\] \d+ logs opened in \d+ ms\n/), "\(again)")
      #expect(
        again.contains(/INFO    \[server\] \S*unknown-0 is removed: it held no records/),
        "\(again)")
      child.kill(SIGTERM)
    }

    @Test(
      "bench writes the lines of the brokers that it starts, in its process or in one of theirs",
      arguments: ["embedded", "process"])
    func bench(broker: String) throws {
      let data = try temporaryFolder("log")
      defer { try? FileManager.default.removeItem(at: data) }
      let run = try ChildProcess(
        [Tools.weir, "bench", "--log-level", "info", "--broker", broker, "--records", "1000"]
          + ["--warmup", "0s", "--output", data.path]
      ).finish()
      #expect(run.code == 0, "\(run.standardError)")
      #expect(
        run.standardError.contains(/INFO    \[server\] listening on PLAINTEXT:\/\/127\.0\.0\.1:/),
        "\(run.standardError)")
    }

    @Test("a broker with max.connections open says why it accepts no other")
    func connectionLimit() throws {
      let data = try temporaryFolder("log")
      defer { try? FileManager.default.removeItem(at: data) }
      let (child, ports) = try start(data, level: nil, settings: ["max.connections=1"])
      for _ in 0..<3 { try send("GET / HTTP/1.1\\r\\n\\r\\n", to: ports[0]) }
      child.wait { child.standardError.contains("max.connections") }
      child.kill(SIGTERM)
      let reason = "max.connections=1 connections are open: no other is accepted until one closes"
      let lines = child.standardError.split(separator: "\n")
      let isReason = lines.map { $0.contains("WARNING") && $0.hasSuffix(reason) }
      #expect(isReason.contains(true) && !isReason.contains(false), "\(lines)")
    }

    @Test("by default no line below warning is written")
    func standard() throws {
      let data = try temporaryFolder("log")
      defer { try? FileManager.default.removeItem(at: data) }
      let (child, ports) = try start(data, level: nil)
      try send("GET / HTTP/1.1\\r\\n\\r\\n", to: ports[0])
      child.kill(SIGTERM)
      #expect(child.standardError.isEmpty, "\(child.standardError)")
    }
  }
}
