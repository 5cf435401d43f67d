import Foundation
import Glibc

/// A process that a test started. Its output goes to files, so that it never waits for a reader.
final class ChildProcess {
  struct Output {
    let code: Int32
    let standardOutput: String
    let standardError: String

    var lines: [String] { standardOutput.split(separator: "\n").map(String.init) }
    var all: String { standardOutput + standardError }
  }

  private let process = Process()
  private let folder: URL

  /// - Parameters:
  ///   - words: A program (a path, or a name on the PATH) and its arguments.
  ///   - input: Its whole standard input; nil for an empty one.
  init(_ words: [String], input: String? = nil, environment: [String: String] = [:]) throws {
    folder = try temporaryFolder("child")
    let files = FileManager.default
    for name in ["in", "out", "err"] {
      let contents = name == "in" ? Data((input ?? "").utf8) : Data()
      _ = files.createFile(atPath: folder.appending(path: name).path, contents: contents)
    }
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: "in"))
    process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: folder.appending(path: "err"))
    try Self.withSignals { try process.run() }
  }

  /// A child inherits which signals its parent's thread does not take: threads of a pool take
  /// none, and the child would never hear SIGTERM.
  private static func withSignals(_ body: () throws -> Void) rethrows {
    var none = sigset_t()
    var before = sigset_t()
    unsafe sigemptyset(&none)
    unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  deinit {
    kill(SIGKILL)
    try? FileManager.default.removeItem(at: folder)
  }

  var isRunning: Bool { process.isRunning }
  var processIdentifier: Int32 { process.processIdentifier }
  /// What it ended with, or the signal that ended it; nil while it runs.
  var exitCode: Int32? { process.isRunning ? nil : process.terminationStatus }

  var standardOutput: String { text("out") }
  var standardError: String { text("err") }

  /// Sends a signal and waits until the process has ended.
  func kill(_ signal: Int32, within seconds: Double = 10) {
    guard process.isRunning else { return }
    Glibc.kill(process.processIdentifier, signal)
    let end = Date(timeIntervalSinceNow: seconds)
    while process.isRunning, Date() < end { usleep(5000) }
    if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// Waits for the end; a process that takes longer is killed.
  func finish(within seconds: Double) throws -> Output {
    let end = Date(timeIntervalSinceNow: seconds)
    while process.isRunning, Date() < end { usleep(5000) }
    let inTime = !process.isRunning
    kill(SIGKILL)
    process.waitUntilExit()
    let words = (process.arguments ?? []).joined(separator: " ")
    guard inTime else {
      throw InteropFailure(
        "took longer than \(seconds) s: \(words)\n\(standardOutput)\n\(standardError)")
    }
    return Output(
      code: process.terminationStatus, standardOutput: standardOutput,
      standardError: standardError)
  }

  /// Waits until the output has a line that `match` finds something in.
  func waitForLine<Found>(
    within seconds: Double, _ match: (String) -> Found?
  ) throws -> Found {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
      let isOver = !process.isRunning || Date() >= end
      for line in standardOutput.split(separator: "\n") {
        if let found = match(String(line)) { return found }
      }
      if isOver { break }
      usleep(5000)
    }
    let words = (process.arguments ?? []).joined(separator: " ")
    throw InteropFailure("no such line from: \(words)\n\(standardOutput)\n\(standardError)")
  }

  private func text(_ name: String) -> String {
    let data = FileManager.default.contents(atPath: folder.appending(path: name).path) ?? Data()
    return String(decoding: data, as: UTF8.self)
  }
}

struct InteropFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A new folder of its own, under the system's folder for temporary files.
func temporaryFolder(_ name: String) throws -> URL {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "weir-\(name)-\(UUID().uuidString.prefix(8))")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return folder
}
