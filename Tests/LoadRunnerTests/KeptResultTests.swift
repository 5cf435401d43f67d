import Foundation
import Glibc
import LoadModel
import Reports
import Testing

@testable import LoadRunner

extension Running {
  /// `weir bench` as a program of its own: what it had measured is there, whatever became of it.
  @Suite("results are kept")
  struct KeptResultTests {
    private func start(
      _ folder: Folder, _ flags: [String], environment: [String: String] = [:],
      errors: Pipe? = nil
    ) throws -> Process {
      let process = Process()
      process.executableURL = URL(filePath: weirBinary)
      process.arguments =
        ["bench", "--warmup", "0s", "--rate", "2000", "--output", folder.path] + flags
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      process.standardOutput = FileHandle.nullDevice
      process.standardError = errors ?? FileHandle.nullDevice
      process.standardInput = FileHandle.nullDevice
      try process.run()
      return process
    }

    /// The run's directory, once what was measured first is kept in it.
    private func kept(in folder: Folder, _ process: Process) throws -> String {
      let end = Date(timeIntervalSinceNow: 120)
      while Date() < end, process.isRunning {
        if let directory = folder.runDirectory,
          FileManager.default.fileExists(atPath: directory + "/run.json")
        {
          return directory
        }
        usleep(10_000)
      }
      throw RunError.load("no run.json")
    }

    private func weir(_ arguments: [String]) throws -> Int32 {
      let process = Process()
      process.executableURL = URL(filePath: weirBinary)
      process.arguments = arguments
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }

    @Test("a bench that is killed after a repetition leaves that one, and reports can be made")
    func killed() throws {
      let folder = try Folder()
      let process = try start(folder, ["--duration", "500ms", "--repetitions", "50"])
      let directory = try kept(in: folder, process)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let result = try Reports.read(directory + "/run.json")
      #expect(result.isPartial)
      #expect(result.cases.first?.repetitions.isEmpty == false)
      #expect(try weir(["report", directory]) == 0)
      let text = try String(contentsOfFile: directory + "/report.md", encoding: .utf8)
      #expect(text.contains("partial"))
      #expect(text.contains("the run did not come to its end"))
      let rows = try String(contentsOfFile: directory + "/results.csv", encoding: .utf8)
        .split(whereSeparator: \.isNewline)
      #expect(rows.count >= 2)
    }

    @Test("two Ctrl-C, one after the other, take nothing that was measured before")
    func impatient() throws {
      let folder = try Folder()
      let process = try start(folder, ["--duration", "1s", "--repetitions", "50"])
      let directory = try kept(in: folder, process)
      kill(process.processIdentifier, SIGINT)
      usleep(20_000)
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      #expect(process.terminationStatus == 130)
      let result = try Reports.read(directory + "/run.json")
      #expect(result.cases.first?.repetitions.isEmpty == false)
      #expect(!folder.entries.contains { $0.hasPrefix(".data-") }, "\(folder.entries)")
    }

    @Test(
      "where the report cannot be written at the end, the results are elsewhere, and it is said")
    func unwritable() throws {
      let (folder, other) = (try Folder(), try Folder())
      let errors = Pipe()
      let process = try start(
        folder, ["--duration", "4s", "--repetitions", "1", "--consumers", "0"],
        environment: ["TMPDIR": other.path], errors: errors)
      // The run's directory is made before its load begins, and written to when that has ended.
      #expect(eventually { folder.runDirectory != nil })
      let directory = try #require(folder.runDirectory)
      try FileManager.default.removeItem(atPath: directory)
      try "in the way".write(toFile: directory, atomically: true, encoding: .utf8)
      let text = String(
        decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      let place = try #require(other.runDirectory)
      #expect(text.contains("the results are in \(place)/run.json"), "\(text)")
      let result = try Reports.read(place + "/run.json")
      #expect(result.cases.first?.repetitions.first?.produced?.records ?? 0 > 0)
      #expect(!result.isPartial)
    }
  }
}
