import LoadModel
import Statistics
import Testing

@Suite("What limited a case")
struct LimitingResourceTests {
  /// 100 MB/s for 2 s, by one producer with 32 MiB of buffer, on two cores.
  private func repetition(
    meanMs: Double? = 100, busy: Double? = 0.5, broker: Double? = 1, client: Double = 1,
    other: Double? = 0
  ) -> RepetitionResult {
    var result = RepetitionResult(repetition: 1, turn: 0, startedUtc: "", durationS: 2)
    result.produced = Flow(records: 200_000, bytes: 200_000_000)
    if let meanMs {
      var histogram = Histogram()
      histogram.record(Int64(meanMs * 1e6))
      result.produceLatency = HistogramData(histogram)
      result.produceLatency?.meanNs = meanMs * 1e6
    }
    result.generatorBusyShare = busy
    result.broker = broker.map { ProcessUsage(userCpuS: $0, systemCpuS: 0) }
    result.client = ProcessUsage(userCpuS: client / 2, systemCpuS: client / 2)
    result.otherCpuShare = other
    return result
  }

  @Test("a busy thread, in the closed loop or where the rate was not reached")
  func threads() {
    var load = Workload()
    let busy = repetition(busy: 0.97)
    #expect(LimitingResource(busy, of: load, processors: 2) == .generatorThreads)
    load.rate = .perSecond(100_000)
    #expect(LimitingResource(busy, of: load, processors: 2) == .none)
    load.rate = .perSecond(120_000)
    #expect(LimitingResource(busy, of: load, processors: 2) == .generatorThreads)
  }

  @Test("a buffer below a tenth of buffer.memory: rate × mean latency, of all producers")
  func buffer() throws {
    var load = Workload()
    // 100 MB/s × 100 ms = 10 MB of 33.6.
    #expect(abs(try #require(repetition().bufferShare(of: load)) - 0.298) < 0.001)
    #expect(LimitingResource(repetition(), of: load, processors: 2) == .none)
    let low = repetition(meanMs: 30)
    #expect(LimitingResource(low, of: load, processors: 2) == .generatorBuffer)
    load.producers = 4
    #expect(LimitingResource(repetition(), of: load, processors: 2) == .generatorBuffer)
    #expect(LimitingResource(repetition(meanMs: nil), of: load, processors: 2) == .none)
    load.rate = .perSecond(100_000)
    #expect(LimitingResource(low, of: load, processors: 2) == .none)
  }

  @Test("all processors, with the broker, the clients and others")
  func processors() throws {
    let load = Workload()
    let full = repetition(broker: 1.9, client: 1.6, other: 0.1)
    #expect(abs(try #require(full.totalCpu(processors: 2)) - 1.95) < 1e-9)
    #expect(LimitingResource(full, of: load, processors: 2) == .allProcessors)
    #expect(LimitingResource(full, of: load, processors: 4) == .none)
    #expect(LimitingResource(full, of: load, processors: nil) == .none)
    // Where others are not known, neither is the sum; a broker elsewhere has no CPU here.
    #expect(repetition(other: nil).totalCpu(processors: 2) == nil)
    #expect(repetition(broker: nil, client: 1, other: 0.1).totalCpu(processors: 2) == 0.7)
  }

  @Test("of a case: the generator where it limited half of the whole repetitions")
  func ofCase() {
    var entry = CaseResult(index: 0, label: "", workload: Workload())
    let (slow, full) = (repetition(meanMs: 10), repetition(broker: 2, client: 2))
    entry.repetitions = [slow, full, full]
    #expect(entry.limitingResource(processors: 2) == .allProcessors)
    entry.repetitions = [slow, repetition(busy: 1), full, full]
    #expect(entry.limitingResource(processors: 2).isGenerator)
    for place in 0..<2 { entry.repetitions[place].isPartial = true }
    #expect(entry.limitingResource(processors: 2) == .allProcessors)
    entry.repetitions = []
    #expect(entry.limitingResource(processors: 2) == .none)
  }
}
