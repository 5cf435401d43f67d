import Foundation
import LoadModel
import Reports
import Testing

@testable import LoadRunner

extension Running {
  /// Kafka itself as the target, where it is found: running at `WEIR_KAFKA_BOOTSTRAP`, or started
  /// by the launcher in `WEIR_KAFKA` (else `../shared/peers/kafka`).
  @Suite("loads on a real Kafka")
  struct RealKafkaTests {
    private static let running = ProcessInfo.processInfo.environment["WEIR_KAFKA_BOOTSTRAP"]

    static let launcher: String? = {
      let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      let folder =
        ProcessInfo.processInfo.environment["WEIR_KAFKA"].map { URL(filePath: $0) }
        ?? root.appending(path: "../shared/peers/kafka")
      let path = folder.appending(path: "kafka").standardized.path
      return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    static let isThere: Bool = {
      if running != nil { return true }
      let lacking =
        launcher == nil
        ? "no Kafka (WEIR_KAFKA, ../shared/peers/kafka)" : hasJava ? nil : "no java on the PATH"
      guard let lacking else { return true }
      print("skipped: \(lacking) to measure")
      return false
    }()

    private static var hasJava: Bool {
      (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/java")
      }
    }

    /// Foundation waits for whoever holds a descriptor that a child inherits, as the broker would
    /// that the launcher leaves behind: it gets none but the first three.
    static func launch(_ arguments: [String]) throws {
      let closing = #"for n in $(ls /proc/$$/fd); do [ $n -le 2 ] || eval "exec $n>&-"; done; "#
      let process = Process()
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments = ["-c", closing + #"exec "$0" "$@""#, launcher ?? ""] + arguments
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw RunError.brokerFailed("starting Kafka") }
    }

    /// Three ports on which nobody listens, nor on those that the launcher gives their controllers.
    static func freePort() throws -> Int {
      for _ in 0..<100 {
        let port = Int.random(in: 20_000..<30_000)
        let ports = (port...port + 2).flatMap { [$0, $0 + 100] }
        let addresses = try ports.map { try BenchTarget.address("127.0.0.1:\($0)") }
        if Reachability.refusal(of: addresses) != nil { return port }
      }
      throw RunError.brokerFailed("there is no free port for Kafka")
    }

    /// Calls `body` with the address of a Kafka that runs, or of one that runs as long.
    private func withKafka(_ body: (String) throws -> Void) throws {
      if let running = Self.running { return try body(running) }
      let folder = try Folder()
      let data = folder.path + "/kafka"
      let port = try Self.freePort()
      try Self.launch(["start", data, "--port", "\(port)", "--heap", "512m"])
      defer { try? Self.launch(["kill", data]) }
      try body("127.0.0.1:\(port)")
    }

    /// Runs a suite on it and looks at what all of them have in common.
    private func suite(_ lines: String, at bootstrap: String) throws -> (Study, String) {
      let folder = try Folder()
      let text = "name: real\n\(lines)\nbootstrap: [\"\(bootstrap)\"]\noutput: \(folder.path)\n"
      let scenario = try Scenario(yaml: Array(text.utf8), file: "real.yaml")
      try scenario.validate()
      var run = BenchmarkRun(scenario, host: testHost)
      let outcome = run.run()
      #expect(outcome.error == nil)
      #expect(outcome.result.target.kind == .cluster)
      let study = try #require(outcome.result.study)
      for point in study.points where point.label("step").map({ $0 == "cluster" }) ?? true {
        for name in ["broker CPU", "cpu", "resident", "open files", "fsyncs", "copied"] {
          #expect(point.figure(name) == nil, "\(name) is not ours to tell: \(point.labels)")
        }
        #expect(!point.isPartial)
      }
      try Reports.write(outcome.result, to: folder.path + "/report")
      let report = try String(contentsOfFile: folder.path + "/report/report.md", encoding: .utf8)
      #expect(!report.contains("in this process"))
      #expect(!report.contains("process of its own"))
      return (study, report)
    }

    @Test("every suite measures it, one after another", .enabled(if: isThere))
    func suites() throws {
      try withKafka { bootstrap in
        try sequentialWrites(bootstrap)
        let (fetches, _) = try suite(
          """
          suite: zero-copy-fetch
          volume: 16MiB
          fetch-size: [64KiB, 1MiB]
          consumers: 1
          duration: 4s
          rate: 2000
          repetitions: 1
          """, at: bootstrap)
        // The tail, and two sizes from its page cache.
        #expect(fetches.points.map { $0.label("source") } == ["tailing", "cached", "cached"])
        for point in fetches.points {
          #expect(point.label("path") == "cluster")
          #expect(point.figure("throughput")?.samples.count == 1)
          #expect(try #require(point.figure("fetch p99")?.median) > 0)
        }
        let (scaling, _) = try suite(
          """
          suite: partition-scaling
          partitions: [1, 20]
          producers: [1, 2]
          volume: 2MiB
          equal-batch-size: 4KiB
          duration: 4s
          rate: 500
          repetitions: 1
          """, at: bootstrap)
        #expect(scaling.points.count == 8)
        #expect(!scaling.points.contains { $0.label("series") == "starts" })
        for point in scaling.points {
          for name in ["throughput", "create", "batch", "produce p99"] {
            #expect(point.figure(name)?.samples.count == 1, "\(name) at \(point.labels)")
          }
        }
        let (groups, _) = try suite(
          "suite: groups\nassignor: range\nduration: 10s\nrate: 500\nrepetitions: 1", at: bootstrap)
        #expect(groups.points.map { $0.label("event") } == ["none", "join", "leave", "crash"])
        for point in groups.points.dropFirst() {
          // A slow machine may not have taken the partitions over when the window ends.
          let pause = point.figure("partition pause") ?? point.figure("partition pause, at least")
          #expect(pause != nil, "\(point.labels)")
        }
      }
    }

    private func sequentialWrites(_ bootstrap: String) throws {
      let folder = try Folder()
      let scenario = try sequentialWrite(
        ["bootstrap": bootstrap, "steps": "raw-preallocated,log", "flush": "none,batch"],
        in: folder)
      var run = BenchmarkRun(scenario, host: testHost)
      let outcome = run.run()
      #expect(outcome.error == nil)
      #expect(outcome.result.target.kind == .cluster)
      let study = try #require(outcome.result.study)
      let points = study.points.filter { $0.label("step") == "cluster" }
      #expect(points.count == 4)
      for point in points {
        #expect(point.figure("throughput")?.samples.count == 2)
        #expect(point.figure("fsyncs") == nil, "a cluster does not tell")
        #expect(point.figure("cpu") == nil, "its CPU is not ours to tell")
      }
      #expect(study.notes.contains { $0.contains("Of the cluster only") })
    }

    @Test(
      "a run is verified at every level of acks, and its topics are deleted",
      .enabled(if: isThere))
    func everyAcks() throws {
      try withKafka { bootstrap in
        let output = try Folder()
        let outcome = try bench(
          [
            "bootstrap": bootstrap, "records": "20000", "partitions": "2", "acks": "0,1,all",
            "compression": "lz4",
          ], in: output)
        #expect(outcome.error == nil)
        #expect(outcome.result.target.clusterId != nil)
        for entry in outcome.result.cases {
          let result = try #require(entry.repetitions.first)
          let found = try #require(result.verification)
          #expect(found.isSound, "\(entry.label): \(found)")
          #expect(found.received == 20_000)
          #expect(result.consumed?.records == 20_000)
          #expect(result.broker == nil, "its CPU is not ours to tell")
          #expect((result.produceLatency == nil) == (entry.workload.acks == .none))
        }
        let admin = try AdminSession(bootstrap: [try BenchTarget.address(bootstrap)])
        for turn in 0..<3 {
          // A broker learns of it some time after the controller has answered.
          let topic = "weir-\(outcome.result.runId)-\(turn)"
          #expect(eventually { (try? admin.describeTopic(topic)) == nil }, "\(topic)")
        }
      }
    }
  }
}
