import Foundation
import Testing

/// The style of the project, as far as a machine can see it.
@Suite("tidy")
struct TidyTests {
  /// Swift files that may be longer than 400 lines, with the reason.
  static let longFiles: [String: String] = [:]

  /// Words that stand where something is missing or unnamed, with what to write instead.
  static let bannedWords: [(word: String, instead: String)] = [
    ("TO" + "DO", "do it, or say in README.md that it is not done"),
    ("FIX" + "ME", "mend it"),
    ("XX" + "X", "say what is wrong, and mend it"),
    ("for" + " now", "say until when, or say nothing"),
    ("not" + " implemented", "answer with an error that says what is allowed"),
    ("place" + "holder", "write the real thing"),
  ]

  /// Ends of type names that say nothing.
  static let bannedSuffixes: [(suffix: String, instead: String)] = [
    ("Ut" + "ils", "name what the functions are about"),
    ("Help" + "er", "name what it does"),
    ("Mana" + "ger", "name what it holds or decides"),
  ]

  @Test("git knows the files of this project")
  func filesAreFound() {
    #expect(Tree.files.contains("Package.swift"))
    #expect(Tree.swiftFiles.count > 20)
  }

  @Test("Swift lines have at most 100 columns, and no file has more than 400 lines")
  func sizes() {
    for path in Tree.swiftFiles {
      let lines = Tree.lines(path)
      for (index, line) in lines.enumerated() {
        // `swift format` does not count the comma that ends a line.
        if line.count - (line.last == "," ? 1 : 0) <= 100 { continue }
        Issue.record("\(path):\(index + 1) has \(line.count) columns; 100 are allowed")
      }
      let count = lines.count - 1
      if count > 400, Self.longFiles[path] == nil {
        Issue.record("\(path) has \(count) lines; move an aspect to a file of its own (400)")
      }
    }
    for path in Self.longFiles.keys where !Tree.files.contains(path) {
      Issue.record("\(path) is excused from the limit of 400 lines and does not exist")
    }
  }

  @Test("text has no tabs, no spaces at the end of a line, and ends with one newline")
  func whitespace() {
    let tabsAllowed = ["Makefile", ".tsv"]
    for path in Tree.textFiles where path != "LICENSE" {
      let text = Tree.text(path)
      for (index, line) in Tree.lines(path).enumerated() {
        if line.contains("\t"), !tabsAllowed.contains(where: { path.hasSuffix($0) }) {
          Issue.record("\(path):\(index + 1) has a tab")
        }
        if line.last == " " || line.last == "\r" {
          Issue.record("\(path):\(index + 1) ends with white space")
        }
      }
      if !text.isEmpty, !text.hasSuffix("\n") || text.hasSuffix("\n\n") {
        Issue.record("\(path) does not end with one newline")
      }
    }
  }

  @Test("no word stands where something is missing")
  func words() {
    for path in Tree.textFiles where !path.hasSuffix("LICENSE") {
      for (index, line) in Tree.lines(path).enumerated() {
        for (word, instead) in Self.bannedWords where mentions(word, in: line) {
          Issue.record("\(path):\(index + 1) says \"\(word)\": \(instead)")
        }
      }
    }
  }

  @Test("type and file names say what they are about")
  func names() throws {
    let declaration = /\b(?:class|struct|enum|protocol|actor|typealias)\s+([A-Za-z_][A-Za-z0-9_]*)/
    for path in Tree.swiftFiles {
      var names = [URL(filePath: path).deletingPathExtension().lastPathComponent]
      let words = ["class ", "struct ", "enum ", "protocol ", "actor ", "typealias "]
      for line in Tree.lines(path) where words.contains(where: { line.contains($0) }) {
        if let match = try declaration.firstMatch(in: String(withoutComment(line))) {
          names.append(String(match.1))
        }
      }
      for name in names {
        for (suffix, instead) in Self.bannedSuffixes where name.hasSuffix(suffix) {
          Issue.record("\(path): \(name) ends with \(suffix): \(instead)")
        }
      }
    }
  }

  @Test("each unchecked Sendable says why it is safe")
  func uncheckedSendable() {
    for path in Tree.swiftFiles where !path.hasPrefix("Tests/TidyTests/") {
      let lines = Tree.lines(path)
      for (index, line) in lines.enumerated()
      where line.contains("@unchecked Sendable")
        && withoutComment(line).contains("@unchecked Sendable")
      {
        // The reason stands on the line or in the comment above the declaration.
        let above = lines[..<index].reversed().prefix { !$0.allSatisfy(\.isWhitespace) }
          .filter { $0.trimmingCharacters(in: .whitespaces).hasPrefix("//") }
        if !line.contains("//"), above.isEmpty {
          Issue.record("\(path):\(index + 1): say in a comment why it is safe to share")
        }
      }
    }
  }

  @Test("scripts can be run, and nothing else is executable")
  func executableBits() throws {
    for path in Tree.files {
      let full = Tree.root.appending(path: path).path
      let isExecutable = FileManager.default.isExecutableFile(atPath: full)
      let isScript = path.hasPrefix("scripts/") || path == ".ci/run"
      let hasInterpreter = Tree.text(path).hasPrefix("#!")
      if isScript, !isExecutable { Issue.record("\(path) cannot be run: chmod +x") }
      if isExecutable, !hasInterpreter { Issue.record("\(path) is executable and is no script") }
      if isScript, !hasInterpreter { Issue.record("\(path) does not begin with #!") }
    }
  }

  @Test("no file names a place on somebody's machine")
  func paths() {
    let homes = ["/wo" + "rk/", "/ho" + "me/", "/Us" + "ers/", "/ro" + "ot/"]
    for path in Tree.textFiles {
      for (index, line) in Tree.lines(path).enumerated() {
        for home in homes where namesPath(home, in: line) {
          Issue.record("\(path):\(index + 1) names \(home)…; write paths from the package's root")
        }
      }
    }
  }

  /// Whole words, whatever their case: `place_holders` of SQL are not meant.
  private func mentions(_ word: String, in line: Substring) -> Bool {
    guard
      let range = line.range(of: word, options: word == word.uppercased() ? [] : .caseInsensitive)
    else { return false }
    let before =
      range.lowerBound == line.startIndex ? " " : line[line.index(before: range.lowerBound)]
    let after = range.upperBound == line.endIndex ? " " : line[range.upperBound]
    return !before.isLetter && !after.isLetter && !before.isNumber && !after.isNumber
  }

  /// An absolute path: `home` where a path begins, not inside a longer one.
  private func namesPath(_ home: String, in line: Substring) -> Bool {
    guard let range = line.range(of: home) else { return false }
    guard range.lowerBound != line.startIndex else { return true }
    let before = line[line.index(before: range.lowerBound)]
    return !before.isLetter && !before.isNumber && !"._-}".contains(before)
  }
}
