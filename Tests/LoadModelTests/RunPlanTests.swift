import LoadModel
import Testing

@Suite("What a run is going to do")
struct RunPlanTests {
  private func plan(_ flags: [(String, String)]) throws -> RunPlan {
    var scenario = Scenario()
    for (name, text) in flags { try ScenarioSchema.set(flag: name, to: [text], in: &scenario) }
    return scenario.plan()
  }

  @Test("every case in the order of its turns, with warm-up and what is around it")
  func order() throws {
    let plan = try plan([
      ("acks", "1,all"), ("duration", "10s"), ("warmup", "2s"), ("repetitions", "3"),
    ])
    #expect(plan.steps.map(\.label) == ["acks=1", "acks=all"])
    #expect(plan.order == [0, 1, 1, 0, 0, 1])
    #expect(plan.seconds > 6 * 12 && plan.seconds < 6 * 15)
    #expect(!plan.isGuess)
  }

  @Test("bounded retention needs what it keeps, a growing log what is sent")
  func disk() throws {
    let bounded = try plan([("records", "100M"), ("retention-bytes", "1GiB")])
    #expect(try #require(bounded.leastDiskBytes) == 1 << 30)
    // Retention, a segment, and what a fast disk takes until files are deleted.
    let most = try #require(bounded.likelyDiskBytes)
    #expect(most > (1 << 30) + (128 << 20) + 1_200_000_000 && most < 3 << 30)
    let slow = try plan([("rate", "1000"), ("duration", "1h"), ("retention-bytes", "1GiB")])
    #expect(try #require(slow.likelyDiskBytes) < 3 << 29)
    let patient = try plan([
      ("records", "100M"), ("retention-bytes", "1GiB"),
      ("broker-property", "log.segment.delete.delay.ms=10500"),
    ])
    #expect(try #require(patient.likelyDiskBytes) > most + 9_900_000_000)
    let growing = try plan([("records", "100M"), ("retention-bytes", "unlimited")])
    #expect(try #require(growing.leastDiskBytes) == 104_000_000_000)
    let small = try plan([("records", "1000"), ("retention-bytes", "unlimited")])
    #expect(try #require(small.leastDiskBytes) == 1_040_000)
    let compressed = try plan([
      ("records", "1M"), ("compression", "lz4"), ("retention-bytes", "unlimited"),
    ])
    #expect(try #require(compressed.leastDiskBytes) == 520_000_000)
    let paced = try plan([
      ("rate", "1000"), ("duration", "9s"), ("warmup", "1s"), ("retention-bytes", "unlimited"),
    ])
    #expect(try #require(paced.leastDiskBytes) == 10_400_000)
  }

  @Test("the forecast holds what a fast broker was seen to use")
  func bound() throws {
    // 273 MiB were on the disk: half a second of 200 MB/s was not deleted yet.
    let seen = try plan([("retention-bytes", "64MiB"), ("segment-bytes", "16MiB")])
    #expect(try #require(seen.likelyDiskBytes) >= 273 << 20)
  }

  @Test("of a cluster's disk nothing is said")
  func cluster() throws {
    let plan = try plan([("bootstrap", "127.0.0.1:1"), ("records", "1G")])
    #expect(plan.leastDiskBytes == nil)
    #expect(plan.refusal(freeBytes: 1, at: "x") == nil)
    #expect(plan.isGuess)
  }

  @Test("what cannot fit is refused with figures, what may not is told")
  func refusal() throws {
    let plan = try plan([("records", "100M"), ("retention-bytes", "1GiB")])
    #expect(
      plan.refusal(freeBytes: 1 << 20, at: "there")
        == "there has 1 MiB free; the run needs at least 1 GiB")
    // As much as retention keeps is there, but it deletes whole segments, a little late.
    #expect(
      plan.refusal(freeBytes: 1 << 30, at: "there")?
        .hasPrefix("there has 1 GiB free; the run may need 2.") == true)
    let likely = try #require(plan.likelyDiskBytes)
    #expect(plan.refusal(freeBytes: likely, at: "there") == nil)
    #expect(
      plan.refusal(freeBytes: likely, reservedBytes: 1 << 20, at: "there")?
        .contains(" free, of which 1 MiB are left alone; the run ") == true)
    #expect(plan.doubt(freeBytes: likely)?.hasSuffix("are free") == true)
    #expect(plan.doubt(freeBytes: 1 << 40) == nil)
  }

  @Test("a log that an hour of load would fill the disk with is refused")
  func longRun() throws {
    let plan = try plan([("retention-bytes", "900GiB"), ("duration", "1h")])
    #expect(plan.refusal(freeBytes: 78 << 30, at: "there")?.contains("may need 91") == true)
  }

  @Test("extreme numbers are told, and do not trap")
  func extremes() throws {
    let plan = try plan([
      ("records", "1000000000000"), ("duration", "1000h"), ("rate", "1G"), ("repetitions", "1000"),
      ("record-size", "1MiB"), ("retention-bytes", "unlimited"), ("partitions", "100000"),
    ])
    #expect(plan.refusal(freeBytes: .max, at: "x") == nil)
    #expect(RunPlan.size(.max) == "8388608 TiB")
    #expect(RunPlan.size(-1) == "0 B")
    #expect(RunPlan.duration(45.2) == "46 s")
    #expect(RunPlan.duration(7500) == "2 h 5 min")
    #expect(RunPlan.duration(.infinity) == "years")
  }
}
