import Foundation
import Glibc
import Testing

extension Interop {
  /// Our commands on brokers that are not ours, or that are not reached as they say.
  @Suite("any broker")
  struct ForeignBrokerTests {
    /// librdkafka's mock cluster: it answers ApiVersions with error 35 in a form of its own, and
    /// serves neither DescribeCluster nor CreateTopics, DescribeConfigs or ListGroups.
    private final class MockCluster {
      let bootstrap: String
      private let process = Process()
      private let input = Pipe()

      init(brokers: Int) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
          Tools.python, Tools.scripts.appending(path: "mock_cluster.py").path, "\(brokers)",
        ]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var text = ""
        while !text.contains("\n") {
          let data = output.fileHandleForReading.availableData
          if data.isEmpty { break }
          text += String(decoding: data, as: UTF8.self)
        }
        guard let found = text.firstMatch(of: /mock cluster: (\S+)/) else {
          throw InteropFailure("the mock cluster did not start: \(text)")
        }
        bootstrap = String(found.1)
      }

      deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
      }

      func weir(_ line: String) throws -> ChildProcess.Output {
        try ChildProcess([Tools.weir] + words(line) + ["--bootstrap", bootstrap]).finish()
      }
    }

    @Test(
      "librdkafka's mock cluster: topics, groups and bench",
      .enabled(if: Tools.hasConfluent, "no confluent_kafka; scripts/setup --tests installs it"))
    func mockCluster() throws {
      let mock = try MockCluster(brokers: 3)
      let created = try mock.weir("topics create first --partitions 4")
      #expect(created.standardOutput == "created first with 4 partitions\n", "\(created.all)")
      // It makes topics of four partitions.
      let refused = try mock.weir("topics create second --partitions 7")
      #expect(refused.code == 1)
      #expect(refused.standardError.contains("of 4 partitions, not of 7"), "\(refused.all)")
      #expect(try mock.weir("topics list").lines.contains("first"))
      let described = try mock.weir("topics describe first")
      #expect(described.code == 0 && described.standardOutput.contains("first: partitions 4"))
      #expect(described.standardError.contains("does not serve DescribeConfigs"))
      // A broker without ListGroups has said nothing of its groups, not that there are none.
      let groups = try mock.weir("groups list")
      #expect(groups.code == 1)
      #expect(groups.standardError.contains("does not serve what this needs: ListGroups"))
      let folder = try temporaryFolder("mock")
      defer { try? FileManager.default.removeItem(at: folder) }
      let bench = try mock.weir(
        "bench --partitions 4 --records 2000 --warmup 0s --output \(folder.path)/run")
      #expect(bench.code == 0, "\(bench.all)")
      let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
      let found = (files?.allObjects ?? []).compactMap { $0 as? URL }
      let results = try #require(found.first { $0.lastPathComponent == "results.csv" }, "\(found)")
      let text = try String(contentsOf: results, encoding: .utf8)
      let table = text.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      let lost = try #require(table.first?.firstIndex(of: "lost"))
      #expect(table.dropFirst().allSatisfy { $0[lost] == "0" })
    }

    /// A port that is free now, and a socket that listens there without ever accepting.
    private func listeningSocket(backlog: Int32) throws -> (descriptor: Int32, port: UInt16) {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          unsafe bind(descriptor, generic, size) == 0 && listen(descriptor, backlog) == 0
            && getsockname(descriptor, generic, &size) == 0
        }
      }
      guard isBound else { throw InteropFailure("no listening socket: errno \(errno)") }
      return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    @Test("a broker that advertises another name is reached; 20 of 20")
    func advertisedName() throws {
      let (descriptor, port) = try listeningSocket(backlog: 1)
      close(descriptor)
      let data = try temporaryFolder("advertised")
      defer { try? FileManager.default.removeItem(at: data) }
      let child = try ChildProcess(
        BrokerUnderTest.command(
          data: data, port: "\(port)",
          settings: ["advertised.listeners=PLAINTEXT://localhost:\(port)"]))
      _ = try child.waitForLine { $0.contains("is serving on") ? $0 : nil }
      defer { child.kill(SIGKILL) }
      func weir(_ line: String, input: String? = nil) throws -> ChildProcess.Output {
        try ChildProcess(
          [Tools.weir] + words(line) + ["--bootstrap", "127.0.0.1:\(port)"], input: input
        ).finish()
      }
      #expect(try weir("topics create t").code == 0)
      for _ in 0..<20 {
        let listed = try weir("topics list")
        #expect(listed.code == 0 && listed.lines.contains("t"), "\(listed.all)")
      }
      #expect(try weir("produce t", input: "a\nb\n").code == 0)
      #expect(try weir("consume t --from-beginning --max-records 2").lines == ["a", "b"])
    }

    @Test("bootstrap addresses that refuse or fall silent are named; a good one beside them serves")
    func badAddresses() throws {
      let broker = try BrokerUnderTest()
      let silent = try listeningSocket(backlog: 8)
      defer { close(silent.descriptor) }
      let free = try listeningSocket(backlog: 1)
      close(free.descriptor)
      let bad = "127.0.0.1:\(free.port),127.0.0.1:\(silent.port)"
      let good = try ChildProcess(
        [Tools.weir] + words("topics list --bootstrap \(bad),\(broker.bootstrap)")
      ).finish()
      #expect(good.code == 0, "\(good.all)")
      let none = try ChildProcess(
        [Tools.weir] + words("topics list --request-timeout 2s --bootstrap \(bad)")
      ).finish()
      #expect(none.code == 1)
      #expect(
        none.standardError == """
          weir: no broker answered within 2000 ms: 127.0.0.1:\(free.port) refused the connection; \
          127.0.0.1:\(silent.port) did not answer ApiVersions

          """)
    }
  }
}
