import Foundation
import LoadModel
import Testing

@testable import LoadRunner

extension Running {
  @Suite("the suite acks")
  struct AcksSuiteTests {
    private func program(_ flags: [String: String], in folder: Folder) throws
      -> (AcksSuite, SuiteBench, AcksSettings)
    {
      var scenario = Scenario()
      let usual = [
        "suite": "acks", "output": folder.path, "kills": "2", "fault-window": "4s",
        "partitions": "2", "repetitions": "1", "duration": "500ms",
      ]
      for (name, text) in usual.merging(flags, uniquingKeysWith: { $1 }) {
        try ScenarioSchema.set(flag: name, to: [text], in: &scenario)
      }
      try scenario.validate()
      let whole = scenario.withSuiteDefaults()
      let bench = SuiteBench(
        whole, host: testHost, seed: 1, topicPrefix: "acks", dataDirectory: folder.path)
      return (try AcksSuite(bench), bench, AcksSettings(whole))
    }

    private func place(
      _ settings: AcksSettings, _ acks: AckLevel, _ part: AcksTurn.Part
    ) throws -> Int {
      try #require(
        settings.turns.firstIndex { $0.grade.acks == acks && $0.part == part })
    }

    @Test("a killed broker of ours loses nothing that it acknowledged, and serves the next turn")
    func kill() throws {
      let folder = try Folder()
      var (program, bench, settings) = try program([:], in: folder)
      defer { program.finish() }
      program.capacities = [AcksGrade(.leader): 2000]
      let turn = try place(settings, .leader, .kill)
      for repetition in 1...2 {
        let point = try #require(try program.measure(turn, repetition: repetition).first)
        let acked = try #require(point.figure(FaultFigures.acked)?.samples.first)
        #expect(acked > 100)
        // What a process wrote outlives it.
        #expect(point.figure(FaultFigures.lost)?.samples == [0])
        let silence =
          point.figure(FaultFigures.silence) ?? point.figure(FaultFigures.openSilence)
        // It was down for a while.
        #expect(try #require(silence?.samples.first) * 1000 >= Double(settings.downMs) / 2)
        // One node is leader and controller.
        #expect(point.label(AcksFigures.hit) == AcksFigures.controller)
        #expect(point.label(AcksFigures.level) == "acks=1")
      }
      let load = try place(settings, .leader, .load(percent: 50))
      let point = try #require(try program.measure(load, repetition: 1).first)
      #expect(point.figure(AcksFigures.rate)?.samples == [1000])
      #expect(try #require(point.figure(AcksFigures.clientSent)?.samples.first) > 1024)
      #expect(bench.notes.contains { $0.contains("min ISR 2 is not applicable") })
    }

    @Test("a brief run says that it was brief; without a known capacity there is no load")
    func brief() throws {
      let folder = try Folder()
      var (program, bench, settings) = try program(["brief": "true"], in: folder)
      defer { program.finish() }
      #expect(bench.notes.contains { $0.hasPrefix("A brief run (`--brief`): 2 kills a level") })
      let load = try place(settings, .leader, .load(percent: 70))
      #expect(throws: RunError.self) { _ = try program.measure(load, repetition: 1) }
    }
  }
}
