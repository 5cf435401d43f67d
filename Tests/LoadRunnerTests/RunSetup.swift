import Foundation
import Glibc
import LoadModel
import Reports

@testable import LoadRunner

/// A folder of a test's own, away again with it.
final class Folder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "weir-run-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// What lies in it, hidden files included.
  var entries: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }

  /// The run's own directory, once it is there.
  var runDirectory: String? {
    entries.first { !$0.hasPrefix(".") && $0.contains("Z-") }.map { path + "/" + $0 }
  }
}

/// The program that this test run built.
let weirBinary: String = {
  let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
  let beside = own.deletingLastPathComponent().appending(path: "weir").path
  if FileManager.default.isExecutableFile(atPath: beside) { return beside }
  let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  return root.appending(path: ".build/debug/weir").path
}()

/// A validated scenario of flags, as `weir bench` would make it; once, without a warm-up.
func scenario(_ flags: [String: String], in folder: Folder) throws -> Scenario {
  var scenario = Scenario()
  let usual = ["repetitions": "1", "warmup": "0s", "output": folder.path]
  for (name, text) in usual.merging(flags, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key })
  {
    try ScenarioSchema.set(flag: name, to: [text], in: &scenario)
  }
  try scenario.validate()
  return scenario
}

/// A broker that a run takes for anybody's cluster; its data are in `directory`.
func clusterBroker(in directory: String) throws -> ChildBroker {
  try ChildBroker(
    executable: weirBinary, directory: directory,
    properties: BenchTarget.brokerProperties(RunSettings()), fetchPath: "sendfile")
}

/// Whether `isDone` comes to hold within a minute: others bring it about, on a machine that may
/// stall.
func eventually(_ isDone: () -> Bool) -> Bool {
  let end = Date(timeIntervalSinceNow: 60)
  while Date() < end {
    if isDone() { return true }
    usleep(10_000)
  }
  return isDone()
}

let testHost = BenchmarkRun.Host(executable: weirBinary, version: "test")

/// Runs a scenario of flags in this process.
func bench(_ flags: [String: String], in folder: Folder) throws -> BenchmarkRun.Outcome {
  var run = BenchmarkRun(try scenario(flags, in: folder), host: testHost)
  return run.run()
}

/// The same, where one repetition of one case is expected to go well.
func measured(_ flags: [String: String]) throws -> RepetitionResult {
  let folder = try Folder()
  let outcome = try bench(flags, in: folder)
  if let error = outcome.error { throw error }
  guard let repetition = outcome.result.cases.first?.repetitions.first else {
    throw RunError.load("nothing was measured")
  }
  return repetition
}

/// Runs a `weir` command to its end.
///
/// - Throws: Where its exit code is not 0.
func weir(_ arguments: [String], input: String = "") throws {
  let process = Process()
  process.executableURL = URL(filePath: weirBinary)
  process.arguments = arguments
  let pipe = Pipe()
  process.standardInput = pipe
  process.standardOutput = FileHandle.nullDevice
  try process.run()
  pipe.fileHandleForWriting.write(Data(input.utf8))
  try pipe.fileHandleForWriting.close()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw RunError.load("weir \(arguments.joined(separator: " ")) failed")
  }
}
