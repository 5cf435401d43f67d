import FoundationEssentials
import Glibc

/// Turns the definitions beside this file into the Swift of `KafkaMessages`.
///
///     MessageGenerator [--check] <root of the repository>
///
/// With `--check` nothing is written; exit code 1 names the files that would change.
@main
struct MessageGenerator {
  static let definitions = "Sources/MessageGenerator/Definitions"
  static let messagesFolder = "Sources/KafkaMessages/Generated"
  static let testsFolder = "Tests/KafkaMessagesTests/Generated"

  static func main() {
    var arguments = Array(CommandLine.arguments.dropFirst())
    let isCheck = arguments.first == "--check"
    if isCheck { arguments.removeFirst() }
    let root = URL(filePath: arguments.first ?? ".")
    do {
      let outputs = try generate(root)
      let changes = try isCheck ? differences(outputs, root) : write(outputs, root)
      for change in changes { print(isCheck ? "differs: \(change)" : "wrote \(change)") }
      if isCheck, !changes.isEmpty { exit(1) }
    } catch {
      print("error: \(error)")
      exit(1)
    }
  }

  /// Every generated file's text by its path within the repository.
  private static func generate(_ root: URL) throws -> [String: String] {
    var messages: [MessageDefinition] = []
    let folder = root.appending(path: definitions).path
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder)
    for path in paths.sorted() where path.hasSuffix(".messages") {
      let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
      var parser = DefinitionParser(source: path, text: text)
      messages += try parser.parse()
    }
    var outputs: [String: String] = [:]
    for message in messages {
      let file = MessageEmitter(message: message).file()
      outputs["\(messagesFolder)/\(message.name).swift"] = file
      let random = RandomEmitter(message: message).file()
      outputs["\(testsFolder)/\(message.name)+Random.swift"] = random
    }
    let table = TableEmitter(messages: messages)
    outputs["\(messagesFolder)/ApiKey+RequestType.swift"] = table.requestTypes()
    outputs["\(messagesFolder)/MetadataRecord.swift"] = table.metadataRecord()
    outputs["\(testsFolder)/AllMessages.swift"] = table.randomTable()
    return outputs
  }

  /// Files that are there and should not be, by path within the repository.
  private static func leftovers(_ outputs: [String: String], _ root: URL) -> [String] {
    var paths: [String] = []
    for folder in [messagesFolder, testsFolder] {
      let full = root.appending(path: folder).path
      let names = (try? FileManager.default.contentsOfDirectory(atPath: full)) ?? []
      paths += names.map { "\(folder)/\($0)" }.filter { outputs[$0] == nil }
    }
    return paths.sorted()
  }

  private static func changed(_ outputs: [String: String], _ root: URL) -> [String] {
    outputs.keys.sorted().filter { path in
      let file = root.appending(path: path).path
      return (try? String(contentsOfFile: file, encoding: .utf8)) != outputs[path]
    }
  }

  private static func differences(_ outputs: [String: String], _ root: URL) -> [String] {
    changed(outputs, root) + leftovers(outputs, root)
  }

  private static func write(_ outputs: [String: String], _ root: URL) throws -> [String] {
    let files = FileManager.default
    for folder in [messagesFolder, testsFolder] {
      try files.createDirectory(
        atPath: root.appending(path: folder).path, withIntermediateDirectories: true)
    }
    let paths = changed(outputs, root)
    for path in paths {
      try Data((outputs[path] ?? "").utf8).write(to: root.appending(path: path))
    }
    for path in leftovers(outputs, root) {
      try files.removeItem(atPath: root.appending(path: path).path)
    }
    return paths
  }
}
