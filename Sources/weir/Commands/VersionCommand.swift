let weirVersion = "0.1.0"

let versionCommand = Command(
  path: ["version"],
  summary: "prints the version of this program",
  examples: ["weir version"],
  run: { _ in
    Console.print("weir \(weirVersion)")
    return .success
  })
