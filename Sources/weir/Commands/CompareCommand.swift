import LoadModel
import Reports

/// `weir compare`: any number of results side by side.
enum CompareCommand {
  static let format = Option<String>(
    "format", "FORMAT", "text, markdown, html, csv or json", default: "text",
    parse: Values.choice(ResultComparison.formats))

  static let command = Command(
    path: ["compare"],
    summary: "shows results side by side, with differences from the first and their intervals",
    discussion: """
      A RESULT is a run.json, a directory that holds one, a baseline, or the directory of a check, \
      whose lanes are then the results. Cases, and the points of a suite, are compared by their \
      labels, by the medians of their repetitions, percentiles included. It compares figures, and \
      gives no verdict: results of different times say nothing of what the machine did meanwhile, \
      which weir check finds out.
      """,
    positionals: [
      Positional(name: "RESULT", doc: "two or more results", isRepeated: true)
    ],
    options: [format.declaration],
    examples: [
      "weir compare reports/20260104T030405Z-check-check",
      "weir compare reports/20260102T030405Z-quick reports/20260103T030405Z-quick",
      "weir compare baseline.json reports/*-check/candidate --format markdown",
    ],
    run: { arguments in try run(arguments) })

  private static func run(_ arguments: Arguments) throws -> ExitCode {
    var entries: [ResultComparison.Entry] = []
    for path in arguments.positionals { entries += try Reports.readCompared(path) }
    guard entries.count >= 2 else {
      throw UsageError(message: "compare needs two or more results", command: "compare")
    }
    let comparison = ResultComparison(entries)
    if !["text", "markdown", "html"].contains(arguments[format]) {
      for note in comparison.notes { Console.complain("note: \(note)") }
    }
    Console.print(try comparison.text(format: arguments[format]), terminator: "")
    return .success
  }
}
