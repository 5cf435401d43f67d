import Reports

/// Makes CSV and Markdown again from `run.json` alone.
let reportCommand = Command(
  path: ["report"],
  summary: "makes a run's CSV files and Markdown report again from its run.json",
  positionals: [Positional(name: "DIR", doc: "the run's directory, which holds run.json")],
  examples: ["weir report reports/20260102T030405Z-quick"],
  run: { arguments in
    let directory = arguments.positionals[0]
    try Reports.regenerate(in: directory)
    Console.print(directory + "/report.md")
    return .success
  })
