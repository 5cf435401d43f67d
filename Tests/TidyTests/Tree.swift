import Foundation

/// The project's files as git knows them.
struct Tree {
  /// The folder of Package.swift.
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Tracked files, and new ones that are not ignored; paths from the root.
  static let files: [String] = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "git", "-C", root.path, "ls-files", "--cached", "--others", "--exclude-standard",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    do { try process.run() } catch { return [] }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
      .filter { FileManager.default.fileExists(atPath: root.appending(path: $0).path) }
      .uniqued()
  }()

  /// Swift files written by hand.
  static let swiftFiles = files.filter { $0.hasSuffix(".swift") && !$0.contains("/Generated/") }

  /// Files made of text, generated ones apart.
  static let textFiles = files.filter { path in
    let binary = [".png", ".bin", ".gz", ".lz4", ".zst", ".snappy", ".log", ".index", ".timeindex"]
    return !binary.contains { path.hasSuffix($0) } && !path.contains("/Generated/")
      && !path.contains("/Fixtures/") && !path.hasPrefix("reports/")
  }

  static func text(_ path: String) -> String {
    guard let data = FileManager.default.contents(atPath: root.appending(path: path).path) else {
      return ""
    }
    return String(decoding: data, as: UTF8.self)
  }

  static func lines(_ path: String) -> [Substring] {
    text(path).split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The target a file belongs to: `Sources/CommitLog/Segment.swift` → `CommitLog`.
  static func target(of path: String) -> String? {
    let parts = path.split(separator: "/")
    guard parts.count > 2, parts[0] == "Sources" || parts[0] == "Tests" else { return nil }
    return String(parts[1])
  }
}

extension Array where Element: Hashable {
  fileprivate func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}

/// A line of Swift without what stands in its comment; string literals stay.
func withoutComment(_ line: Substring) -> Substring {
  guard let start = line.range(of: "//") else { return line }
  // A `//` inside a string literal has an odd number of quotes before it.
  let quotes = line[..<start.lowerBound].count { $0 == "\"" }
  return quotes.isMultiple(of: 2) ? line[..<start.lowerBound] : line
}
