/// One subcommand: what it takes, how it is explained, what it does.
struct Command: Sendable {
  /// The words that select it: `["topics", "create"]`.
  let path: [String]
  /// One line for the list of commands, in lower case, without a full stop.
  let summary: String
  /// Paragraphs below the usage line, an empty line between them; the help breaks their lines.
  var discussion = ""
  var positionals: [Positional] = []
  var options: [OptionDeclaration] = []
  /// Whole command lines that work, shown by the help.
  let examples: [String]
  let run: @Sendable (Arguments) async throws -> ExitCode

  var name: String { path.joined(separator: " ") }
}

/// What the process ends with.
struct ExitCode: RawRepresentable, Equatable, Sendable {
  let rawValue: Int32

  static let success = ExitCode(rawValue: 0)
  /// The command was understood and did not succeed.
  static let failure = ExitCode(rawValue: 1)
  /// The command line, or a file named on it, was not understood.
  static let usage = ExitCode(rawValue: 2)
  /// Of `weir check`: something may be worse, and nothing shows it clearly.
  static let inconclusive = ExitCode(rawValue: 3)
  /// Of `weir check`: something is worse.
  static let regression = ExitCode(rawValue: 4)
  /// Ended by SIGINT, as shells report it.
  static let interrupted = ExitCode(rawValue: 130)
}

/// A command line that was not understood.
struct UsageError: Error, Equatable, CustomStringConvertible {
  let message: String
  /// The command whose help answers it; nil for the list of commands.
  var command: String?

  var description: String {
    let help = command.map { "weir help \($0)" } ?? "weir help"
    return "\(message)\nSee: \(help)"
  }
}

/// A command that was understood and failed: printed as it stands, without a trace.
struct CommandFailure: Error, Equatable, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// The values of one parsed command line.
struct Arguments: Sendable {
  fileprivate(set) var positionals: [String] = []
  private var values: [String: [any Sendable]] = [:]
  private var texts: [(name: String, text: String)] = []

  init() {}

  mutating func append(positional: String) { positionals.append(positional) }

  mutating func append(_ value: any Sendable, text: String, to declaration: OptionDeclaration) {
    values[declaration.name, default: []].append(value)
    texts.append((declaration.name, text))
  }

  /// The value given, or the declared default; of a repeated option all values, in their order.
  subscript<Value>(option: Option<Value>) -> Value {
    let given = values[option.declaration.name] ?? []
    if let gathered = option.gather?(given) { return gathered }
    if let value = given.last as? Value { return value }
    guard let fallback = option.fallback else {
      preconditionFailure("--\(option.declaration.name) is required, which the parser checks")
    }
    return fallback
  }

  /// Whether the command line names the option at all.
  func has(_ name: String) -> Bool { values[name] != nil }

  /// Every option as it was written, in order: for options whose meaning another room knows.
  var written: [(name: String, text: String)] { texts }
}
