import LoadModel

/// What a warning says, and what to do about it.
struct WarningText {
  var message: String
  var advice: String

  /// All warnings of a run, a line each; one line where several cases have the same.
  ///
  /// What the answer says of acks with one replica is not said again.
  static func lines(_ run: RunResult) -> [String] {
    let labels = run.cases.map(\.label)
    let isAcksAnswered = run.configuration.entries.contains {
      $0.name == "acks" && $0.values.count > 1
    }
    let texts = run.allWarnings.filter { $0 != .singleReplicaAcksAll || !isAcksAnswered }
      .map { (mark: FigureMark.mark(of: $0)?.1, text: WarningText($0, labels: labels)) }
    /// Those of one kind advise alike.
    var kinds: [(mark: FigureMark?, texts: [WarningText])] = []
    for (mark, text) in texts {
      if let place = kinds.firstIndex(where: { kind in
        kind.mark == mark && !text.advice.isEmpty && kind.texts[0].advice == text.advice
      }) {
        kinds[place].texts.append(text)
      } else {
        kinds.append((mark, [text]))
      }
    }
    return kinds.flatMap { mark, texts in
      texts.count == 1 ? [texts[0].line] : [together(texts, mark, of: run.cases.count)]
    }
  }

  private static func together(_ texts: [WarningText], _ mark: FigureMark?, of all: Int) -> String {
    if let mark {
      return "In \(texts.count) of \(all) cases, marked [\(mark.letter)]: \(mark.meaning)."
        + " \(texts[0].advice)"
    }
    let others = texts.count - 1
    return "\(texts[0].message) So it is in \(others) other\(others == 1 ? "" : "s")."
      + " \(texts[0].advice)"
  }

  private var line: String { advice.isEmpty ? message : "\(message) \(advice)" }

  init(_ warning: RunWarning, labels: [String]) {
    func name(_ index: Int) -> String {
      labels.indices.contains(index) ? ReportText.code(labels[index]) : "case \(index)"
    }
    (message, advice) = Self.runTexts(warning) ?? Self.caseTexts(warning, name)
  }

  private static func runTexts(_ warning: RunWarning) -> (String, String)? {
    switch warning {
    case .temporaryFileSystem(let directory):
      (
        "\(directory) lies in memory (tmpfs): no disk was measured.",
        "Put the log on a disk with `--data-dir`."
      )
    case .singleReplicaAcksAll:
      (
        "With one replica, acks=all equals 1: there is no follower to wait for.",
        "Compare acks levels on a cluster, with `--replication-factor 3`."
      )
    case .partial(let reason):
      (
        "The result is partial: \(reason).",
        "Do not compare it with whole runs."
      )
    case .growingLog:
      (
        "The log grew without end: on a virtual machine that measures the first touch of memory.",
        "Keep a bounded number of bytes (`--retention-bytes 1GiB`), unless growth is the question."
      )
    case .retentionNotReached(let count, let all):
      (
        "In \(count) of \(all) repetitions retention had not deleted a segment when measuring"
          + " began: a growing log was measured.",
        "Warm up longer (`--warmup auto:max=120s`), or keep less (`--retention-bytes`)."
      )
    case .coldMemory(let memory):
      (
        "The machine's memory was cold: writing \(RunPlan.size(memory.bytes)) took"
          + " \(Numbers.fixed(memory.first.cpuSPerGB, 2)) s of CPU a GB at first, and"
          + " \(Numbers.fixed(memory.last.cpuSPerGB, 2)) s after \(memory.passes) passes.",
        "The load was measured after them; memory beyond that, or taken back by the host, is cold"
          + " again."
      )
    case .generatedPayloads:
      (
        "The values are random bytes, each followed by exact copies of itself. Such values show"
          + " what a codec's work costs; they do not show which codec makes real records smallest,"
          + " since no codec gains from frequent letters or words.",
        "Compare sizes with records of your own: `--payload-file`."
      )
    case .debugBuild:
      ("Weir was built without optimisation.", "Build with `swift build -c release`.")
    case .fewRepetitions(let count):
      (
        "\(count == 1 ? "One repetition" : "\(count) repetitions") of some case: the noise of the "
          + "machine cannot be told from an effect.",
        "Use `--repetitions 3` or more; 10 for a claim."
      )
    case .busyMachine(let load, let cpus):
      (
        "The machine was busy when the run began (load average \(Numbers.fixed(load, 2)) on"
          + " \(cpus) CPUs).",
        "Stop what else runs, or trust CPU per GB more than rates."
      )
    case .stolenTime(let share):
      (
        "The machine is a virtual one, and others had \(Numbers.fixed(share * 100, 1)) % of its"
          + " processors' time during the run.",
        "Trust counts and CPU per GB more than rates and latencies, or measure elsewhere."
      )
    case .otherLoadInSuite(let share):
      (
        "Other processes used \(Numbers.fixed(share * 100, 0)) % of the machine's processor time"
          + " during the run.",
        "Stop what else runs, or trust counts and CPU per GB more than rates and latencies."
      )
    case .other(let text): (text, "")
    case .leftBehind(let left): leftBehind(left)
    default: nil
    }
  }

  private static func leftBehind(_ left: LeftBehind) -> (String, String) {
    let names = (left.topics + left.groups + left.dataDirectories).map(ReportText.code)
    return (
      "The run did not remove \(left.summary): \(names.joined(separator: ", ")).",
      "Once it is no longer under way, this removes them: "
        + left.commands.map(ReportText.code).joined(separator: " and ") + "."
    )
  }

  private static func caseTexts(_ warning: RunWarning, _ name: (Int) -> String)
    -> (String, String)
  {
    switch warning {
    case .generatorBottleneck(let index, let detail):
      (
        "\(name(index)): the generator was the bottleneck; \(detail).",
        "Take its rate as a lower bound of the broker's; use more `--producers`, more cores, or a"
          + " lower `--rate`."
      )
    case .generatorDelay(let index, let lag, let latency, let service):
      (
        "\(name(index)): produce latency includes up to \(Numbers.readable(lag)) ms of the"
          + " generator's own delay (p99, of \(Numbers.readable(latency)) ms in that repetition"
          + (service.map { "; service time p99 = \(Numbers.readable($0)) ms" } ?? "") + ").",
        "Read the service time, or give the generator more cores, more `--producers`, or a lower"
          + " `--rate`."
      )
    case .otherLoad(let index, let share, let intervals, let all):
      (
        "\(name(index)): other processes used \(Numbers.fixed(share * 100, 0)) % of the machine's"
          + " processor time in the worst repetition"
          + (all == 0 ? "." : "; more than 5 % in \(intervals) of \(all) intervals."),
        "Stop what else runs. A broker on this machine that is not named by `--broker-pid` is among"
          + " them."
      )
    case .errors(let index, let count, let most):
      (
        "\(name(index)): \(Numbers.grouped(count)) errors, most of them \(most).",
        "Look at the details of the case before believing its rate."
      )
    case .truncatedLog(let index, let count):
      (
        "\(name(index)): a log was truncated below what a consumer had read"
          + (count == 1 ? "." : ", \(Numbers.grouped(count)) times."),
        "The new leader did not have these records; the consumer continued where its log ends."
          + " `acks=all` with `min.insync.replicas=2` keeps acknowledged records."
      )
    case .notSteady(let index, let count, let all, let unsettled, let drifted):
      (
        "\(name(index)): no steady state in \(count) of \(all) repetitions:"
          + " \(SteadyText.reason(unsettled: unsettled, drifted: drifted)).",
        "It gives no advice and no verdict: warm up longer (`--warmup auto:max=120s`), measure"
          + " longer, or find out what moves."
      )
    case .lostRecords(let index, let count):
      (
        "\(name(index)): **\(Numbers.grouped(count)) records are lost.**",
        "acks=0 allows any loss. acks=1 allows the loss of what a leader that died had"
          + " acknowledged and no follower had copied. Any other loss is a broken promise: keep the"
          + " logs of the brokers."
      )
    case .unsoundRecords(let index, let detail):
      (
        "\(name(index)): \(detail).",
        "Retries without idempotence duplicate and reorder; corruption never is in order."
      )
    case .unverifiedRecords(let index, let count, let reason):
      (
        "\(name(index)): \(Numbers.grouped(count)) records were not verified: \(reason).",
        reason.contains(Verifier.deletedReason)
          ? "Raise `--retention-bytes` or lower the rate, to verify them all."
          : "They are neither lost nor known to be there: repeat the run where the reason is gone."
      )
    case .notVisibleRecords(let index, let count, let detail):
      (
        "\(name(index)): \(Numbers.grouped(count)) acked records are in the leader's log above the"
          + " high watermark, where no consumer can read them: \(detail).",
        "They are not lost as long as that leader lives: bring the replicas back in sync, or use"
          + " acks=all."
      )
    case .rateNotReached(let index, let target, let achieved):
      (
        "\(name(index)): \(Numbers.readable(achieved)) records/s of the"
          + " \(Numbers.readable(target)) that were offered.",
        "Its latencies are those of a growing queue: lower `--rate`."
      )
    case .unsentRecords(let index, let count):
      (
        "\(name(index)): \(Numbers.grouped(count)) records that were due could not be offered, nor"
          + " some time after the end.",
        "They waited longest, and no percentile knows of them: lower `--rate`."
      )
    case .consumersFellBehind(let index, let records):
      (
        "\(name(index)): the consumers were \(Numbers.grouped(records)) records behind at the end.",
        "End-to-end latency is that of a queue: lower `--rate`, or add `--consumers`."
      )
    case .wideSpread(let index, let detail):
      (
        "\(name(index)): the repetitions differ: \(detail).",
        "Repeat more often, longer, or on a quieter machine before deciding by it."
      )
    case .idleConsumers(let index, let consumers, let partitions):
      (
        "\(name(index)): \(consumers) consumers share \(partitions)"
          + " partition\(partitions == 1 ? "" : "s"): the others read nothing.",
        "Use at least as many `--partitions` as `--consumers`."
      )
    case .shortMeasurement(let index, let seconds):
      (
        "\(name(index)): measured for \(Numbers.readable(seconds * 1000)) ms only: how a run begins"
          + " and ends weighs more than the load between.",
        "Use more `--records`, or a `--duration` of seconds."
      )
    case .compressibilityMissed(let index, let target, let achieved):
      (
        "\(name(index)): payloads compressed to \(Numbers.fixed(achieved, 2)), not"
          + " \(Numbers.fixed(target, 2)).",
        "Small records and small batches cannot reach high ratios; or use `--payload-file`."
      )
    case .negativeLatencies(let index, let count):
      (
        "\(name(index)): \(Numbers.grouped(count)) latencies were below zero and are in no"
          + " percentile.",
        "Producer and consumer do not share a clock: do not use these latencies."
      )
    default: ("", "")
    }
  }
}
