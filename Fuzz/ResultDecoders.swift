import LoadModel
import Reports
import Statistics

/// A scenario file: what is not refused makes cases, in turns, and says what it is.
func readScenario(_ bytes: [UInt8]) {
  guard let scenario = try? Scenario(yaml: bytes, file: "fuzzed.yaml"),
    (try? scenario.validate()) != nil
  else { return }
  let cases = scenario.cases()
  precondition(cases.count == scenario.caseCount, "the cases are not as many as was said")
  if cases.count <= 100, scenario.run.repetitions <= 10 {
    precondition(scenario.turns().count == cases.count * scenario.run.repetitions)
  }
  _ = scenario.effectiveConfiguration(seed: 1)
}

/// The counts of a histogram: what is read is written again.
func readHistogram(_ bytes: [UInt8]) {
  guard let histogram = try? Histogram(encodedV2: bytes) else { return }
  _ = histogram.percentiles([0, 50, 99.9, 100])
  _ = histogram.mean
  guard let again = try? HistogramData(histogram).histogram() else {
    fatalError("what was written is not read again")
  }
  precondition(again == histogram, "another histogram was read again")
}

/// A `run.json`: what is read makes reports.
func readRunResult(_ bytes: [UInt8]) {
  guard let run = try? Reports.decode(bytes, path: "fuzzed.json") else { return }
  _ = Reports.derived(from: run)
  _ = try? Reports.json(run)
}
