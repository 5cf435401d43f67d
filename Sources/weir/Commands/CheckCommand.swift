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
    "tolerance", "[FIGURE=]PERCENT",
    "how much worse a figure may be: 5% unless given, some figures a multiple of it",
    parse: Tolerance.parse)
  static let candidateProperty = Option<[Property]>.repeated(
    "candidate-property", "KEY=VALUE", "a server.properties key of the candidate's broker alone",
    parse: Values.property)
  static let junit = Option<String?>.optional(
    "junit", "FILE", "write the verdict as JUnit XML", parse: Values.filledText)
  static let summary = Option<String?>.optional(
    "summary", "FILE", "write the verdict as Markdown, for a pull request",
    parse: Values.filledText)

  static let dryRun = Option<Bool>.flag(
    "dry-run", "print what would be compared, how long it takes and the disk it needs; run nothing")

  static let command = Command(
    path: ["check"],
    summary: "tells whether this build is worse than a baseline, another build or a cluster",
    discussion: """
      Runs the same load on both sides and ends with PASS (exit code 0), INCONCLUSIVE (3) or \
      REGRESSION (4); 1: it could not measure or write, or records of the candidate were lost or \
      came back unsound; 2: the command line or a file was not understood. Where the scenario \
      plants faults, records lost with acks 0 and 1, or all with min ISR 1, are no such failure; \
      with acks=all and min ISR 2 or more they are.

      PASS: of each figure that decides, the whole 95 % interval of the slowdown lies below the \
      tolerance. A candidate that is slower by the tolerance gets one in one check of forty.

      REGRESSION: a figure is worse by more than its tolerance, its interval excludes no change, \
      two lanes of the same thing differ by less on this machine, and among all figures that \
      decide it is no chance (Holm).

      INCONCLUSIVE: everything else. It says the smallest slowdown that this check could have \
      shown, and how many rounds (--repetitions) the tolerance needs. So do cases that reached no \
      steady state, and times where the control workload, the same code everywhere, moved. \
      Against a baseline of another machine only counts are judged (bytes a record, memory).

      A figure that swings from turn to turn has a wider tolerance, so that it does not keep all \
      the others from a PASS: \(widerTolerances). What costs CPU is found at the tolerance itself; \
      --tolerance FIGURE=PERCENT asks for more, and for more rounds.

      --against BINARY is the sharpest form: both builds' brokers take turns in one run, each turn \
      in a new process, under the load of this program's own generator. What differs is the broker \
      alone; a change of the generator is not what it judges. The other binary runs in two lanes, \
      which show what differs without a cause.

      --against-bootstrap compares clusters. Of a broker that weir did not start it knows CPU \
      time, counts and memory only where its process is named: --broker-pid for the candidate, \
      --against-broker-pid for the other.

      More cases need more rounds, since each figure is one more that chance could have made \
      worse: a scenario's own number of repetitions is raised to that. Where --repetitions is \
      less, there is no PASS.

      With --baseline the workload is the baseline's; SCENARIO and flags may say where, not what.

      To see it fail: --against self --candidate-property weir.test.request.busy.percent=10 lets \
      the candidate's broker spin for a tenth of the CPU that each request cost.

      Figures for --tolerance: \(CheckMetric.all.map(\.name).joined(separator: ", ")).

      Kept in OUTPUT/<UTC time>-check-<scenario>/: verdict.json, verdict.md and each lane's results.
      """,
    positionals: [LaneArguments.scenario],
    options: [
      baseline.declaration, against.declaration, againstBootstrap.declaration,
      againstPid.declaration, tolerance.declaration,
      candidateProperty.declaration,
      junit.declaration, summary.declaration, dryRun.declaration,
    ] + LaneArguments.options,
    examples: [
      "weir check --against build-of-main/weir", "weir check --baseline weir-baseline.json",
      "weir check --against ../old/weir --tolerance 5% --tolerance records_per_s=10%",
      "weir check --bootstrap new:9092 --against-bootstrap old:9092 --junit check.xml",
    ],
    run: { arguments in try run(arguments) })

  /// `records_per_s 3 times the tolerance, …`
  private static var widerTolerances: String {
    CheckMetric.all.filter { $0.toleranceFactor > 1 }
      .map { "\($0.name) \(ValueText.plain($0.toleranceFactor)) times" }.joined(separator: ", ")
  }

  private static func run(_ arguments: Arguments) throws -> ExitCode {
    LogLevelOption.apply(arguments)
    let began = Date()
    if !arguments[dryRun] { removeOld([arguments[junit], arguments[summary]].compactMap { $0 }) }
    do {
      return try measured(arguments, began)
    } catch {
      let reason = (error as? UsageError)?.message ?? "\(error)"
      // Where these cannot be written either, the error that is thrown says enough.
      for file in files(Ending(reason: reason, began: began), arguments) { try? file() }
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
    if arguments[dryRun] { return tell(plan) }
    try LaneArguments.makeOutput(plan.scenario, command: "check")
    LaneArguments.announce(plan.scenario, lanes: plan.lanes)
    if let shortfall = plan.shortfall { Console.complain("weir: \(shortfall)") }
    Interrupt.install()
    var run = LaneRun(plan.scenario, lanes: plan.lanes, kind: "check", host: LaneArguments.host)
    let outcome = run.run(keep: LaneArguments.keepSoFar)
    if let (ending, code) = ending(outcome, began) {
      let what = ending.fault == nil ? "could not measure" : "no verdict"
      Console.complain("weir: \(what): \(ending.reason)")
      for file in files(ending, arguments) { _ = attempt(file) }
      keep(outcome, of: run, "what was measured until then:")
      return code
    }
    return conclude(plan, outcome, run, arguments)
  }

  /// Prints what would run; what would be refused ends with the code that it would have.
  private static func tell(_ plan: CheckPlan) -> ExitCode {
    Console.print(plan.text)
    guard let refusal = LaneRun.refusal(plan.scenario) else { return .success }
    Console.complain("weir: \(refusal)")
    return .usage
  }

  /// Tells the verdict before anything is written: a full disk must not take it along.
  private static func conclude(
    _ plan: CheckPlan, _ outcome: LaneRun.Outcome, _ run: LaneRun, _ arguments: Arguments
  ) -> ExitCode {
    let verdict = plan.verdict(outcome, run: run)
    let unprinted = Console.write(Array(VerdictText.text(verdict).utf8))
    if let unprinted, !unprinted.isReaderGone {
      Console.complain("\(verdict.status.rawValue): \(verdict.why)")
    }
    var isWritten = attempt {
      try Reports.write(verdict, to: run.outputDirectory)
    }
    if let path = arguments[junit] {
      isWritten = attempt { try Reports.writeJUnit(verdict, to: path) } && isWritten
    }
    if let path = arguments[summary] {
      isWritten = attempt { try Reports.writeSummary(verdict, to: path) } && isWritten
    }
    isWritten = keep(outcome, of: run, "kept in") && isWritten
    if let unprinted { Console.fail(unprinted) }
    return isWritten ? ExitCode(rawValue: verdict.status.exitCode) : .failure
  }

  // MARK: Files

  /// The same of a command line that is not understood, as far as it names the files.
  static func removeOld(words: [String]) {
    guard words.first == command.name, !words.contains("--\(dryRun.declaration.name)") else {
      return
    }
    for option in [junit.declaration, summary.declaration] {
      let flag = "--\(option.name)"
      removeOld(
        words.filter { $0.hasPrefix("\(flag)=") }.map { String($0.dropFirst(flag.count + 1)) }
          + zip(words, words.dropFirst()).filter { $0.0 == flag }.map(\.1))
    }
  }

  /// A job that shows these files must not show those of the run before, however this one ends.
  private static func removeOld(_ paths: [String]) {
    for path in paths {
      let type = try? FileManager.default.attributesOfItem(atPath: path)[.type]
      guard type as? FileAttributeType == .typeRegular else { continue }
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  /// - Returns: It was written; where not, the reason is told.
  private static func attempt(_ write: () throws -> Void) -> Bool {
    do { try write() } catch {
      Console.complain("weir: \(error)")
      return false
    }
    return true
  }

  /// Keeps the lanes' own results, and tells where.
  @discardableResult
  private static func keep(
    _ outcome: LaneRun.Outcome, of run: LaneRun, _ words: String
  ) -> Bool {
    attempt {
      if let directory = try LaneArguments.keep(outcome, of: run) {
        Console.complain("\(words) \(directory)")
      }
    }
  }

  // MARK: Without a verdict

  private struct Ending {
    var reason: String
    var began: Date
    /// Records came to harm: no trouble of measuring, but what was measured.
    var fault: RecordFault.Kind?
  }

  /// Why there is no verdict, and the exit code; nil where there is one.
  private static func ending(
    _ outcome: LaneRun.Outcome, _ began: Date
  ) -> (Ending, ExitCode)? {
    if let fault = LaneArguments.fault(outcome) {
      return (Ending(reason: fault.text, began: began, fault: fault.kind), .failure)
    }
    if let error = LaneArguments.failure(outcome) {
      return (Ending(reason: "\(error)", began: began), ExitCode(rawValue: error.exitCode))
    }
    guard outcome.wasInterrupted else { return nil }
    let reason = "ended by Ctrl-C or SIGTERM before all was measured"
    return (Ending(reason: reason, began: began), .interrupted)
  }

  /// What writes each file that was asked for.
  private static func files(_ ending: Ending, _ arguments: Arguments) -> [() throws -> Void] {
    var files: [() throws -> Void] = []
    if let path = arguments[junit] {
      files.append {
        try Reports.writeJUnit(
          error: ending.reason, fault: ending.fault, hostName: ProcessInfo.processInfo.hostName,
          startedUtc: ending.began.formatted(.iso8601),
          seconds: Date().timeIntervalSince(ending.began), to: path)
      }
    }
    if let path = arguments[summary] {
      files.append {
        try Reports.writeSummary(error: ending.reason, fault: ending.fault, to: path)
      }
    }
    return files
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
