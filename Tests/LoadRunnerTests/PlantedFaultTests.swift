import Foundation
import Glibc
import LoadModel
import Testing
import Transport

@testable import LoadRunner

/// A scenario with faults, as a file would have it; once, without a warm-up.
func faultScenario(_ lines: String, in folder: Folder) throws -> Scenario {
  let text =
    "repetitions: 1\nwarmup: 0s\noutput: \(folder.path)\nrate: 500\nrecord-size: 200\n"
    + "interval: 100ms\n" + lines
  let scenario = try Scenario(yaml: Array(text.utf8), file: "faults.yaml")
  try scenario.validate()
  return scenario
}

extension Running {
  @Suite("planted faults")
  struct PlantedFaultTests {
    private func run(
      _ lines: String, in folder: Folder, _ bounds: FaultRunner.Bounds = .init()
    ) throws -> BenchmarkRun.Outcome {
      var run = BenchmarkRun(try faultScenario(lines, in: folder), host: testHost)
      run.faultBounds = bounds
      return run.run()
    }

    @Test("a pause of two seconds is a silence of as long, and nothing is lost")
    func pause() throws {
      let folder = try Folder()
      let outcome = try run(
        "broker: process\nduration: 6s\nfaults: [{at: 1s, pause: leader 0, for: 2s}]", in: folder)
      #expect(outcome.error == nil)
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      #expect(!result.isPartial)
      let record = try #require(result.faults?.first)
      #expect(result.faults?.count == 1)
      #expect(record.node == 1)
      #expect(record.wasController == true)
      #expect(record.startedS >= 1)
      let done = try #require(record.doneS)
      let undone = try #require(record.undoneS)
      #expect(done >= record.startedS)
      #expect(undone >= done + 2)
      // From the signal on nothing is acknowledged; what is measured ends with the continuation.
      let silence = try #require(result.events?.longestSilence)
      #expect(silence.durationS >= 1.9, "\(silence)")
      #expect(silence.startS <= done + 0.1 && silence.startS + silence.durationS >= done + 1.9)
      #expect(result.verification?.isSound == true)
      #expect(result.broker != nil)
    }

    @Test("a broker that is killed and started again goes on with its data")
    func kill() throws {
      let folder = try Folder()
      let outcome = try run(
        "broker: process\nacks: 1\nduration: 6s\n"
          + "faults: [{at: 1s, kill: controller, for: 500ms}]", in: folder)
      #expect(outcome.error == nil)
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      #expect(!result.isPartial, "\(result.failure ?? "")")
      let record = try #require(result.faults?.first)
      let (done, undone) = (try #require(record.doneS), try #require(record.undoneS))
      #expect(undone >= done + 0.5)
      #expect(record.failure == nil)
      // A killed process loses nothing that the kernel has.
      #expect(result.verification?.lost == 0)
      #expect(result.verification?.acked ?? 0 > 0)
      #expect(result.events?.nodeLosses.isEmpty == false)
      // What the killed process used is in the sum; its counts are not, and not told.
      #expect(result.broker?.userCpuS ?? -1 >= 0)
      #expect(result.broker?.counts == nil)
    }

    @Test("what no fault undoes is restored at the end of the window, and then read back")
    func restoredAtTheEnd() throws {
      let folder = try Folder()
      let outcome = try run(
        "broker: process\nduration: 3s\nfaults: [{at: 2s, kill: 1}]", in: folder)
      #expect(outcome.error == nil)
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      let record = try #require(result.faults?.first)
      let undone = try #require(record.undoneS)
      #expect(undone >= 3)
      #expect(result.verification?.unverified == 0)
      #expect(result.verification?.lost == 0)
    }

    @Test("a later fault undoes an earlier one, by its role")
    func undoneByAnother() throws {
      let folder = try Folder()
      let outcome = try run(
        "broker: process\nduration: 6s\n"
          + "faults: [{at: 1s, pause: leader 0}, {at: 2s, continue: leader 0}]", in: folder)
      #expect(outcome.error == nil)
      let records = try #require(outcome.result.cases.first?.repetitions.first?.faults)
      #expect(records.map(\.fault.action) == [.pause, .resume])
      #expect(records.map(\.node) == [1, 1])
      let undone = try #require(records[0].undoneS)
      let done = try #require(records[1].doneS)
      #expect(undone >= 2 && undone <= done)
    }

    // MARK: A cluster by address

    /// A broker that a run takes for anybody's, with a control command of `actions`, by name.
    private func cluster(
      _ folder: Folder, _ actions: [String: String]
    ) throws -> (broker: ChildBroker, lines: String) {
      let broker = try clusterBroker(in: folder.path + "/data")
      let script = folder.path + "/control"
      let cases = actions.map { "\($0.key)) \($0.value) ;;" }.joined(separator: "\n")
      let text = """
        #!/bin/sh
        echo "$1 $2" >> \(folder.path)/log
        pid=\(broker.pid)
        case $1 in
        \(cases)
        *) echo "not prepared for $1" >&2; exit 9 ;;
        esac
        """
      try text.write(toFile: script, atomically: true, encoding: .utf8)
      let lines =
        "bootstrap: \"\(broker.bootstrap)\"\nbroker-control: sh \(script) {action} {node}\n"
      return (broker, lines)
    }

    private func log(_ folder: Folder) -> [String] {
      ((try? String(contentsOfFile: folder.path + "/log", encoding: .utf8)) ?? "")
        .split(separator: "\n").map(String.init)
    }

    @Test("a cluster's control command is given the action and the node")
    func command() throws {
      let folder = try Folder()
      let (broker, lines) = try cluster(
        folder, ["pause": "kill -STOP $pid", "continue": "kill -CONT $pid"])
      defer { broker.discard() }
      let outcome = try run(
        lines + "duration: 6s\nfaults: [{at: 1s, pause: controller, for: 2s}]", in: folder)
      #expect(outcome.error == nil)
      #expect(log(folder) == ["pause 1", "continue 1"])
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      #expect(result.events?.longestSilence?.durationS ?? 0 >= 1.9)
    }

    @Test(
      "a control command that fails, hits nothing or does not bring back ends the run in words",
      arguments: [
        (["pause": "echo no such host >&2; exit 3"], "pause", "exit code 3; it said: no such host"),
        (["kill": "exit 0"], "kill", "succeeded, but the node still answers at 127.0.0.1:"),
        (["pause": "exit 0"], "pause", "succeeded, but the node still answers at 127.0.0.1:"),
        (
          ["kill": "kill -9 $pid", "restart": "exit 0"], "kill",
          "did not answer within 2 s; run by hand: sh "
        ),
        (
          ["pause": "kill -STOP $pid", "continue": "exit 5"], "pause",
          "ended with exit code 5; it said nothing; run by hand: sh "
        ),
      ])
    func failures(actions: [String: String], action: String, message: String) throws {
      let folder = try Folder()
      let (broker, lines) = try cluster(folder, actions)
      defer { broker.discard() }
      let bounds = FaultRunner.Bounds(goneSeconds: 1, backSeconds: 2, controllerSeconds: 5)
      let outcome = try run(
        lines + "duration: 20s\nfaults: [{at: 2s, \(action): 1, for: 1s}]", in: folder, bounds)
      let error = try #require(outcome.error)
      #expect(error.exitCode == 1)
      #expect(error.description.contains(message), "\(error)")
      // What was measured until then is kept, and marked.
      #expect(outcome.result.isPartial)
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      #expect(result.isPartial)
      #expect(result.produced?.records ?? 0 > 0)
      #expect(result.failure?.contains(message) == true)
      #expect(result.faults?.first?.failure != nil)
      let isRestored = log(folder).last.map { $0.hasPrefix("restart") || $0.hasPrefix("cont") }
      let isTouched = actions.count > 1
      #expect(isRestored == isTouched || action == "pause", "\(log(folder))")
    }

    @Test("a kill that hits another node, or another too, is found")
    func wrongNode() throws {
      let folder = try Folder()
      let brokers = try (0..<3).map { try clusterBroker(in: folder.path + "/data\($0)") }
      defer { for broker in brokers { broker.discard() } }
      let addresses = try brokers.map { try BenchTarget.address($0.bootstrap) }
      let others: [Int32: NetworkAddress] = [2: addresses[1], 3: addresses[2]]
      func look() -> FaultOutcome {
        FaultOutcome.look(isKill: true, at: addresses[0], others: others, goneSeconds: 0.5)
      }
      #expect(look() == FaultOutcome(isStillThere: true, gone: []))
      brokers[2].discard()
      let instead = look()
      #expect(instead == FaultOutcome(isStillThere: true, gone: [3]))
      #expect(
        instead.problem(of: "kill of node 1", at: addresses[0])?.hasSuffix(
          "still answers at \(addresses[0]); node 3 went away instead") == true)
      brokers[0].discard()
      let too = look()
      #expect(too == FaultOutcome(isStillThere: false, gone: [3]))
      #expect(
        too.problem(of: "kill of node 1", at: addresses[0])
          == "kill of node 1: node 3 went away too")
      #expect(FaultOutcome().problem(of: "kill", at: nil) == nil)
    }

    @Test("a node that the cluster does not have, and a link without a relay, are refused")
    func unknown() throws {
      let folder = try Folder()
      let (broker, lines) = try cluster(folder, [:])
      defer { broker.discard() }
      for (fault, message) in [
        ("kill: 9", "faults.yaml:11:4: faults: kill node 9: the cluster has no node 9"),
        ("cut-link: a", "faults.yaml:11:4: faults: cut-link link a: no relay carries the link a"),
      ] {
        let outcome = try run(
          lines + "duration: 2s\nfaults:\n - {at: 1s, \(fault)}", in: folder)
        let error = try #require(outcome.error)
        #expect(error.exitCode == 2)
        #expect(error.description.hasPrefix(message), "\(error)")
        #expect(outcome.result.cases.flatMap(\.repetitions).isEmpty)
      }
      #expect(log(folder).isEmpty)
    }

    // MARK: Ctrl-C

    @Test(
      "Ctrl-C continues what was paused; a second one, too, without a report", arguments: [1, 2])
    func interrupted(signals: Int) throws {
      let folder = try Folder()
      // A hurried end must not depend on how quick the first one was.
      let slow = signals == 2 ? "sleep 1; " : ""
      let (broker, lines) = try cluster(
        folder, ["pause": "kill -STOP $pid", "continue": "\(slow)kill -CONT $pid"])
      defer { broker.discard() }
      let file = folder.path + "/faults.yaml"
      let text =
        lines + "output: \(folder.path)/out\nduration: 60s\nwarmup: 0s\nrate: 500\n"
        + "interval: 100ms\nfaults: [{at: 1s, pause: 1}]\n"
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let process = Process()
      process.executableURL = URL(filePath: weirBinary)
      process.arguments = ["bench", file]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      try process.run()
      #expect(eventually { isStopped(broker.pid) })
      for _ in 0..<signals {
        Glibc.kill(process.processIdentifier, SIGINT)
        usleep(100_000)
      }
      #expect(eventually { !process.isRunning })
      if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
      #expect(eventually { !isStopped(broker.pid) })
      #expect(log(folder) == ["pause 1", "continue 1"])
    }

    private func isStopped(_ pid: Int32) -> Bool {
      ProcessFacts.text(of: "/proc/\(pid)/status")?.contains("\nState:\tT") ?? false
    }
  }
}
