import Foundation
import Testing

@testable import weir

@Suite("the command line")
struct CommandParserTests {
  static let partitions = Option(
    "partitions", "N", "how many partitions", default: 1, parse: Values.integer(1...100_000))
  static let name = Option(required: "name", "NAME", "what it is called", parse: Values.text)
  static let config = Option<[Property]>.repeated(
    "config", "KEY=VALUE", "a topic setting", parse: Values.property)
  static let json = Option<Bool>.flag("json", "prints JSON")
  static let offset = Option<Int64?>.optional(
    "offset", "N", "where to start", parse: Values.integer(-2...Int64.max))

  static func command(
    _ path: [String], _ options: [OptionDeclaration] = [], _ positionals: [Positional] = []
  ) -> Command {
    Command(
      path: path, summary: "does \(path.last ?? "")", positionals: positionals, options: options,
      examples: ["weir \(path.joined(separator: " "))"], run: { _ in .success })
  }

  static let parser = CommandParser(commands: [
    command(
      ["topics", "create"],
      [partitions.declaration, config.declaration, json.declaration, offset.declaration],
      [Positional(name: "TOPIC", doc: "its name")]),
    command(["topics", "list"]),
    command(["broker"], [name.declaration]),
    command(["version"]),
  ])

  /// The arguments of a command line that is expected to be understood.
  func arguments(_ line: String) throws -> Arguments {
    guard case .run(_, let arguments) = try Self.parser.parse(words(line)) else {
      throw CommandFailure("not a command: \(line)")
    }
    return arguments
  }

  func words(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

  func message(_ line: String) -> String {
    do {
      _ = try Self.parser.parse(words(line))
      return "understood"
    } catch {
      return error.message
    }
  }

  @Test("values are given as --name value and as --name=value")
  func bothForms() throws {
    #expect(try arguments("topics create t --partitions 13")[Self.partitions] == 13)
    #expect(try arguments("topics create --partitions=13 t")[Self.partitions] == 13)
    #expect(try arguments("topics create t")[Self.partitions] == 1)
    #expect(try arguments("topics create t --offset -1")[Self.offset] == -1)
    #expect(try arguments("topics create t")[Self.offset] == nil)
  }

  @Test("a repeated option keeps every value, and a value may hold further equal signs")
  func repeated() throws {
    let parsed = try arguments("topics create t --config a=1 --config=b=c=d --json")
    #expect(
      parsed[Self.config] == [Property(key: "a", value: "1"), Property(key: "b", value: "c=d")])
    #expect(parsed[Self.json])
    #expect(parsed.written.map(\.name) == ["config", "config", "json"])
  }

  @Test("an option whose one value is a list is no repeated option")
  func listValue() throws {
    let list = Option<[BrokerAddress]>(
      "bootstrap", "HOST:PORT,…", "brokers", default: [], parse: Values.addresses)
    let parser = CommandParser(commands: [Self.command(["list"], [list.declaration])])
    guard case .run(_, let parsed) = try parser.parse(words("list --bootstrap a:1,b:2")) else {
      Issue.record("not understood")
      return
    }
    #expect(parsed[list].map(\.host) == ["a", "b"])
  }

  @Test("behind -- everything is an argument")
  func positionalsBehindDashes() throws {
    #expect(try arguments("topics create -- --odd").positionals == ["--odd"])
    #expect(try arguments("topics create -").positionals == ["-"])
  }

  @Test(
    "what is not understood is told with what is allowed",
    arguments: [
      ("topics crate t", "topics has no command crate (did you mean topics create?)"),
      ("topic list", "there is no command topic (did you mean topics?)"),
      ("topics", "topics needs one of: create, list"),
      (
        "topics create t --partition 3",
        "topics create has no option --partition (did you mean --partitions?)"
      ),
      (
        "topics create t --partitions abc",
        "--partitions takes a whole number from 1 to 100000, not \"abc\""
      ),
      ("topics create t --partitions 0", "--partitions takes a whole number from 1 to 100000"),
      ("topics create t --partitions", "--partitions needs a value: --partitions N"),
      ("topics create t --partitions --json", "--partitions needs a value: --partitions N"),
      ("topics create t --partitions 1 --partitions 2", "--partitions is given twice"),
      ("topics create t --json=yes", "--json takes no value, but was given yes"),
      ("topics create t --config x", "--config takes key=value, not \"x\""),
      ("topics create", "topics create needs TOPIC: its name"),
      ("topics create a b", "topics create does not take the argument \"b\""),
      ("broker", "broker needs --name NAME: what it is called"),
      ("--json topics", "--json stands before a command; a command comes first"),
    ])
  func refusals(line: String, expected: String) {
    #expect(message(line).hasPrefix(expected))
  }

  @Test("help is asked for in several ways")
  func helpForms() throws {
    for line in ["--help", "-h", "help", ""] {
      guard case .help(nil) = try Self.parser.parse(words(line)) else {
        Issue.record("\(line) is not the overview")
        continue
      }
    }
    for line in ["help topics create", "topics create --help", "topics create t -h"] {
      guard case .help(.some(let command)) = try Self.parser.parse(words(line)) else {
        Issue.record("\(line) is not a command's help")
        continue
      }
      #expect(command.name == "topics create")
    }
    for line in ["help topics", "topics --help"] {
      guard case .helpGroup("topics") = try Self.parser.parse(words(line)) else {
        Issue.record("\(line) is not the group's help")
        continue
      }
    }
  }

  @Test("the help names every option with its default, and has an example")
  func helpText() {
    let text = Help().command(Self.parser.commands[0])
    #expect(text.contains("Usage: weir topics create TOPIC [options]"))
    #expect(text.contains("--partitions N"))
    #expect(text.contains("how many partitions (default: 1)"))
    #expect(text.contains("a topic setting; may be repeated"))
    #expect(text.contains("Example:\n  weir topics create\n"))
  }

  @Test("each command of the program has an example and lines of at most 100 columns")
  func realCommands() throws {
    for command in Weir.commands {
      #expect(!command.examples.isEmpty)
      for line in Help().command(command).split(separator: "\n") {
        #expect(line.count <= 100, "\(command.name): \(line)")
      }
      for example in command.examples {
        let last = example.components(separatedBy: "| ").last ?? example
        let line = last.components(separatedBy: " <").first ?? last
        guard let start = line.range(of: "weir ") else { continue }
        // What a shell would take for a redirection stands in quotes.
        let plain = line[start.upperBound...].filter { $0 != "'" }
        _ = try CommandParser(commands: Weir.commands).parse(words(String(plain)))
      }
    }
  }

  @Test("durations and addresses are read with their units and ports")
  func values() throws {
    #expect(try Values.milliseconds("500ms") == 500)
    #expect(try Values.milliseconds("2m") == 120_000)
    #expect(try Values.milliseconds("1.5") == 1500)
    #expect(throws: ValueError.self) { try Values.milliseconds("soon") }
    #expect(
      try Values.addresses("a:1,[::1]:2") == [
        BrokerAddress(host: "a", port: 1), BrokerAddress(host: "::1", port: 2),
      ])
    #expect(throws: ValueError.self) { try Values.addresses("a:1,") }
    #expect(throws: ValueError.self) { try Values.addresses("a:70000") }
  }

  @Test("a swapped letter is one edit, a strange word has no neighbour")
  func suggestions() {
    #expect(editDistance("crtaee", "create") == 2)
    #expect(editDistance("", "abc") == 3)
    #expect(nearest(to: "porduce", among: ["produce", "consume"]) == "produce")
    #expect(nearest(to: "boot", among: ["bootstrap", "json"]) == "bootstrap")
    #expect(nearest(to: "xyzzy", among: ["produce", "consume"]) == nil)
  }
}
