import Foundation
import Testing

@testable import Reports

@Suite("Golden files")
struct GoldenTests {
  private func withFile(_ text: String?, _ body: (URL) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory
      .appending(path: "weir-golden-\(UInt64.random(in: 0...UInt64.max)).md")
    defer { try? FileManager.default.removeItem(at: file) }
    if let text { try Data(text.utf8).write(to: file) }
    try body(file)
  }

  @Test("a difference names the file, the first lines that differ, and the command")
  func differences() throws {
    try withFile("one\ntwo\nthree\nfour\nfive\n") { file in
      let same = try Golden.difference(
        file: file, "one\ntwo\nthree\nfour\nfive\n", isWriting: false)
      #expect(same == nil)
      let found = try Golden.difference(file: file, "one\n2\nthree\r\nfour\n", isWriting: false)
      #expect(
        found == """
          \(file.path) and the report differ from line 2 on.
            golden 2: two
            golden 3: three
            golden 4: four
            report 2: 2
            report 3: three\\r
            report 4: four
          scripts/golden writes what the reports say now; read its diff before you commit.
          """)
      let short = try Golden.difference(file: file, "one\ntwo", isWriting: false)
      #expect(short?.contains("differ from line 3 on.\n  golden 3: three\n") == true)
      #expect(short?.contains("\n  report: ends after line 2\n") == true)
    }
  }

  @Test("equal strings of different bytes differ")
  func bytes() throws {
    try withFile("caf\u{e9}\n") { file in
      let (same, other) = try (
        Golden.difference(file: file, "caf\u{e9}\n", isWriting: false),
        Golden.difference(file: file, "cafe\u{301}\n", isWriting: false)
      )
      #expect(same == nil && other != nil)
    }
  }

  @Test("a file that does not exist is a failure; it is written where that was asked for")
  func missing() throws {
    try withFile(nil) { file in
      let found = try Golden.difference(file: file, "text\n", isWriting: false)
      #expect(found?.hasPrefix("\(file.path) does not exist. scripts/golden writes") == true)
      #expect(!FileManager.default.fileExists(atPath: file.path))
      let written = try Golden.difference(file: file, "text\n", isWriting: true)
      #expect(written == nil)
      #expect(try String(contentsOf: file, encoding: .utf8) == "text\n")
    }
  }

  @Test("no golden file is left that no test uses")
  func unused() throws {
    #expect(Golden.unused(["a.md", "b.md"], in: ["x(\"a.md\")", "b.md"]) == ["b.md"])
    let folder = Golden.folder.deletingLastPathComponent()
    let sources = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") && $0 != "GoldenTests.swift" }
      .map { try String(contentsOf: folder.appending(path: $0), encoding: .utf8) }
    let files = try FileManager.default.contentsOfDirectory(atPath: Golden.folder.path)
    for file in Golden.unused(files, in: sources) {
      Issue.record("no test uses Tests/ReportsTests/Golden/\(file): delete it")
    }
  }
}
