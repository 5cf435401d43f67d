import LoadModel
import Reports

/// Makes all files of a run again from its `run.json` alone.
let reportCommand = Command(
  path: ["report"],
  summary: "makes a run's reports (HTML, Markdown, CSV, SVG, hlog) again from its run.json",
  positionals: [Positional(name: "DIR", doc: "the run's directory, which holds run.json")],
  examples: ["weir report reports/20260102T030405Z-quick"],
  run: { arguments in
    let directory = arguments.positionals[0]
    let left = Reports.leftBehind(in: directory)
    let run: RunResult
    do { run = try Reports.regenerate(in: directory) } catch {
      // A run that was killed early has kept nothing but the names of what it made.
      if let left { complain(left) }
      throw error
    }
    if let left = left ?? run.leftBehind { complain(left) }
    Console.print(directory + "/report.md")
    Console.print(directory + "/report.html")
    return .success
  })

private func complain(_ left: LeftBehind) {
  let names = left.topics + left.groups + left.dataDirectories
  Console.complain(
    "weir: the run did not remove \(left.summary): \(names.joined(separator: ", "))")
  Console.complain("once it is no longer under way, this removes them:")
  for command in left.commands { Console.complain("  \(command)") }
}
