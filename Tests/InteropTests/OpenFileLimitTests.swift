import Foundation
import Glibc
import Testing

extension Interop {
  /// `weir broker` where the process may have few files.
  @Suite(
    "weir broker with few files",
    .enabled(if: Tools.otherBroker == nil, "starts brokers of its own"))
  struct OpenFileLimitTests {
    private func start(_ data: URL, limit: String) throws -> ChildProcess {
      let command = BrokerUnderTest.command(data: data, port: "0", settings: [])
      let line = command.map { "'\($0)'" }.joined(separator: " ")
      return try ChildProcess(["bash", "-c", "ulimit \(limit) && exec \(line)"])
    }

    private func address(of broker: ChildProcess) throws -> String {
      try broker.waitForLine { $0.firstMatch(of: /is serving on (\S+:\d+)/).map { String($0.1) } }
    }

    private func weir(_ line: String, _ address: String) throws -> ChildProcess.Output {
      try ChildProcess([Tools.weir] + words(line) + ["--bootstrap", address]).finish()
    }

    @Test("partitions that need too many are refused together; the rest goes on, and starts again")
    func partitions() throws {
      let data = try temporaryFolder("files")
      defer { try? FileManager.default.removeItem(at: data) }
      var broker = try start(data, limit: "-n 256")
      var at = try address(of: broker)
      #expect(try weir("topics create many --partitions 300", at).code != 0)
      #expect(broker.standardError.contains("ulimit -n"), "\(broker.standardError)")
      for name in ["few", "more"] {
        let made = try weir("topics create \(name) --partitions 20", at)
        #expect(made.code == 0, "\(made.all)")
      }
      #expect(try weir("topics list", at).lines == ["few", "more"])
      broker.kill(SIGKILL)
      broker = try start(data, limit: "-n 256")
      at = try address(of: broker)
      #expect(try weir("topics list", at).lines == ["few", "more"])
      broker.kill(SIGKILL)
      let refused = try start(data, limit: "-n 40").finish()
      #expect(refused.code == 1)
      #expect(refused.standardError.contains("ulimit -n"), "\(refused.standardError)")
    }

    @Test("the soft limit is raised to the hard one at the start")
    func raised() throws {
      let data = try temporaryFolder("files")
      defer { try? FileManager.default.removeItem(at: data) }
      let broker = try start(data, limit: "-Sn 64")
      let at = try address(of: broker)
      let made = try weir("topics create t --partitions 100", at)
      #expect(made.code == 0, "\(made.all)\n\(broker.standardError)")
    }

    @Test("connections that find no descriptor wait, cost no CPU, and are served once there is one")
    func connections() throws {
      let data = try temporaryFolder("files")
      defer { try? FileManager.default.removeItem(at: data) }
      let broker = try start(data, limit: "-n 64")
      let at = try address(of: broker)
      let port = at.split(separator: ":")[1]
      let holder = try ChildProcess([
        "bash", "-c",
        // More than it can serve, and no more than then fit into the backlog of 50.
        "for i in $(seq 75); do exec {fd}<>/dev/tcp/127.0.0.1/\(port); done; echo open; sleep 600",
      ])
      _ = try holder.waitForLine { $0 == "open" ? true : nil }
      let before = try cpuTicks(broker)
      usleep(2_000_000)
      // 50 ticks of 10 ms would be a quarter of one core.
      #expect(try cpuTicks(broker) - before < 50)
      holder.kill(SIGKILL)
      let listed = try weir("topics list", at)
      #expect(listed.code == 0, "\(listed.all)")
    }

    private func cpuTicks(_ child: ChildProcess) throws -> Int {
      let stat = try String(
        contentsOfFile: "/proc/\(child.processIdentifier)/stat", encoding: .utf8)
      let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
      return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
    }
  }
}
