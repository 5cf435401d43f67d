import Foundation

/// Where the parts of dumped files go: lines for people, or one JSON object a line.
final class DumpOutput {
  /// Takes a line with its end.
  typealias Sink = (String) -> Void

  let isJSON: Bool
  private let print: Sink
  private let complain: Sink
  private(set) var problems = 0
  /// The file whose parts come now.
  var path = ""

  init(isJSON: Bool, print: @escaping Sink, complain: @escaping Sink) {
    self.isJSON = isJSON
    self.print = print
    self.complain = complain
  }

  /// Writes one part.
  ///
  /// - Parameters:
  ///   - kind: What it is: `batch`, `record`, `entry`.
  ///   - depth: How far it stands inside what came before.
  func part(_ kind: String, depth: Int = 1, _ fields: [DumpField]) {
    if isJSON {
      let all = [DumpField("part", .text(kind)), DumpField("file", .text(path))] + fields
      print(Self.json(.fields(all)) + "\n")
    } else {
      let indent = String(repeating: "  ", count: depth)
      print(indent + kind + " " + fields.map(\.written).joined(separator: " ") + "\n")
    }
  }

  /// The head line of a file, for people alone.
  func head(_ what: String) {
    if !isJSON { print("\(path): \(what)\n") }
  }

  /// Says what is wrong, and goes on.
  func problem(_ text: String) {
    problems += 1
    complain("weir: \(path): \(text)\n")
  }

  private static func json(_ value: DumpValue) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }
}

/// What ends the dump of a file: its position is part of the words.
struct DumpFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
