import Testing

@testable import LoadModel

@Suite("Suites in scenarios")
struct SuiteSettingsTests {
  private func refusal(_ yaml: String) -> String {
    do throws(ScenarioError) {
      try Scenario(yaml: Array(yaml.utf8), file: "mine.yaml").validate()
      return "accepted"
    } catch { return error.description }
  }

  private func settings(_ yaml: String) throws -> SequentialWriteSettings {
    let scenario = try Scenario(yaml: Array(yaml.utf8), file: "mine.yaml")
    try scenario.validate()
    return SequentialWriteSettings(scenario.withSuiteDefaults())
  }

  @Test("a suite alone has its own defaults, not the load's")
  func defaults() throws {
    let found = try settings("suite: sequential-write")
    #expect(found.batchSizes == [65_536, 16_384, 262_144, 1 << 20])
    #expect(found.flushes == [.none, .everyMessages(10_000), .everyMs(100), .eachBatch])
    #expect(found.retentions == [256 << 20, nil])
    #expect(found.volumeBytes == nil && found.durationMs == 600 && found.writeBackMs == 4000)
    let given = try settings(
      "suite: sequential-write\nbatch-size: 4KiB\nflush: [50ms, 5k-messages]\nvolume: 1MiB")
    #expect(given.batchSizes == [4096])
    #expect(given.flushes == [.everyMs(50), .everyMessages(5000)])
    #expect(given.volumeBytes == 1 << 20)
  }

  @Test("a setting that the suite does not use is refused where it stands")
  func unused() {
    let text = refusal("suite: sequential-write\nacks: [0, 1]\n")
    #expect(text.hasPrefix("mine.yaml:2:7: acks: the suite sequential-write does not use it"))
    #expect(text.contains("allowed: ") && text.contains("flush") && !text.contains("linger"))
    #expect(
      refusal("flush: none\n")
        == "mine.yaml:1:8: flush: only a suite uses it; allowed: with suite sequential-write")
    #expect(refusal("suite: sequential-red\n").contains("allowed: sequential-write"))
  }

  @Test(
    "what cannot be measured together is refused",
    arguments: [
      ("batch-size: 1MiB\nsegment-bytes: 1MiB", "two batches do not fit into a segment"),
      ("retention-bytes: 32MiB", "two segments do not fit"),
      ("steps: [log, cluster]", "there is no cluster"),
      ("batch-size: 64", "no batch that all steps can write"),
      ("duration: [1s, 2s]", "one value"),
      ("flush: [none, none]", "each value once"),
      ("flush: 10", "none, batch"),
    ])
  func contradictions(yaml: String, part: String) {
    let text = refusal("suite: sequential-write\n" + yaml)
    #expect(text.contains(part), "\(text)")
  }

  @Test("the first values make the base, every other one a case of its own")
  func cases() throws {
    let found = WriteCase.all(
      try settings(
        "suite: sequential-write\nbatch-size: [64KiB, 1KiB]\nflush: [none, batch]\n"
          + "record-size: 1KiB\nretention-bytes: 256MiB"))
    #expect(found.map(\.name) == ["base", "batch-size=1KiB", "flush=batch"])
    #expect(found[1].flush == .none && found[2].batchSize == 65_536)
  }

  @Test("the first case has every step, the others what they are compared by")
  func turns() throws {
    let found = try settings(
      "suite: sequential-write\nbatch-size: [64KiB, 1MiB]\nrecord-size: [1KiB, 100]\n"
        + "flush: [none, batch]\nretention-bytes: [256MiB, unlimited]")
    let turns = Dictionary(grouping: found.turns, by: \.entry.name).mapValues { $0.map(\.step) }
    #expect(turns["base"] == WriteStep.usual)
    #expect(turns["batch-size=1MiB"] == [.rawPreallocated, .process])
    // Raw writes know nothing of records.
    #expect(turns["record-size=100"] == [.process])
    #expect(turns["flush=batch"] == [.rawPreallocated, .rawRewrite, .rawRandom, .process])
    #expect(turns["retention-bytes=unlimited"] == [.rawPreallocated, .process])
    #expect(turns["write-back"] == [.rawPreallocated, .process])
    let few = try settings(
      "suite: sequential-write\nsteps: [log, core]\nbatch-size: [64KiB, 1MiB]\nwrite-back: 0s")
    #expect(few.turns.filter { $0.entry.name == "batch-size=1MiB" }.map(\.step) == [.core])
  }

  @Test("every step of a case writes the same volume: the fastest's, unless the slowest takes long")
  func volume() throws {
    let found = try settings("suite: sequential-write\nduration: 500ms")
    #expect(found.volume(of: [1e9, 4e8, 2e9]) == 8e8)
    #expect(found.volume(of: [1e9, 5e8, 2e9]) == 1e9)
    #expect(found.volume(of: []) == nil)
  }

  @Test("beside a cluster elsewhere only the cluster is measured, unless steps are named")
  func cluster() throws {
    let here = try settings("suite: sequential-write\nbootstrap: localhost:9092")
    #expect(here.steps.first == .rawPreallocated && here.steps.last == .cluster)
    let far = try settings("suite: sequential-write\nbootstrap: broker.example:9092")
    #expect(far.steps == [.cluster] && far.leavesOutLocal)
    let named = try settings(
      "suite: sequential-write\nbootstrap: broker.example:9092\nsteps: [raw-growing]")
    #expect(named.steps == [.rawGrowing, .cluster] && !named.leavesOutLocal)
  }

  @Test("its settings, defaults included, stand in the result, and nothing else")
  func configuration() throws {
    let scenario = try Scenario(
      yaml: Array("suite: sequential-write\nbatch-size: 4KiB".utf8), file: "mine.yaml"
    ).withSuiteDefaults()
    let entries = scenario.effectiveConfiguration(seed: 1).entries
    func entry(_ name: String) -> EffectiveConfiguration.Entry? {
      entries.first { $0.name == name }
    }
    #expect(entry("batch-size")?.values == ["4KiB"] && entry("batch-size")?.isDefault == false)
    #expect(entry("flush")?.values.count == 4 && entry("flush")?.isDefault == true)
    #expect(entry("acks") == nil)
    #expect(Scenario().effectiveConfiguration(seed: 1).entries.allSatisfy { $0.name != "flush" })
  }

  @Test("samples of the same point are gathered, and distributions merged")
  func study() {
    var study = Study(suite: .sequentialWrite, question: "?")
    let labels = [StudyPoint.Label("step", "log")]
    study.add([StudyPoint(labels, figures: [StudyFigure("a", "MB/s", [1])])])
    let places = study.add([
      StudyPoint(labels, figures: [StudyFigure("a", "MB/s", [3]), StudyFigure("b", "", [5])]),
      StudyPoint([.init("step", "raw")]),
    ])
    #expect(places == [0, 1])
    #expect(study.points[0].figure("a")?.samples == [1, 3])
    #expect(study.points[0].figure("a")?.median == 2)
    #expect(study.points[0].figure("b")?.samples == [5])
  }

  @Test("a measurement takes as long with one partition as with many")
  func sameWindow() throws {
    let scenario = try Scenario(
      yaml: Array("suite: partition-scaling".utf8), file: "p.yaml"
    ).withSuiteDefaults()
    #expect(scenario.run.repetitions == 4)
    let settings = PartitionScalingSettings(scenario)
    for series in ScalingSeries.allCases {
      let turns = settings.turns.filter { $0.series == series }
      #expect(turns.count == 5)
      #expect(Set(turns.map(settings.durationMs)).count == 1)
      #expect(Set(turns.map { settings.scratchBytes($0, memoryBytes: 1 << 35) }).count == 1)
    }
    // Each partition's batch fills before the window begins.
    let many = try #require(settings.turns.last { $0.series == .equalBatches })
    #expect(settings.warmupMs(many) > 2000 && settings.bufferBytes(.equalBatches) > 80 << 20)
    // A small machine writes an eighth of its memory at most.
    #expect(settings.volume(memoryBytes: 8 << 30) == 1 << 30)
    // Elsewhere 2 GB/s for the whole time fit into it.
    let whole = 2e9 * Double(settings.durationMs) / 1000
    #expect(Double(settings.volume(memoryBytes: 1 << 40)) >= whole)
    // Space that is allocated ahead does not grow with it.
    #expect(settings.segmentBytes(1000) * 1000 <= 2 << 30)
  }
}
