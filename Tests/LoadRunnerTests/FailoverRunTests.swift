import Foundation
import LoadModel
import Statistics
import Testing

@testable import LoadRunner

/// The suite on a broker of our own: what is planted appears in the figures as arithmetic says.
/// Only lower bounds are stated: a machine may always be slower.
@Suite(.serialized) struct FailoverRunTests {
  private func study(_ kinds: String) throws -> Study {
    let folder = try Folder()
    var scenario = try #require(try BuiltInScenarios.scenario(named: "failover"))
    let flags = [
      "fault-kinds": kinds, "acks": "1", "rate": "200", "brief": "true", "away": "2s",
      "output": folder.path,
    ]
    for (name, text) in flags.sorted(by: { $0.key < $1.key }) {
      try ScenarioSchema.set(
        flag: name, to: text.split(separator: ",").map(String.init), in: &scenario)
    }
    try scenario.validate()
    var run = BenchmarkRun(scenario, host: testHost)
    let outcome = run.run()
    if let error = outcome.error { throw error }
    return try #require(outcome.result.study)
  }

  private func point(_ study: Study, _ kind: FailoverKind) throws -> StudyPoint {
    try #require(study.points.first { $0.label(FailoverFigures.fault) == kind.name })
  }

  @Test("a link delay of 50 ms makes the records of its time 100 ms later, and no others")
  func delay() throws {
    let found = try point(study("delay-link"), .delayLink)
    let during = try #require(found.histograms.first { $0.name == "during" }?.histogram)
    // The request is held back, and its answer. Records that were due between the command and its
    // effect may be quicker.
    #expect(try #require(during.p50Ns) >= 100_000_000)
    #expect(during.count >= 500, "of 5 s at 200 a second")
    let before = try #require(found.histograms.first { $0.name == "before" }?.histogram)
    #expect(try #require(before.minNs) < 100_000_000)
    #expect(found.figure(FaultFigures.lost)?.samples == [0])
  }

  @Test("a pause of 5 s silences the partitions of the broker for as long")
  func pause() throws {
    let found = try point(study("pause"), .pause)
    let silence = try #require(found.figure(FaultFigures.silence)?.samples.first)
    // Answers that had left the broker may be read a little later.
    #expect(silence >= 4)
    let during = try #require(found.histograms.first { $0.name == "during" }?.histogram)
    // Records are due evenly over the pause and are acknowledged after it.
    #expect(try #require(during.p50Ns) >= 2_000_000_000)
    #expect(try #require(during.maxNs) >= 4_000_000_000)
    #expect(found.figure(FailoverFigures.firstAck) == nil, "nobody else can lead")
    #expect(found.figure(FaultFigures.lost)?.samples == [0])
  }

  @Test("a cut link silences its partitions as long, and a killed broker until it is back")
  func cutAndKill() throws {
    let study = try study("kill,cut-link")
    let cut = try #require(
      try point(study, .cutLink).figure(FaultFigures.silence)?.samples.first)
    #expect(cut >= 4)
    let kill = try #require(try point(study, .kill).figure(FaultFigures.silence)?.samples.first)
    #expect(kill >= 1.5)
    #expect(study.notes.contains { $0.hasPrefix("One broker has nobody to fail over to") })
  }
}
