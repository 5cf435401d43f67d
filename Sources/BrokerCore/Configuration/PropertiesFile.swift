/// Reads Java's `.properties` text.
///
/// Comments begin with `#` or `!`; a key ends at `=`, `:` or white space; a line that ends with a
/// backslash continues in the next; `\t \n \r \f \uXXXX` are escapes. The last of several values of
/// a key holds.
/// - Source: Java `Properties.load`.
public enum PropertiesFile {
  public struct Entry: Sendable, Equatable {
    public var key: String
    public var value: String
    /// Where the entry begins, from 1.
    public var line: Int

    public init(key: String, value: String, line: Int) {
      self.key = key
      self.value = value
      self.line = line
    }
  }

  /// A line that cannot be read.
  public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
    public var line: Int
    public var reason: String

    public var description: String { "line \(line): \(reason)" }
  }

  public static func parse(_ text: String) throws(Failure) -> [Entry] {
    var entries: [Entry] = []
    for (line, content) in logicalLines(text) {
      guard let first = content.first, first != "#", first != "!" else { continue }
      entries.append(try entry(content, line: line))
    }
    return entries
  }

  /// Lines without leading white space, continued ones joined; comments are not continued.
  private static func logicalLines(_ text: String) -> [(line: Int, content: [Character])] {
    var result: [(line: Int, content: [Character])] = []
    var open: (line: Int, content: [Character])?
    var number = 0
    for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      var content = Array(raw.drop { $0 == " " || $0 == "\t" || $0 == "\u{c}" })
      let isComment = open == nil && (content.first == "#" || content.first == "!")
      let continues = !isComment && content.reversed().prefix { $0 == "\\" }.count % 2 == 1
      if continues { content.removeLast() }
      if open == nil { open = (number, content) } else { open?.content += content }
      if !continues, let line = open {
        result.append(line)
        open = nil
      }
    }
    if let line = open { result.append(line) }
    return result
  }

  private static func entry(_ content: [Character], line: Int) throws(Failure) -> Entry {
    var end = 0
    while end < content.count, !isSeparator(content[end]) {
      end += content[end] == "\\" && end + 1 < content.count ? 2 : 1
    }
    var start = end
    while start < content.count, isSpace(content[start]) { start += 1 }
    if start < content.count, content[start] == "=" || content[start] == ":" { start += 1 }
    while start < content.count, isSpace(content[start]) { start += 1 }
    let key = try unescaped(content[..<end], line: line)
    if key.isEmpty { throw Failure(line: line, reason: "a value without a key") }
    return Entry(key: key, value: try unescaped(content[start...], line: line), line: line)
  }

  private static func isSpace(_ c: Character) -> Bool { c == " " || c == "\t" || c == "\u{c}" }
  private static func isSeparator(_ c: Character) -> Bool { isSpace(c) || c == "=" || c == ":" }

  private static func unescaped(_ text: ArraySlice<Character>, line: Int) throws(Failure) -> String
  {
    var units: [UInt16] = []
    var rest = text
    while let character = rest.popFirst() {
      guard character == "\\", let escape = rest.popFirst() else {
        units += Array(String(character).utf16)
        continue
      }
      switch escape {
      case "t": units.append(9)
      case "n": units.append(10)
      case "r": units.append(13)
      case "f": units.append(12)
      case "u":
        let digits = String(rest.prefix(4))
        guard digits.count == 4, let unit = UInt16(digits, radix: 16) else {
          throw Failure(line: line, reason: "\\u needs four hexadecimal digits")
        }
        rest = rest.dropFirst(4)
        units.append(unit)
      default: units += Array(String(escape).utf16)
      }
    }
    return String(decoding: units, as: UTF16.self)
  }
}
