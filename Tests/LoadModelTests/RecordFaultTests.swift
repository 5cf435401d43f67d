import LoadModel
import Testing

@Suite("Records that came to harm in a check")
struct RecordFaultTests {
  private func run(
    acks: String = "1", isIdempotent: Bool = false, _ change: (inout RepetitionResult) -> Void
  ) throws -> RunResult {
    var scenario = Scenario()
    try ScenarioSchema.set(flag: "acks", to: [acks], in: &scenario)
    var run = RunResult(
      runId: "x", scenario: "check", startedUtc: "2026-01-02T03:04:05Z",
      target: TargetDescription(kind: .process, bootstrap: [], brokerCount: 1),
      environment: RunEnvironment(), configuration: scenario.effectiveConfiguration(seed: 1),
      weirVersion: "0.1.0")
    run.cases = scenario.cases().map {
      var entry = CaseResult(index: $0.index, label: $0.label, workload: $0.workload)
      entry.workload.isIdempotent = isIdempotent
      entry.repetitions = (1...3).map { round in
        var repetition = RepetitionResult(
          repetition: round, turn: round, startedUtc: "2026-01-02T03:04:05Z", durationS: 1)
        repetition.verification = Verification()
        return repetition
      }
      return entry
    }
    let last = run.cases.count - 1
    change(&run.cases[last].repetitions[1])
    return run
  }

  @Test("a candidate that breaks records fails, unless the reference does so, too")
  func unsound() throws {
    let sound = try run { _ in }
    #expect(RecordFault.unsound(candidate: [sound], reference: [sound, sound]) == nil)
    for (count, words) in [
      (\Verification.duplicated, "4 duplicated"), (\.reordered, "4 reordered"),
      (\.corrupted, "4 corrupted"), (\.wrongPartition, "4 in another partition"),
    ] {
      let broken = try run { $0.verification?[keyPath: count] = 4 }
      let fault = RecordFault.unsound(candidate: [broken], reference: [sound, sound])
      #expect(fault?.kind == .unsound)
      #expect(
        fault?.text == "records of the candidate, and none of the reference, came back unsound:"
          + " \(words)")
      #expect(RecordFault.unsound(candidate: [sound], reference: [broken]) == nil)
      #expect(RecordFault.unsound(candidate: [broken], reference: [sound, broken]) == nil)
      #expect(
        RecordFault.notes([broken], side: "reference")
          == ["Records of the reference came back unsound: \(words)."])
    }
    // Of several cases the one is named, and what another suffers excuses nothing.
    let broken = try run(acks: "1,all") { $0.verification?.corrupted = 2 }
    var other = try run(acks: "1,all") { _ in }
    other.cases[0].repetitions[0].verification?.corrupted = 1
    #expect(
      RecordFault.unsound(candidate: [broken], reference: [other])?.text
        .hasSuffix("unsound: acks=all: 2 corrupted") == true)
    #expect(
      RecordFault.unsound(candidate: [broken], reference: [])?.text
        == "records came back unsound: acks=all: 2 corrupted")
  }

  @Test("a producer that had to send again may store twice, unless it is idempotent")
  func retried() throws {
    let sound = try run { _ in }
    for isIdempotent in [false, true] {
      let twice = try run(isIdempotent: isIdempotent) {
        $0.verification?.duplicated = 4
        $0.errors = [ErrorCount(name: "REQUEST_TIMED_OUT", count: 7)]
      }
      let fault = RecordFault.unsound(candidate: [twice], reference: [sound])
      #expect((fault != nil) == isIdempotent)
      let notes = RecordFault.notes([twice], side: "candidate")
      #expect(notes.contains("Records of the candidate came back unsound: 4 duplicated."))
      #expect(
        notes.contains(
          "Clients of the candidate met 7 errors, most often REQUEST_TIMED_OUT."))
    }
    let damaged = try run {
      $0.verification?.corrupted = 4
      $0.verification?.uncertain = 1
    }
    #expect(RecordFault.unsound(candidate: [damaged], reference: [sound]) != nil)
  }

  @Test("what was not verified is told")
  func unverified() throws {
    let run = try run { $0.verification?.unverified = 5 }
    #expect(RecordFault.unsound(candidate: [run], reference: []) == nil)
    #expect(
      RecordFault.notes([run], side: "candidate").first?
        .hasPrefix("5 records of the candidate were not verified: ") == true)
  }
}
