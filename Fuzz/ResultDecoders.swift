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

/// A baseline: what is read can be measured again, and gives a verdict on itself.
func readBaseline(_ bytes: [UInt8]) {
  guard let baseline = try? Reports.decodeBaseline(bytes, path: "fuzzed.json") else { return }
  if let again = try? baseline.scenarioAgain() { _ = baseline.difference(from: again) }
  let settings = CheckSettings()
  let side = CheckInput.Side(lanes: baseline.lanes)
  for design in [.turns, .stored(otherMachine: nil, noiseFloors: baseline.noiseFloors)]
    as [CheckInput.Design]
  {
    let input = CheckInput(reference: side, candidate: side, design: design, settings: settings)
    precondition(input.decide().status != .regression, "worse than itself")
  }
  _ = try? ResultComparison([
    .init(name: "a", cases: baseline.pooledCases),
    .init(name: "b", cases: baseline.pooledCases),
  ]).text(format: "text")
}
