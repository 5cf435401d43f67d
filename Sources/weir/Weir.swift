import CommitLog
import Foundation

/// The program: parse, call, print.
@main
struct Weir {
  static func main() async {
    // Partitions, segments and connections: each is an open file.
    OpenFiles.raiseLimit()
    let code = await run(Array(CommandLine.arguments.dropFirst()))
    exit(code.rawValue)
  }

  /// Every command of the program, in the order the help lists them.
  static var commands: [Command] {
    [
      BrokerCommand.command, benchCommand, reportCommand, CheckCommand.command,
      BaselineCommand.command, CompareCommand.command,
    ] + TopicsCommands.all + ConfigsCommands.all + GroupsCommands.all + [
      ProduceCommand.command, ConsumeCommand.command, DumpCommand.command, RelayCommand.command,
      versionCommand,
    ]
  }

  private static func parsed(_ words: [String]) throws(UsageError) -> CommandParser.Result {
    do throws(UsageError) { return try CommandParser(commands: commands).parse(words) } catch {
      CheckCommand.removeOld(words: words)
      throw error
    }
  }

  /// Runs one command line; what goes wrong is printed and becomes the exit code.
  static func run(_ words: [String]) async -> ExitCode {
    do {
      switch try parsed(words) {
      case .help(nil): Console.print(Help().overview(of: commands), terminator: "")
      case .help(.some(let command)): Console.print(Help().command(command), terminator: "")
      case .helpGroup(let word): Console.print(Help().group(word, of: commands), terminator: "")
      case .run(let command, let arguments): return try await command.run(arguments)
      }
      return .success
    } catch let error as UsageError {
      Console.complain("weir: \(error)")
      return .usage
    } catch {
      Console.complain("weir: \(error)")
      return .failure
    }
  }
}
