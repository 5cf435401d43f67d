import Reports

/// Makes all files of a run again from its `run.json` alone.
let reportCommand = Command(
  path: ["report"],
  summary: "makes a run's reports (HTML, Markdown, CSV, SVG, hlog) again from its run.json",
  positionals: [Positional(name: "DIR", doc: "the run's directory, which holds run.json")],
  examples: ["weir report reports/20260102T030405Z-quick"],
  run: { arguments in
    let directory = arguments.positionals[0]
    try Reports.regenerate(in: directory)
    Console.print(directory + "/report.md")
    Console.print(directory + "/report.html")
    return .success
  })
