import Foundation
import LoadModel
import LoadRunner
import Reports

/// `weir check`: PASS, INCONCLUSIVE or REGRESSION, against a baseline, another build or another
/// cluster.
enum CheckCommand {
  static let baseline = Option<String?>.optional(
    "baseline", "FILE", "compare with a baseline that weir baseline stored",
    parse: Values.filledText)
  static let against = Option<String?>.optional(
    "against", "BINARY", "compare with the broker of another weir binary, in turns; self is this",
    parse: Values.filledText)
  static let againstBootstrap = Option<String?>.optional(
    "against-bootstrap", "HOST:PORT,…", "compare with a Kafka cluster, in turns",
    parse: { text throws(ValueError) in
      _ = try Values.addresses(text)
      return text
    })
  static let tolerance = Option<[Tolerance]>.repeated(
    "tolerance", "[FIGURE=]PERCENT", "how much worse a figure may be; 5% unless given",
    parse: Tolerance.parse)
  static let candidateProperty = Option<[Property]>.repeated(
    "candidate-property", "KEY=VALUE", "a server.properties key of the candidate's broker alone",
    parse: Values.property)
  static let isStrict = Option.flag(
    "strict", "figures that could not have shown their tolerance are inconclusive")
  static let junit = Option<String?>.optional(
    "junit", "FILE", "write the verdict as JUnit XML", parse: Values.filledText)
  static let summary = Option<String?>.optional(
    "summary", "FILE", "write the verdict as Markdown, for a pull request",
    parse: Values.filledText)

  static let command = Command(
    path: ["check"],
    summary: "tells whether this build is worse than a baseline, another build or a cluster",
    discussion: """
      Runs the same load on both sides and ends with PASS (exit code 0), INCONCLUSIVE (3) or \
      REGRESSION (4); 1: it could not measure; 2: the command line or a file was not understood.

      A figure is a REGRESSION where it is worse by more than its tolerance, by more than its \
      interval's doubt, by more than two lanes of the same thing differ on this machine, and so \
      clearly that among all figures it is no chance. Against a baseline of another machine, or \
      where a control workload that is the same code everywhere moved, only counts (bytes and \
      calls a record, memory) can be one.

      --against BINARY is the sharpest form: both builds' brokers take turns in one run, each turn \
      in a new process, under the load of this program's own generator. What differs is the broker \
      alone; a change of the generator is not what it judges. The other binary runs in two lanes, \
      which show what differs without a cause.

      With --baseline the workload is the baseline's; SCENARIO and flags may say where, not what.

      To see it fail: --against self --candidate-property weir.test.request.busy.percent=10 lets \
      the candidate's broker spin for a tenth of the CPU that each request cost.

      Figures for --tolerance: \(CheckMetric.all.map(\.name).joined(separator: ", ")).

      Kept in OUTPUT/<UTC time>-check-<scenario>/: verdict.json, verdict.md and each lane's results.
      """,
    positionals: [LaneArguments.scenario],
    options: [
      baseline.declaration, against.declaration, againstBootstrap.declaration,
      tolerance.declaration, isStrict.declaration, candidateProperty.declaration,
      junit.declaration, summary.declaration,
    ] + LaneArguments.options,
    examples: [
      "weir check --against build-of-main/weir", "weir check --baseline weir-baseline.json",
      "weir check --against ../old/weir --tolerance 5% --tolerance records_per_s=10%",
      "weir check --bootstrap new:9092 --against-bootstrap old:9092 --junit check.xml",
    ],
    run: { arguments in try run(arguments) })

  private static func run(_ arguments: Arguments) throws -> ExitCode {
    let given = [baseline, against, againstBootstrap].compactMap { arguments[$0] }
    guard given.count == 1 else {
      throw UsageError(
        message: "check needs one of --baseline FILE, --against BINARY, --against-bootstrap"
          + " HOST:PORT", command: "check")
    }
    for option in [junit, summary] {
      guard let path = arguments[option] else { continue }
      try LaneArguments.requireParent(
        of: path, option: option.declaration.name, command: "check")
    }
    let plan = try CheckPlan(arguments)
    LaneArguments.announce(plan.scenario, lanes: plan.lanes)
    Interrupt.install()
    var run = LaneRun(plan.scenario, lanes: plan.lanes, kind: "check", host: LaneArguments.host)
    let outcome = run.run()
    let directory = try LaneArguments.keep(outcome, of: run, in: plan.scenario)
    if let error = LaneArguments.failure(outcome) {
      return try end("\(error)", ExitCode(rawValue: error.exitCode), directory, arguments)
    }
    if outcome.wasInterrupted {
      return try end("ended by Ctrl-C before all was measured", .interrupted, directory, arguments)
    }
    let verdict = plan.verdict(outcome, run: run)
    try Reports.write(verdict, to: "\(plan.scenario.run.output)/\(run.runId)")
    if let path = arguments[junit] { try Reports.writeJUnit(verdict, to: path) }
    if let path = arguments[summary] { try Reports.writeSummary(verdict, to: path) }
    Console.print(VerdictText.text(verdict), terminator: "")
    if let directory { Console.complain("kept in \(directory)") }
    return ExitCode(rawValue: verdict.status.exitCode)
  }

  /// Without a verdict: what was measured stays, and says that it is partial.
  private static func end(
    _ reason: String, _ code: ExitCode, _ directory: String?, _ arguments: Arguments
  ) throws -> ExitCode {
    Console.complain("weir: could not measure: \(reason)")
    if let directory { Console.complain("what was measured until then: \(directory)") }
    if let path = arguments[junit] { try Reports.writeJUnit(error: reason, to: path) }
    if let path = arguments[summary] { try Reports.writeSummary(error: reason, to: path) }
    return code
  }
}

/// `5%`, or `records_per_s=10%`.
struct Tolerance: Sendable, Equatable {
  /// Nil: of every figure.
  var metric: String?
  var share: Double

  static let parse: ValueParser<Tolerance> = { text throws(ValueError) in
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.count == 2 ? String(parts[0]) : nil
    if let name, CheckMetric.named(name) == nil {
      throw ValueError(
        allowed: "one of the figures \(CheckMetric.all.map(\.name).joined(separator: ", "))")
    }
    var number = parts[parts.count - 1]
    if number.hasSuffix("%") { number = number.dropLast() }
    guard let percent = Double(number.filter { $0 != " " }), percent >= 0.1, percent <= 95 else {
      throw ValueError(allowed: "a percentage from 0.1% to 95%, or FIGURE=PERCENT")
    }
    return Tolerance(metric: name, share: percent / 100)
  }
}
