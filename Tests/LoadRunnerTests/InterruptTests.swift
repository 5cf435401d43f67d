import Foundation
import Glibc
import LoadModel
import Reports
import Testing

@testable import LoadRunner

extension Running {
  /// `weir bench` as a program of its own, ended by signals.
  @Suite("Ctrl-C and worse")
  struct InterruptTests {
    private func start(_ folder: Folder, _ broker: String) throws -> Process {
      let process = Process()
      process.executableURL = URL(filePath: weirBinary)
      process.arguments = [
        "bench", "--broker", broker, "--duration", "60s", "--warmup", "0s", "--record-size", "200",
        "--output", folder.path, "--interval", "100ms",
      ]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      try process.run()
      try #require(awaitLoad(in: folder.path))
      return process
    }

    private func isAlive(_ pid: Int32) -> Bool { kill(pid, 0) == 0 }

    @Test(
      "Ctrl-C ends a run in seconds: a report marked partial, nothing left behind",
      arguments: ["embedded", "process"])
    func interrupted(broker: String) throws {
      let folder = try Folder()
      let process = try start(folder, broker)
      let children = FailureTests.brokers(in: folder.path)
      #expect(children.count == (broker == "process" ? 1 : 0))
      kill(process.processIdentifier, SIGINT)
      #expect(eventually { !process.isRunning })
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
      #expect(eventually { children.allSatisfy { !isAlive($0) } })
      #expect(folder.entries.count == 1, "the broker's data are gone: \(folder.entries)")
      let directory = try #require(folder.runDirectory)
      let result = try Reports.read(directory + "/run.json")
      #expect(result.isPartial)
      let repetition = try #require(result.cases.first?.repetitions.first)
      #expect(repetition.isPartial)
      #expect(repetition.produced?.records ?? 0 > 0)
      #expect(repetition.durationS > 0.2 && repetition.durationS < 50, "it was to last 60 s")
      #expect(repetition.verification?.lost == 0)
      for name in ["report.md", "results.csv", "timeseries.csv"] {
        #expect(FileManager.default.fileExists(atPath: directory + "/" + name))
      }
    }

    @Test(
      "a second Ctrl-C ends it without a report, and without the broker's data",
      arguments: ["embedded", "process"])
    func impatient(broker: String) throws {
      let folder = try Folder()
      let process = try start(folder, broker)
      let children = FailureTests.brokers(in: folder.path)
      #expect(folder.entries.contains { $0.hasPrefix(".data-") })
      kill(process.processIdentifier, SIGINT)
      usleep(20_000)
      kill(process.processIdentifier, SIGINT)
      #expect(eventually { !process.isRunning })
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
      #expect(eventually { children.allSatisfy { !isAlive($0) } })
      #expect(!folder.entries.contains { $0.hasPrefix(".data-") }, "\(folder.entries)")
    }

    @Test("Ctrl-C keeps the trials of a rate search, and marks it partial")
    func searching() throws {
      let folder = try Folder()
      let process = Process()
      process.executableURL = URL(filePath: weirBinary)
      process.arguments = [
        "bench", "--find-rate", "--sustain", "1h", "--warmup", "0s", "--record-size", "100",
        "--output", folder.path, "--broker-property", "weir.test.produce.records.per.second=2000",
      ]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      try process.run()
      // The first trial was kept; the second one is under way.
      let isKept = eventually {
        folder.runDirectory.flatMap { try? Reports.read($0 + "/run.json") }?
          .cases.first?.rateSearch?.trials.isEmpty == false
      }
      kill(process.processIdentifier, SIGINT)
      #expect(eventually { !process.isRunning })
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      try #require(isKept)
      #expect(process.terminationStatus == 130)
      let result = try Reports.read(try #require(folder.runDirectory) + "/run.json")
      #expect(result.isPartial)
      let search = try #require(result.cases.first?.rateSearch)
      #expect(search.isPartial)
      // A trial that was cut short says nothing of its rate.
      #expect(search.trials.allSatisfy { $0.durationS > 9 })
    }

    @Test("a bench that is killed takes its broker with it")
    func killed() throws {
      let folder = try Folder()
      let process = try start(folder, "process")
      let child = try #require(FailureTests.brokers(in: folder.path).first)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(eventually { !isAlive(child) })
      if isAlive(child) { kill(child, SIGKILL) }
    }
  }
}
