import Foundation
import Glibc
import LoadModel
import Testing

@testable import LoadRunner

extension Running {
  @Suite("what a run leaves behind")
  struct LeftBehindTests {
    private func start(_ executable: String, _ arguments: [String], errors: Pipe? = nil) throws
      -> Process
    {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: executable)
      process.arguments = arguments
      process.standardOutput = FileHandle.nullDevice
      process.standardError = errors ?? FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      try process.run()
      return process
    }

    private func left(in folder: Folder) -> LeftBehind? {
      guard let directory = folder.runDirectory,
        let data = FileManager.default.contents(
          atPath: directory + "/" + LeftBehind.fileName)
      else { return nil }
      return try? JSONDecoder().decode(LeftBehind.self, from: data)
    }

    @Test("`weir report` of a killed run names its topics and groups and how to remove them")
    func killed() throws {
      let (folder, data) = (try Folder(), try Folder())
      let cluster = try clusterBroker(in: data.path)
      defer { cluster.discard() }
      let admin = try AdminSession(bootstrap: [try BenchTarget.address(cluster.bootstrap)])
      let run = try start(
        weirBinary,
        [
          "bench", "--bootstrap", cluster.bootstrap, "--consumer-groups", "1", "--consumers", "1",
          "--rate", "100", "--duration", "10m", "--warmup", "0s", "--output", folder.path,
        ])
      // The names are written first.
      #expect(eventually { left(in: folder)?.groups.isEmpty == false })
      let found = try #require(left(in: folder))
      let topic = try #require(found.topics.first)
      #expect(found.topics.count == 1 && found.groups.count == 1)
      #expect(eventually { (try? admin.describeTopic(topic)) != nil })
      kill(run.processIdentifier, SIGKILL)
      run.waitUntilExit()
      let errors = Pipe()
      let report = try start(
        weirBinary, ["report", try #require(folder.runDirectory)], errors: errors)
      let text = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      report.waitUntilExit()
      let command = "weir topics delete --bootstrap \(cluster.bootstrap) \(topic)"
      #expect(text.contains("the run did not remove 1 topic and 1 consumer group: \(topic)"))
      #expect(text.contains("\n  \(command)\n"), "\(text)")
      let remove = try start(weirBinary, command.split(separator: " ").dropFirst().map(String.init))
      remove.waitUntilExit()
      #expect(remove.terminationStatus == 0)
      #expect(throws: RunError.self) { try admin.describeTopic(topic) }
    }

    @Test("a run that ends, or is begun in vain, leaves nothing on the cluster and no list of it")
    func ended() throws {
      let (folder, data) = (try Folder(), try Folder())
      let cluster = try clusterBroker(in: data.path)
      defer { cluster.discard() }
      let outcome = try bench(
        ["bootstrap": cluster.bootstrap, "records": "100", "consumer-groups": "1"], in: folder)
      #expect(outcome.error == nil && outcome.result.leftBehind == nil)
      let failed = try bench(
        ["bootstrap": cluster.bootstrap, "records": "100", "replication-factor": "3"], in: folder)
      #expect(failed.error != nil && failed.result.leftBehind == nil)
      #expect(left(in: folder) == nil)
    }

    @Test("a data directory that the user named is left as it was, deleted topics included")
    func dataDirectory() throws {
      let (folder, data) = (try Folder(), try Folder())
      try Data("x".utf8).write(to: URL(filePath: data.path + "/mine"))
      for broker in ["embedded", "process"] {
        let outcome = try bench(
          ["records": "1000", "acks": "1,all", "broker": broker, "data-dir": data.path], in: folder)
        #expect(outcome.error == nil)
        #expect(data.entries == ["mine"])
        #expect(outcome.result.environment.dataDirectory == data.path)
      }
      let made = data.path + "/made"
      #expect(try bench(["records": "1000", "data-dir": made], in: folder).error == nil)
      #expect(data.entries == ["mine"])
    }

    @Test("the files of a deleted topic are gone once they were waited for")
    func deletion() throws {
      let data = try Folder()
      var settings = RunSettings()
      // A deleted topic is there long enough to be seen, on a machine that pauses too.
      settings.brokerProperties["log.segment.delete.delay.ms"] = "5000"
      let target = try BenchTarget.start(
        settings, executable: weirBinary, dataDirectory: data.path)
      defer { target.stop() }
      let admin = try target.openAdmin()
      try admin.createTopic(.init(name: "t", partitions: 3, replicationFactor: 1))
      try admin.deleteTopic("t")
      #expect(eventually { data.entries.contains { $0.hasSuffix("-delete") } })
      #expect(target.awaitDeletion(seconds: 60))
      #expect(!data.entries.contains { $0.hasPrefix("t-") })
    }

    @Test("two runs begun in one second share no name")
    func names() throws {
      let folder = try Folder()
      let flags = ["records": "10", "data-dir": folder.path + "/data"]
      let plan = try scenario(flags, in: folder)
      let (one, other) = (
        BenchmarkRun(plan, host: testHost), BenchmarkRun(plan, host: testHost)
      )
      #expect(one.topicPrefix != other.topicPrefix)
      #expect(one.dataDirectory != other.dataDirectory)
      let first = try RunName.claim("20260104T030405Z-a", in: folder.path)
      #expect(try RunName.claim("20260104T030405Z-a", in: folder.path) == first + "-2")
      let odd = RunName.topicPrefix(runId: "2026:a b/c\u{e9}", tag: "1")
      #expect(odd == "weir-2026abc-1")
      #expect(RunName.topicPrefix(runId: String(repeating: "x", count: 500), tag: "1").count < 230)
    }
  }
}
