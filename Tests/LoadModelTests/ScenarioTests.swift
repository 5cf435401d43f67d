import LoadModel
import Testing

@Suite("Scenario")
struct ScenarioTests {
  private func scenario(_ flags: [(String, String)]) throws -> Scenario {
    var scenario = Scenario()
    for (name, text) in flags { try ScenarioSchema.set(flag: name, to: [text], in: &scenario) }
    return scenario
  }

  @Test("several values make the cross product, in the schema's order whatever the flags' order")
  func crossProduct() throws {
    let scenario = try scenario([
      ("compression", "none,zstd:19"), ("acks", "0, 1,all"), ("record-size", "100"),
    ])
    let cases = scenario.cases()
    #expect(
      cases.map(\.label) == [
        "acks=0 compression=none", "acks=0 compression=zstd:19",
        "acks=1 compression=none", "acks=1 compression=zstd:19",
        "acks=all compression=none", "acks=all compression=zstd:19",
      ])
    #expect(cases.allSatisfy { $0.workload.recordSizeBytes == 100 })
    #expect(cases[5].workload.acks == .all)
    #expect(cases[5].workload.compression == Compression(.zstd, level: 19))
    #expect(scenario.caseCount == 6)
  }

  @Test("cases take turns, and every other round goes backwards")
  func turns() throws {
    let scenario = try scenario([("acks", "0,1,all")])
    #expect(scenario.turns().map(\.caseIndex) == [0, 1, 2, 2, 1, 0, 0, 1, 2])
    #expect(scenario.turns().map(\.repetition) == [1, 1, 1, 2, 2, 2, 3, 3, 3])
  }

  @Test("of several settings none keeps a value for long: each round goes in leaps")
  func leaps() throws {
    let scenario = try scenario([
      ("acks", "1,all"), ("compression", "none,lz4"), ("batch-size", "16KiB,256KiB"),
    ])
    let order = scenario.turns().map(\.caseIndex)
    #expect(
      order == [0, 5, 2, 7, 4, 1, 6, 3] + [3, 6, 1, 4, 7, 2, 5, 0] + [0, 5, 2, 7, 4, 1, 6, 3])
    // Each value has half of each half of a round.
    for half in [order.prefix(4), order.dropFirst(4).prefix(4)] {
      for bit in [1, 2, 4] { #expect(half.count { $0 & bit != 0 } == 2) }
    }
    for cases in [(2, 3), (3, 5), (4, 4), (5, 3)] {
      var large = Scenario()
      let values = (1...cases.0).map { "\($0)" }.joined(separator: ",")
      let others = (1...cases.1).map { "\($0)" }.joined(separator: ",")
      try ScenarioSchema.set(flag: "partitions", to: [values], in: &large)
      try ScenarioSchema.set(flag: "producers", to: [others], in: &large)
      let round = large.turns().prefix(cases.0 * cases.1).map(\.caseIndex)
      #expect(Set(round).count == cases.0 * cases.1)
    }
  }

  @Test("records alone set no duration")
  func recordsAlone() throws {
    #expect(Scenario().cases()[0].workload.durationMs == 10_000)
    let workload = try scenario([("records", "2M")]).cases()[0].workload
    #expect(workload.records == 2_000_000)
    #expect(workload.durationMs == nil)
    let both = try scenario([("records", "2M"), ("duration", "30s")]).cases()[0].workload
    #expect(both.durationMs == 30_000)
  }
}
