/// Finds the command that a command line names and reads its arguments.
struct CommandParser: Sendable {
  let commands: [Command]

  enum Result: Sendable {
    case run(Command, Arguments)
    /// Help on one command, or the list of all.
    case help(Command?)
    /// Help on a word that several commands share: `topics`.
    case helpGroup(String)
  }

  /// - Parameter words: The command line without the program's name.
  /// - Throws: `UsageError`, which says what is allowed.
  func parse(_ words: [String]) throws(UsageError) -> Result {
    guard let first = words.first else { return .help(nil) }
    switch first {
    case "--help", "-h": return .help(nil)
    case "help": return try help(on: Array(words.dropFirst()))
    case "--version": return try parse(["version"])
    default: break
    }
    if let group = groupHelp(words) { return .helpGroup(group) }
    let command = try find(words)
    let rest = Array(words.dropFirst(command.path.count))
    return try parse(rest, of: command)
  }

  /// The command whose path the words begin with.
  private func find(_ words: [String]) throws(UsageError) -> Command {
    let leading = Array(words.prefix { !$0.hasPrefix("-") })
    if let exact = commands.first(where: { leading.starts(with: $0.path) }) { return exact }
    guard let first = leading.first else {
      throw UsageError(message: "\(words[0]) stands before a command; a command comes first")
    }
    let inGroup = commands.filter { $0.path.count > 1 && $0.path[0] == first }
    if !inGroup.isEmpty {
      let allowed = inGroup.map { $0.path[1] }
      guard leading.count > 1 else {
        throw UsageError(message: "\(first) needs one of: \(list(allowed))", command: first)
      }
      let hint = suggestion(for: leading[1], among: allowed) { "\(first) \($0)" }
      throw UsageError(
        message: "\(first) has no command \(leading[1])\(hint); it has: \(list(allowed))",
        command: first)
    }
    let allowed = commands.map { $0.path[0] }.uniqued()
    let hint = suggestion(for: first, among: allowed) { $0 }
    throw UsageError(message: "there is no command \(first)\(hint); there are: \(list(allowed))")
  }

  private func groupHelp(_ words: [String]) -> String? {
    guard words.count == 2, ["--help", "-h"].contains(words[1]) else { return nil }
    return isGroup(words[0]) ? words[0] : nil
  }

  private func isGroup(_ word: String) -> Bool {
    commands.contains { $0.path.count > 1 && $0.path[0] == word }
  }

  private func help(on words: [String]) throws(UsageError) -> Result {
    if words.isEmpty { return .help(nil) }
    if words.count == 1, isGroup(words[0]) { return .helpGroup(words[0]) }
    return .help(try find(words))
  }

  private func parse(_ words: [String], of command: Command) throws(UsageError) -> Result {
    var arguments = Arguments()
    var index = 0
    var onlyPositionals = false
    while index < words.count {
      let word = words[index]
      index += 1
      if onlyPositionals || word == "-" || !word.hasPrefix("-") {
        arguments.append(positional: word)
      } else if word == "--" {
        onlyPositionals = true
      } else if word == "--help" || word == "-h" {
        return .help(command)
      } else {
        try readOption(word, words, &index, command, &arguments)
      }
    }
    try check(arguments, of: command)
    return .run(command, arguments)
  }

  /// Reads `--name=value`, `--name value` or `--flag`; `index` stands behind `word`.
  private func readOption(
    _ word: String, _ words: [String], _ index: inout Int, _ command: Command,
    _ arguments: inout Arguments
  ) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let inlineValue = parts.count > 1 ? String(parts[1]) : nil
    let declaration = try option(named: String(parts[0]), of: command)
    if declaration.kind == .flag {
      if let inlineValue {
        throw usage("--\(declaration.name) takes no value, but was given \(inlineValue)", command)
      }
      arguments.append(true, text: "true", to: declaration)
      return
    }
    if declaration.kind == .single, arguments.has(declaration.name) {
      throw usage("--\(declaration.name) is given twice; it takes one value", command)
    }
    let text: String
    if let inlineValue {
      text = inlineValue
    } else if index < words.count, !words[index].hasPrefix("--") {
      text = words[index]
      index += 1
    } else {
      let name = "--\(declaration.name)"
      throw usage("\(name) needs a value: \(name) \(declaration.valueName ?? "VALUE")", command)
    }
    do {
      arguments.append(try declaration.check(text), text: text, to: declaration)
    } catch {
      throw usage("--\(declaration.name) takes \(error.allowed), not \"\(text)\"", command)
    }
  }

  private func option(named word: String, of command: Command) throws(UsageError)
    -> OptionDeclaration
  {
    let name = String(word.drop { $0 == "-" })
    if word.hasPrefix("--"), let found = command.options.first(where: { $0.name == name }) {
      return found
    }
    let hint = suggestion(for: name, among: command.options.map(\.name)) { "--\($0)" }
    throw usage("\(command.name) has no option \(word)\(hint)", command)
  }

  private func check(_ arguments: Arguments, of command: Command) throws(UsageError) {
    let given = arguments.positionals.count
    let needed = command.positionals.filter(\.isRequired)
    if given < needed.count {
      let missing = needed[given]
      throw usage("\(command.name) needs \(missing.name): \(missing.doc)", command)
    }
    if given > command.positionals.count, command.positionals.last?.isRepeated != true {
      let extra = arguments.positionals[command.positionals.count]
      throw usage("\(command.name) does not take the argument \"\(extra)\"", command)
    }
    for option in command.options where option.isRequired && !arguments.has(option.name) {
      let value = option.valueName ?? "VALUE"
      throw usage("\(command.name) needs --\(option.name) \(value): \(option.doc)", command)
    }
  }

  private func usage(_ message: String, _ command: Command) -> UsageError {
    UsageError(message: message, command: command.name)
  }

  private func list(_ words: [String]) -> String { words.joined(separator: ", ") }

  private func suggestion(
    for word: String, among known: [String], write: (String) -> String
  ) -> String {
    nearest(to: word, among: known).map { " (did you mean \(write($0))?)" } ?? ""
  }
}

extension Array where Element: Hashable {
  /// Each element once, where it first stands.
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
