import LoadModel
import Statistics

/// A run with all kinds of figures, made up.
enum SampleRun {
  static func make(
    flags: [(String, String)] = [("acks", "0,1,all"), ("compression", "none,zstd:3")]
  )
    throws -> RunResult
  {
    var scenario = Scenario()
    for (name, text) in flags { try ScenarioSchema.set(flag: name, to: [text], in: &scenario) }
    var environment = RunEnvironment()
    environment.cpuModel = "Some CPU | with a bar"
    environment.cpuCount = 2
    environment.memoryBytes = 25_769_803_776
    environment.kernel = "6.1"
    environment.fileSystem = "ext4"
    environment.commandLine = ["weir", "bench", "--acks", "0,1,all"]
    var run = RunResult(
      runId: "20261123T230000Z-custom", scenario: "custom", startedUtc: "2026-11-23T23:00:00Z",
      target: TargetDescription(
        kind: .embedded, bootstrap: ["127.0.0.1:19092"], brokerCount: 1, fetchPath: "sendfile"),
      environment: environment, configuration: scenario.effectiveConfiguration(seed: 42),
      weirVersion: "0.1.0")
    run.question = "What do acks cost?"
    run.finishedUtc = "2026-11-23T23:05:00Z"
    run.cases = scenario.cases().map {
      CaseResult(index: $0.index, label: $0.label, workload: $0.workload)
    }
    for (place, turn) in scenario.turns().enumerated() {
      let entry = run.cases[turn.caseIndex]
      run.cases[turn.caseIndex].repetitions.append(
        repetition(turn.repetition, turn: place, of: entry))
    }
    return run
  }

  private static func histogram(_ median: Int64, _ count: Int64) -> HistogramData {
    var histogram = Histogram()
    for step in 1...100 as ClosedRange<Int64> {
      histogram.record(median * step / 50, count: count / 100)
    }
    return HistogramData(histogram)
  }

  static func repetition(_ number: Int, turn: Int, of entry: CaseResult) -> RepetitionResult {
    let factor = Int64(10 + entry.index)
    let records = 100_000 * factor + Int64(number) * 1000
    var result = RepetitionResult(
      repetition: number, turn: turn, startedUtc: "2026-11-23T23:0\(number):00Z", durationS: 2.5)
    result.produced = Flow(records: records, bytes: records * 1024)
    result.consumed = Flow(records: records, bytes: records * 1024, durationS: 2.6)
    if entry.workload.acks != .none {
      result.produceLatency = histogram(2_000_000 * factor, records)
      result.serviceTime = histogram(1_000_000 * factor, records)
    }
    result.endToEndLatency = histogram(3_000_000 * factor, records)
    result.batchSizeAchievedBytes = 15_872.25
    result.compressionRatio = 1.9375
    result.produceRequests = records / 15
    result.broker = ProcessUsage(userCpuS: 0.5, systemCpuS: 0.75)
    result.client = ProcessUsage(userCpuS: 1.25, systemCpuS: 0.5)
    var verification = Verification()
    verification.acked = records
    verification.received = records
    result.verification = verification
    for second in 0..<2 {
      var sample = IntervalSample(startS: Double(second), durationS: 1)
      sample.recordsProduced = records / 2
      sample.bytesProduced = records * 512
      sample.endToEndLatency = histogram(3_000_000, 1000)
      result.intervals.append(sample)
    }
    return result
  }
}
