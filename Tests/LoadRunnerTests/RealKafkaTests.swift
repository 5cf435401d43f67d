import Foundation
import LoadModel
import Testing

@testable import LoadRunner

extension Running {
  /// Kafka itself as the target, where it is found: running at `WEIR_KAFKA_BOOTSTRAP`, or started
  /// by the launcher in `WEIR_KAFKA` (else `../shared/peers/kafka`).
  @Suite("loads on a real Kafka")
  struct RealKafkaTests {
    private static let running = ProcessInfo.processInfo.environment["WEIR_KAFKA_BOOTSTRAP"]

    private static let launcher: String? = {
      let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
      let folder =
        ProcessInfo.processInfo.environment["WEIR_KAFKA"].map { URL(filePath: $0) }
        ?? root.appending(path: "../shared/peers/kafka")
      let path = folder.appending(path: "kafka").standardized.path
      return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    static let isThere: Bool = {
      if running != nil || launcher != nil { return true }
      print("skipped: no Kafka (WEIR_KAFKA, ../shared/peers/kafka) to measure")
      return false
    }()

    /// Foundation waits for whoever holds a descriptor that a child inherits, as the broker would
    /// that the launcher leaves behind: it gets none but the first three.
    private func launch(_ arguments: [String]) throws {
      let closing = #"for n in $(ls /proc/$$/fd); do [ $n -le 2 ] || eval "exec $n>&-"; done; "#
      let process = Process()
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments = ["-c", closing + #"exec "$0" "$@""#, Self.launcher ?? ""] + arguments
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { throw RunError.brokerFailed("starting Kafka") }
    }

    /// Calls `body` with the address of a Kafka that runs, or of one that runs as long.
    private func withKafka(_ body: (String) throws -> Void) throws {
      if let running = Self.running { return try body(running) }
      let folder = try Folder()
      let data = folder.path + "/kafka"
      let port = 20_000 + Int.random(in: 0..<10_000)
      try launch(["start", data, "--port", "\(port)", "--heap", "512m"])
      defer { try? launch(["kill", data]) }
      try body("127.0.0.1:\(port)")
    }

    @Test("the suite of sequential writes measures it beside our own steps", .enabled(if: isThere))
    func sequentialWrites() throws {
      try withKafka { bootstrap in
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
          #expect(throws: RunError.self) {
            try admin.describeTopic("weir-\(outcome.result.runId)-\(turn)")
          }
        }
      }
    }
  }
}
