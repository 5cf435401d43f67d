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

  /// How long anything is waited for that takes a moment: the machine may be slow, and stall.
  static let patience = 120.0

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

  /// The lines of its output that are whole: the last one may still be under way.
  var lines: [String] {
    let text = standardOutput
    guard let end = text.lastIndex(of: "\n") else { return [] }
    return text[..<end].split(separator: "\n").map(String.init)
  }

  /// Sends a signal and waits until the process has ended.
  func kill(_ signal: Int32, within seconds: Double = ChildProcess.patience) {
    guard process.isRunning else { return }
    Glibc.kill(process.processIdentifier, signal)
    let end = Date(timeIntervalSinceNow: seconds)
    while process.isRunning, Date() < end { usleep(5000) }
    if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// Waits, not for ever, until the process has brought something about, or has ended.
  func wait(until isDone: () -> Bool) {
    let end = Date(timeIntervalSinceNow: 300)
    while process.isRunning, !isDone(), Date() < end { usleep(5000) }
  }

  /// Calls `body` while the process stands still.
  func whileStopped(_ body: () throws -> Void) rethrows {
    Glibc.kill(process.processIdentifier, SIGSTOP)
    // Returns once each of its threads has stopped.
    _ = waitpid(process.processIdentifier, nil, WUNTRACED)
    defer { Glibc.kill(process.processIdentifier, SIGCONT) }
    try body()
  }

  /// Waits for the end; a process that takes longer is killed.
  func finish(within seconds: Double = ChildProcess.patience) throws -> Output {
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
    within seconds: Double = ChildProcess.patience, _ match: (String) -> Found?
  ) throws -> Found {
    try waitForLines(within: seconds) { lines in
      for line in lines {
        if let found = match(line) { return found }
      }
      return nil
    }
  }

  /// Waits until the output has lines that `match` finds something in, all together.
  func waitForLines<Found>(
    within seconds: Double = ChildProcess.patience, _ match: ([String]) -> Found?
  ) throws -> Found {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
      let isOver = !process.isRunning || Date() >= end
      if let found = match(lines) { return found }
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
