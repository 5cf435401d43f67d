import Foundation
import Glibc
import LoadModel
import Testing

@testable import LoadRunner

extension Running {
  @Suite("replicas of a run's topics")
  struct ReplicationRunTests {
    @Test(
      "more replicas than brokers are refused before anything is made", arguments: [nil, "acks"])
    func tooFew(suite: String?) throws {
      let (folder, data) = (try Folder(), try Folder())
      let cluster = try clusterBroker(in: data.path)
      defer { cluster.discard() }
      var scenario = Scenario()
      for (name, text) in [
        ("bootstrap", cluster.bootstrap), ("output", folder.path), ("replication-factor", "3"),
      ] { try ScenarioSchema.set(flag: name, to: [text], in: &scenario) }
      if let suite { try ScenarioSchema.set(flag: "suite", to: [suite], in: &scenario) }
      try scenario.validate()
      var run = BenchmarkRun(scenario, host: testHost)
      let outcome = run.run()
      let error = try #require(outcome.error)
      #expect(
        error.description
          == "--replication-factor 3: the cluster has 1 broker that is alive; allowed: 1")
      #expect(error.exitCode == 2)
      #expect(outcome.result.cases.allSatisfy { $0.repetitions.isEmpty })
      #expect(!data.entries.contains { $0.hasPrefix("weir-") }, "\(data.entries)")
    }

    @Test("replicas in sync become the topic's setting, and no broker may leave it out")
    func setting() throws {
      var load = Workload()
      func topic(_ config: [String: String] = [:]) throws -> (String?, Bool) {
        var settings = RunSettings()
        settings.topicConfig = config
        let plan = try MeasurementPlan(
          load, settings: settings, bootstrap: [], topic: "t", seed: 1, runTag: 1, nowNanos: 0)
        return (plan.newTopic.configs["min.insync.replicas"], plan.newTopic.configsAreOptional)
      }
      #expect(try topic() == (nil, true))
      load.minInsyncReplicas = 2
      #expect(try topic() == ("2", false))
    }

    @Test("what the clients' sockets moved is counted, record by record")
    func traffic() throws {
      let result = try measured(["records": "20000", "record-size": "1KiB", "acks": "1"])
      let counts = try #require(result.client?.counts)
      // Each record is sent once and read once, with the batches' heads.
      for bytes in [counts.socketWrittenBytes, counts.socketReadBytes] {
        let each = Double(try #require(bytes)) / 20_000
        #expect((1024...1400).contains(each), "\(each)")
      }
    }

    @Test("a process that was started again is found by its command line")
    func processes() throws {
      func start(_ seconds: Int) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["sleep", "\(seconds)"]
        try process.run()
        return process
      }
      // No other process of this machine has these.
      let number = 400_000 + Int(getpid()) % 100_000
      let (one, other) = (try start(number), try start(number + 1_000_000))
      // The threads that run tests block SIGTERM, and their children inherit that.
      func end(_ process: Process) { kill(process.processIdentifier, SIGKILL) }
      defer {
        end(one)
        end(other)
      }
      #expect(
        eventually { BrokerProcesses.command(one.processIdentifier)?.hasPrefix("sleep") == true })
      #expect(
        eventually { BrokerProcesses.command(other.processIdentifier)?.hasPrefix("sleep") == true })
      var processes = BrokerProcesses([one.processIdentifier, other.processIdentifier])
      #expect(processes.changed() == nil)
      end(one)
      one.waitUntilExit()
      // Gone, and not there again.
      #expect(processes.changed() == nil)
      let again = try start(number)
      defer { end(again) }
      #expect(
        eventually { BrokerProcesses.command(again.processIdentifier)?.hasPrefix("sleep") == true })
      #expect(processes.changed() == [again.processIdentifier, other.processIdentifier])
      #expect(processes.changed() == nil)
    }
  }
}
