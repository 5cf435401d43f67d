import Foundation
import LoadModel
import LoadRunner
import Reports

/// Runs a workload or a sweep, and writes its report. The flags are the scenario schema's own.
let benchCommand = Command(
  path: ["bench"],
  summary: "runs one workload or a sweep against a broker and writes a report",
  discussion: """
    SCENARIO is a YAML file or the name of a built-in scenario (\
    \(BuiltInScenarios.names.joined(separator: ", "))); flags override it.
    Several values of a flag, separated by commas, make a sweep: every combination is
    measured, the cases taking turns. The report lands in OUTPUT/<UTC time>-<scenario>/.
    --find-rate searches the highest rate that each case sustains, by trials with fixed rates, in at
    most \(RunPlan.duration(RateSearchSettings().limitS)) a case by default. Without --slo that is \
    the capacity: the highest rate without a growing backlog.
    The suites take, with their defaults: \(suiteTimes).
    Ctrl-C ends a run cleanly: what was measured so far is written and marked partial.
    A lost record that the broker had acknowledged, or a damaged one, ends the run with exit \
    code 1. Where faults were planted, records lost with acks 0 and 1, or all with min ISR 1, \
    are figures of the report; with acks=all and min ISR 2 or more they end with 1.
    """,
  positionals: [
    Positional(
      name: "SCENARIO", doc: "a YAML file, or a built-in scenario", isRequired: false)
  ],
  options: [dryRun.declaration, LogLevelOption.option.declaration]
    + ScenarioSchema.fields.map(benchOption),
  examples: [
    "weir bench quick",
    "weir bench acks --bootstrap broker1:9092,broker2:9092,broker3:9092 --brief --dry-run",
    "weir bench --acks 0,1,all --compression none,lz4 --batch-size 16KiB,1MiB --records 2000000",
    "weir bench Benchmarks/Scenarios/batching.yaml --broker process --record-size 100",
    "weir bench --bootstrap broker1:9092,broker2:9092 --duration 30s --warmup 5s --rate 50000",
    "weir bench --acks 1,all --find-rate --slo 'e2e.p99<20ms,errors=0'",
  ],
  run: { arguments in try runBench(arguments) })

/// `groups about 8 min, …`: what their plans say.
private var suiteTimes: String {
  Suite.allCases.compactMap { suite in
    guard let scenario = try? BuiltInScenarios.scenario(named: suite.rawValue) else { return nil }
    return "\(suite.rawValue) about \(RunPlan.duration(scenario.plan().seconds))"
  }.joined(separator: ", ")
}

func benchOption(_ field: ScenarioField) -> OptionDeclaration {
  OptionDeclaration(
    name: field.name,
    kind: field.isFlag ? .flag : field.kind == .properties ? .repeated : .single,
    valueName: field.isFlag ? nil : field.valueName,
    doc: field.isFlag ? field.doc : "\(field.doc) (\(field.allowed))",
    defaultText: field.defaultText.isEmpty ? nil : field.defaultText,
    check: { text throws(ValueError) -> any Sendable in
      var scratch = Scenario()
      do throws(ScenarioError) {
        try ScenarioSchema.set(flag: field.name, to: [text], in: &scratch)
      } catch { throw ValueError(allowed: error.allowed ?? field.allowed) }
      return text
    })
}

private let dryRun = Option<Bool>.flag(
  "dry-run", "print what would run, how long it takes and the disk it needs; run nothing")

private func runBench(_ arguments: Arguments) throws -> ExitCode {
  LogLevelOption.apply(arguments)
  let scenario = try benchScenario(arguments)
  if arguments[dryRun] {
    do throws(RunError) {
      try BenchmarkRun.checkProperties(of: scenario)
    } catch {
      Console.complain("weir: \(error)")
      return ExitCode(rawValue: error.exitCode)
    }
    return printPlan(scenario)
  }
  do throws(Reports.Failure) {
    try Reports.makeDirectory(scenario.run.output)
  } catch { throw UsageError(message: "--output: \(error)", command: "bench") }
  let host = BenchmarkRun.Host(
    executable: "/proc/self/exe", version: weirVersion, gitRevision: gitRevision())
  Interrupt.install()
  var run = BenchmarkRun(scenario, host: host)
  var output = BenchOutput()
  let outcome = run.run(keep: BenchOutput.keep) { output.write($0.result, in: scenario.run.output) }
  // Where nothing ran, there is nothing to report but the error.
  guard BenchOutput.hasFound(outcome.result) else {
    guard let error = outcome.error else {
      guard outcome.wasInterrupted else {
        Console.complain(
          "weir: nothing was measured, and there is no report; where a topic is only read, it must"
            + " have records")
        return .failure
      }
      Console.complain("weir: ended before anything was measured; there is no report")
      return .interrupted
    }
    Console.complain("weir: \(error)")
    return ExitCode(rawValue: error.exitCode)
  }
  let isWritten = output.finish(outcome.result, in: scenario.run.output)
  if let error = outcome.error {
    Console.complain("weir: \(error)")
    return ExitCode(rawValue: error.exitCode)
  }
  let lost = outcome.result.lostAckedRecords
  if lost > 0 {
    Console.complain("weir: \(lost) acknowledged records are lost")
    return .failure
  }
  let corrupted = outcome.result.corruptedRecords
  if corrupted > 0 {
    Console.complain("weir: \(corrupted) records came back damaged")
    return .failure
  }
  if !isWritten { return .failure }
  return outcome.wasInterrupted ? .interrupted : .success
}

/// The scenario of the command line: a file or a built-in one, and the flags over it.
private func benchScenario(_ arguments: Arguments) throws -> Scenario {
  do throws(ScenarioError) {
    var scenario = try namedScenario(arguments.positionals.first)
    for (name, texts) in grouped(arguments.written)
    where ScenarioSchema.field(named: name) != nil {
      try ScenarioSchema.set(flag: name, to: texts, in: &scenario)
    }
    try scenario.validate()
    return scenario
  } catch { throw UsageError(message: "\(error)", command: "bench") }
}

func namedScenario(_ name: String?) throws(ScenarioError) -> Scenario {
  guard let name else { return Scenario() }
  if let builtIn = try BuiltInScenarios.scenario(named: name) { return builtIn }
  var isDirectory: ObjCBool = false
  if unsafe FileManager.default.fileExists(atPath: name, isDirectory: &isDirectory),
    isDirectory.boolValue
  {
    throw ScenarioError("\(name): it is a directory", allowed: "a YAML file")
  }
  guard let data = FileManager.default.contents(atPath: name) else {
    throw ScenarioError(
      "\(name): no such file, and no built-in scenario",
      allowed: "a YAML file, or one of " + BuiltInScenarios.names.joined(separator: ", "))
  }
  return try Scenario(yaml: [UInt8](data), file: name)
}

/// The last of several counts, save for `key=value` flags, which add up.
func grouped(_ written: [(name: String, text: String)]) -> [(String, [String])] {
  var order: [String] = []
  var texts: [String: [String]] = [:]
  for entry in written {
    if texts[entry.name] == nil { order.append(entry.name) }
    let isList = ScenarioSchema.field(named: entry.name)?.kind == .properties
    texts[entry.name] = (isList ? texts[entry.name] ?? [] : []) + [entry.text]
  }
  return order.map { ($0, texts[$0] ?? []) }
}

/// The revision of the checkout that this program was built in; nil where it lies in none.
func gitRevision() -> String? { RunEnvironment.revision(ofBinary: "/proc/self/exe") }
