import LoadModel
import LoadRunner

/// Prints what `scenario` would do; a run that cannot fit ends with the code it would be refused
/// with.
func printPlan(_ scenario: Scenario) -> ExitCode {
  let plan = scenario.plan()
  let isOurs = scenario.run.suite != nil || scenario.run.target.kind != .cluster
  let place = scenario.run.dataDirectory ?? scenario.run.output
  let free = isOurs ? DiskRoom.freeBytes(at: place) : nil
  Console.print(planText(plan, name: scenario.name, place: place, freeBytes: free))
  let noRoom = isOurs ? plan.refusal(onDiskOf: place, named: place) : nil
  guard let refusal = noRoom ?? OpenFiles.refusal(scenario) else { return .success }
  Console.complain("weir: \(refusal)")
  return .usage
}

/// What lies on the disk at once, and what is free there; nil where nobody knows.
func diskText(_ plan: RunPlan, place: String, freeBytes: Int64?) -> String? {
  plan.likelyDiskBytes.map { likely in
    let room = freeBytes.map { "; \(RunPlan.size($0)) free at \(place)" } ?? ""
    return "up to \(RunPlan.size(likely)) at once\(room)"
  }
}

/// The steps, their order, time and disk.
func planText(_ plan: RunPlan, name: String, place: String, freeBytes: Int64?) -> String {
  func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
  var lines = [
    "\(name): \(count(plan.steps.count, "case")), \(count(plan.order.count, "measurement"))"
  ]
  let width = plan.steps.map(\.label.count).max() ?? 0
  for (index, step) in plan.steps.enumerated() {
    let space = String(repeating: " ", count: width - step.label.count)
    var line = "  [\(index + 1)] \(step.label)\(space)  \(step.repetitions) × "
    line += "\(step.isGuess ? "about " : "")\(RunPlan.duration(step.seconds))"
    if let least = step.leastDiskBytes, let likely = step.likelyDiskBytes {
      line += least == likely ? "  " : "  up to "
      line += "\(RunPlan.size(likely)) of disk"
    }
    lines.append(line)
  }
  if plan.steps.count > 1 {
    let shown = plan.order.prefix(24).map { "\($0 + 1)" }.joined(separator: " ")
    lines.append("order: \(shown)\(plan.order.count > 24 ? " …" : "")")
  }
  lines.append("time:  about \(RunPlan.duration(plan.seconds))")
  if let disk = diskText(plan, place: place, freeBytes: freeBytes) {
    lines.append("disk:  \(disk)")
  }
  if let free = freeBytes, let doubt = plan.doubt(freeBytes: free) {
    lines.append("note:  \(doubt)")
  }
  lines += plan.notes.map { "note:  \($0)" }
  return lines.joined(separator: "\n")
}
