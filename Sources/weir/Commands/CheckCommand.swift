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
  static let againstPid = Option<Int32?>.optional(
    "against-broker-pid", "PID",
    "with --against-bootstrap: that broker's process, where it runs on this machine",
    parse: Values.integer(1...Int32.max))
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

  static let dryRun = Option<Bool>.flag(
    "dry-run", "print what would be compared and how long it takes; run nothing")

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

      --against-bootstrap compares clusters. Of a broker that weir did not start it knows CPU \
      time, counts and memory only where its process is named: --broker-pid for the candidate, \
      --against-broker-pid for the other.

      With --baseline the workload is the baseline's; SCENARIO and flags may say where, not what.

      To see it fail: --against self --candidate-property weir.test.request.busy.percent=10 lets \
      the candidate's broker spin for a tenth of the CPU that each request cost.

      Figures for --tolerance: \(CheckMetric.all.map(\.name).joined(separator: ", ")).

      Kept in OUTPUT/<UTC time>-check-<scenario>/: verdict.json, verdict.md and each lane's results.
      """,
    positionals: [LaneArguments.scenario],
    options: [
      baseline.declaration, against.declaration, againstBootstrap.declaration,
      againstPid.declaration, tolerance.declaration, isStrict.declaration,
      candidateProperty.declaration,
      junit.declaration, summary.declaration, dryRun.declaration,
    ] + LaneArguments.options,
    examples: [
      "weir check --against build-of-main/weir", "weir check --baseline weir-baseline.json",
      "weir check --against ../old/weir --tolerance 5% --tolerance records_per_s=10%",
      "weir check --bootstrap new:9092 --against-bootstrap old:9092 --junit check.xml",
    ],
    run: { arguments in try run(arguments) })

  private static func run(_ arguments: Arguments) throws -> ExitCode {
    let began = Date()
    do {
      return try measured(arguments, began)
    } catch let error as UsageError {
      // A job that shows these files must not show those of the run before.
      let ending = Ending(reason: error.message, began: began)
      try? write(ending, arguments)
      throw error
    }
  }

  private static func measured(_ arguments: Arguments, _ began: Date) throws -> ExitCode {
    let given = [baseline, against, againstBootstrap].compactMap { arguments[$0] }
    guard given.count == 1 else {
      throw UsageError(
        message: "check needs one of --baseline FILE, --against BINARY, --against-bootstrap"
          + " HOST:PORT", command: "check")
    }
    if arguments[againstPid] != nil, arguments[againstBootstrap] == nil {
      throw UsageError(
        message: "--against-broker-pid names the process behind --against-bootstrap, which is not"
          + " given", command: "check")
    }
    for option in [junit, summary] {
      guard let path = arguments[option] else { continue }
      try LaneArguments.requireParent(
        of: path, option: option.declaration.name, command: "check")
    }
    let plan = try CheckPlan(arguments)
    if arguments[dryRun] {
      Console.print(plan.text)
      return .success
    }
    LaneArguments.announce(plan.scenario, lanes: plan.lanes)
    Interrupt.install()
    var run = LaneRun(plan.scenario, lanes: plan.lanes, kind: "check", host: LaneArguments.host)
    let outcome = run.run()
    let directory = try LaneArguments.keep(outcome, of: run, in: plan.scenario)
    var ending = Ending(reason: "", began: began)
    if let loss = LaneArguments.loss(outcome) {
      ending.reason = loss
      ending.isLoss = true
      return try end(ending, .failure, directory, arguments)
    }
    if let error = LaneArguments.failure(outcome) {
      ending.reason = "\(error)"
      return try end(ending, ExitCode(rawValue: error.exitCode), directory, arguments)
    }
    if outcome.wasInterrupted {
      ending.reason = "ended by Ctrl-C or SIGTERM before all was measured"
      return try end(ending, .interrupted, directory, arguments)
    }
    let verdict = plan.verdict(outcome, run: run)
    try Reports.write(verdict, to: "\(plan.scenario.run.output)/\(run.runId)")
    if let path = arguments[junit] { try Reports.writeJUnit(verdict, to: path) }
    if let path = arguments[summary] { try Reports.writeSummary(verdict, to: path) }
    Console.print(VerdictText.text(verdict), terminator: "")
    if let directory { Console.complain("kept in \(directory)") }
    return ExitCode(rawValue: verdict.status.exitCode)
  }

  // MARK: Without a verdict

  private struct Ending {
    var reason: String
    var began: Date
    /// Acknowledged records were lost: no trouble of measuring, but what was measured.
    var isLoss = false
  }

  /// What was measured stays, and says that it is partial.
  private static func end(
    _ ending: Ending, _ code: ExitCode, _ directory: String?, _ arguments: Arguments
  ) throws -> ExitCode {
    let what = ending.isLoss ? "no verdict" : "could not measure"
    Console.complain("weir: \(what): \(ending.reason)")
    if let directory { Console.complain("what was measured until then: \(directory)") }
    try write(ending, arguments)
    return code
  }

  private static func write(_ ending: Ending, _ arguments: Arguments) throws {
    if let path = arguments[junit] {
      try Reports.writeJUnit(
        error: ending.reason, isLoss: ending.isLoss, hostName: ProcessInfo.processInfo.hostName,
        startedUtc: ending.began.formatted(.iso8601),
        seconds: Date().timeIntervalSince(ending.began), to: path)
    }
    if let path = arguments[summary] {
      try Reports.writeSummary(error: ending.reason, isLoss: ending.isLoss, to: path)
    }
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
