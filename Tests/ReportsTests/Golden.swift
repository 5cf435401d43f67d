import Foundation
import Testing

@testable import Reports

/// The texts of reports beside files that a reviewer reads: `Tests/ReportsTests/Golden`.
///
/// A golden file holds one text, or several of one kind, each below a line `=== name ===`. Its
/// lines end with a line feed, those of CSV too, and so does the file.
enum Golden {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let folder = root.appending(path: "Tests/ReportsTests/Golden")

  /// `scripts/golden` sets it: the files are written, and compared with nothing.
  static let isWriting = ProcessInfo.processInfo.environment["WEIR_GOLDEN"] == "write"

  /// - Parameter name: Of the file in `Golden`; a literal, since the test for files that no test
  ///   uses searches the sources for it.
  static func expect(
    _ name: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let lines = text.replacing("\r\n", with: "\n")
    expect(
      file: folder.appending(path: name), lines.hasSuffix("\n") ? lines : lines + "\n",
      sourceLocation: sourceLocation)
  }

  /// - Parameter parts: Texts of one kind, each with its name.
  static func expect(
    _ name: String, _ parts: [(name: String, text: String)],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let texts = parts.map { part in
      "=== \(part.name) ===\n\n\(part.text)" + (part.text.hasSuffix("\n") ? "" : "\n")
    }
    expect(name, texts.joined(separator: "\n"), sourceLocation: sourceLocation)
  }

  /// - Parameters:
  ///   - file: Any file of the project.
  ///   - text: What it has to hold, byte for byte.
  static func expect(
    file: URL, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do {
      guard let found = try difference(file: file, text, isWriting: isWriting) else { return }
      Issue.record("\(found)", sourceLocation: sourceLocation)
    } catch {
      Issue.record("\(file.path): \(error)", sourceLocation: sourceLocation)
    }
  }

  /// How `text` differs from a file; nil where it does not, and where the file was written.
  ///
  /// - Throws: What Foundation throws where a file cannot be read or written.
  static func difference(file: URL, _ text: String, isWriting: Bool) throws -> String? {
    if isWriting {
      try Data(text.utf8).write(to: file)
      return nil
    }
    let path = file.path.replacing(root.path + "/", with: "")
    let advice = "scripts/golden writes what the reports say now; read its diff before you commit."
    guard FileManager.default.fileExists(atPath: file.path) else {
      return "\(path) does not exist. \(advice)"
    }
    let stored = try Data(contentsOf: file)
    // Bytes, since equal strings may have different ones.
    guard !stored.elementsEqual(text.utf8) else { return nil }
    let golden = lines(String(decoding: stored, as: UTF8.self))
    let made = lines(text)
    let first = zip(golden, made).prefix { $0 == $1 }.count
    return """
      \(path) and the report differ from line \(first + 1) on.
      \(excerpt(golden, from: first, "golden"))
      \(excerpt(made, from: first, "report"))
      \(advice)
      """
  }

  /// As arrays of bytes, so that a carriage return or another form of a letter is a difference.
  private static func lines(_ text: String) -> [[UInt8]] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
  }

  private static func excerpt(_ lines: [[UInt8]], from first: Int, _ name: String) -> String {
    guard first < lines.count else { return "  \(name): ends after line \(lines.count)" }
    return lines[first...].prefix(3).enumerated().map { index, line in
      let text = String(decoding: line, as: UTF8.self).replacing("\r", with: "\\r")
      return "  \(name) \(first + index + 1): \(text)"
    }.joined(separator: "\n")
  }

  /// Those of `files` whose name stands in no source as a literal.
  static func unused(_ files: [String], in sources: [String]) -> [String] {
    files.filter { file in !sources.contains { $0.contains("\"\(file)\"") } }
  }
}

extension RunReport {
  /// Sections as `report.md` has them, in its order; plots are links there.
  func markdown(_ titles: String...) -> String {
    sections.filter { titles.contains($0.title) }.map { SectionMarkdown.text($0) }
      .joined(separator: "\n")
  }
}

extension ReportSection {
  /// The answer's lines alone, as `report.md` has them.
  var answerText: String { answerPoints.map { "- \(ReportText.markdown($0))\n" }.joined() }

  /// Its tables alone, as `report.md` has them.
  var tableText: String {
    SectionMarkdown.text(ReportSection(title: title, tables: tables))
  }
}
