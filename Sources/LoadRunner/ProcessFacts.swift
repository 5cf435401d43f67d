import Foundation
import Glibc

/// What Linux tells of a process: `/proc/PID`, whole processes only.
enum ProcessFacts {
  /// Resident memory in bytes.
  static func residentBytes(of pid: Int32) -> Int64? {
    numbers(in: "/proc/\(pid)/status")["VmRSS"].map { $0 * 1024 }
  }

  /// Lets the process's peak be what it has now.
  ///
  /// - Returns: False where the process is not ours to do that with.
  /// - Source: proc(5), `clear_refs`.
  static func forgetResidentPeak(of pid: Int32) -> Bool {
    guard let file = FileHandle(forWritingAtPath: "/proc/\(pid)/clear_refs") else { return false }
    defer { try? file.close() }
    return (try? file.write(contentsOf: Data("5".utf8))) != nil
  }

  /// The most resident memory that the process has had, in bytes.
  static func residentPeakBytes(of pid: Int32) -> Int64? {
    numbers(in: "/proc/\(pid)/status")["VmHWM"].map { $0 * 1024 }
  }

  /// Why a process that the user names as a broker's cannot be one, or not be observed; nil where
  /// it can. It listens for TCP connections, as far as this user may see that.
  static func refusal(ofBroker pid: Int32) -> String? {
    guard pid != getpid() else { return "it is this process itself" }
    guard let status = text(of: "/proc/\(pid)/status"),
      text(of: "/proc/\(pid)/stat") != nil
    else {
      return kill(pid, 0) == 0 || errno == EPERM
        ? "this user may not read what the kernel tells of it" : "there is no such process"
    }
    let facts = numbers(in: "/proc/\(pid)/status")
    if let process = facts["Tgid"], process != Int64(pid) {
      return "it is a thread of process \(process)"
    }
    if status.contains("\nState:\tZ") || status.contains("\nState:\tX") { return "it has ended" }
    if listens(pid) == false {
      return "it listens on no TCP port (a script that started the broker is not the broker)"
    }
    return nil
  }

  /// Nil where this user may not see its sockets.
  ///
  /// - Source: proc(5), `/proc/PID/net/tcp`: state 0A is LISTEN, field 10 the socket's inode.
  private static func listens(_ pid: Int32) -> Bool? {
    let folder = "/proc/\(pid)/fd"
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder),
      !names.isEmpty
    else { return nil }
    let own = Set(
      names.compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
      }
      .filter { $0.hasPrefix("socket:[") })
    for table in ["tcp", "tcp6"] {
      for line in (text(of: "/proc/\(pid)/net/\(table)") ?? "").split(separator: "\n").dropFirst() {
        let fields = line.split(separator: " ")
        if fields.count > 9, fields[3] == "0A", own.contains("socket:[\(fields[9])]") {
          return true
        }
      }
    }
    return false
  }

  /// The program's name, as the kernel has it: `java`.
  static func name(of pid: Int32) -> String? {
    text(of: "/proc/\(pid)/comm").map { String($0.prefix { $0 != "\n" }) }
  }

  /// The kernel's numbers of a process's threads.
  static func threads(of pid: Int32) -> [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
    return names.compactMap { Int32($0) }
  }

  /// The lines `name: number …` of a small file; no lines where it cannot be read.
  static func numbers(in path: String) -> [String: Int64] {
    var found: [String: Int64] = [:]
    for line in (text(of: path) ?? "").split(separator: "\n") {
      let fields = line.split(whereSeparator: { ": \t".contains($0) })
      if fields.count >= 2, let number = Int64(fields[1]) { found[String(fields[0])] = number }
    }
    return found
  }

  /// A small file as text; `/proc` files state no size, so they are read to their end.
  static func text(of path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return String(decoding: data, as: UTF8.self)
  }
}
