import Testing

@testable import LoadModel

/// A load whose figures are given as functions of the seconds since it began.
struct DrawnLoad {
  var bytesPerS: (Double) -> Double = { _ in 500e6 }
  var cpuPerByte: ((Double) -> Double)? = { _ in 1e-9 }
  var batchBytes: (Double) -> Double = { _ in 16_384 }
  var backlog: ((Double) -> Double)?

  /// Readings every 20 ms until `seconds`, made as they are asked for.
  func readings(seconds: Double) -> some Sequence<LoadReading> {
    var (bytes, cpu, batches) = (0.0, 0.0, 0.0)
    let stepS = 0.02
    return (0...Int(seconds / stepS)).lazy.map { index in
      let at = Double(index) * stepS
      if index > 0 {
        let more = bytesPerS(at) * stepS
        bytes += more
        cpu += more * (cpuPerByte?(at) ?? 0)
        batches += more / batchBytes(at)
      }
      return LoadReading(
        nanos: Int64(at * 1e9), bytes: Int64(bytes), records: Int64(bytes / 1000),
        batches: Int64(batches), backlogRecords: backlog.map { Int64($0(at)) },
        brokerCpuS: cpuPerByte == nil ? nil : cpu)
    }
  }

  func search(_ load: Workload, mayEnd: (Double) -> Bool = { _ in true }) -> SteadyState? {
    var search = SteadySearch(SteadySearch.Settings(load))
    for reading in readings(seconds: 40) {
      let found = search.observe(reading, mayEnd: mayEnd(Double(reading.nanos) / 1e9))
      if let found { return found }
    }
    return nil
  }

  func drifted(from: Double, until: Double) -> [SteadyState.Quantity] {
    var kept = LoadReadings(gapNanos: SteadySearch.gapNanos)
    for reading in readings(seconds: until) { kept.add(reading) }
    return SteadyState.drifted(
      kept, from: Int64(from * 1e9), until: Int64(until * 1e9), isOpenLoop: false)
  }
}

/// A factor of about 1 for every 20 ms, each like the one before where `correlation` says so.
struct Scatter {
  private let values: [Double]

  init(seed: UInt64, deviation: Double, correlation: Double = 0) {
    var random = SplitMix64(seed: seed)
    func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
    }
    var state = normal()
    values = (0...2_100).map { _ in
      state = correlation * state + (1 - correlation * correlation).squareRoot() * normal()
      return max(0.05, 1 + deviation * state)
    }
  }

  func at(_ seconds: Double) -> Double { values[Int((seconds / 0.02).rounded())] }
}

@Suite("The search for a steady state")
struct SteadySearchTests {
  private var tenSeconds: Workload {
    var load = Workload()
    load.durationMs = 10_000
    return load
  }

  @Test("a load that does not change is steady as soon as there are windows enough")
  func constant() {
    let found = DrawnLoad().search(tenSeconds)
    #expect(found?.isReached == true)
    #expect((2.5...3).contains(found?.warmupS ?? 0), "\(String(describing: found))")
    var short = tenSeconds
    short.durationMs = 100
    #expect((1.0...1.3).contains(DrawnLoad().search(short)?.warmupS ?? 0))
  }

  @Test("a slow start is waited out, whichever quantity it shows in")
  func slowStart() {
    let slow: (Double) -> Double = { $0 < 2 ? 0.6 : 1 }
    let loads = [
      DrawnLoad(bytesPerS: { 500e6 * slow($0) }), DrawnLoad(cpuPerByte: { 1e-9 / slow($0) }),
      DrawnLoad(batchBytes: { 16_384 * slow($0) }),
    ]
    for load in loads {
      let found = load.search(tenSeconds)
      #expect(found?.isReached == true)
      #expect((found?.warmupS ?? 0) >= 3.8, "\(String(describing: found))")
    }
  }

  @Test("a ramp of 10 % within what is looked at is never taken for a steady state")
  func ramp() {
    for seed in UInt64(1)...4 {
      let scatter = Scatter(seed: seed, deviation: 0.02)
      let load = DrawnLoad(bytesPerS: { 500e6 * (1 + 0.04 * $0) * scatter.at($0) })
      let found = load.search(tenSeconds)
      #expect(found?.unsettled == [.rate], "seed \(seed): \(String(describing: found))")
      #expect((found?.warmupS ?? 0) >= 30)
    }
    let dearer = DrawnLoad(cpuPerByte: { 1e-9 * (1 + 0.04 * $0) }).search(tenSeconds)
    #expect(dearer?.unsettled == [.cpuPerGB])
    let fuller = DrawnLoad(batchBytes: { 16_384 * (1 + 0.04 * $0) }).search(tenSeconds)
    #expect(fuller?.unsettled == [.batchSize])
  }

  @Test("stalls that are shorter than a window belong to a steady state, longer ones do not")
  func stalls() {
    func stalling(_ periodS: Double) -> DrawnLoad {
      DrawnLoad(bytesPerS: { at in
        at.truncatingRemainder(dividingBy: periodS) < periodS * 0.2 ? 0 : 500e6
      })
    }
    #expect(stalling(0.1).search(tenSeconds)?.isReached == true)
    #expect(stalling(3).search(tenSeconds)?.unsettled.contains(.rate) == true)
  }

  @Test("scatter that goes nowhere is steady", arguments: [(0.1, 0.0), (0.1, 0.7), (0.15, 0.8)])
  func scatter(deviation: Double, correlation: Double) {
    let reached = (UInt64(1)...12).count { seed in
      let scatter = Scatter(seed: seed, deviation: deviation, correlation: correlation)
      return DrawnLoad(bytesPerS: { 500e6 * scatter.at($0) }).search(tenSeconds)?.isReached == true
    }
    #expect(reached >= 11)
  }

  @Test("consumers that fall behind have no steady state; a backlog that stays has")
  func backlog() {
    // A tenth of 500,000 records/s is not read.
    let growing = DrawnLoad(backlog: { 50_000 * $0 }).search(tenSeconds)
    #expect(growing?.unsettled == [.backlog])
    let wave = DrawnLoad(backlog: { $0.truncatingRemainder(dividingBy: 0.1) * 80_000 })
    #expect(wave.search(tenSeconds)?.isReached == true)
  }

  @Test("with a fixed rate the backlog tells, not the rate; what cannot be measured is left out")
  func openLoop() {
    var load = tenSeconds
    load.rate = .perSecond(20)
    // One record every 50 ms: windows hold one or two.
    let sparse = DrawnLoad(
      bytesPerS: { Int(($0 * 50).rounded()) % 5 < 2 ? 50_000 : 0 }, cpuPerByte: nil,
      batchBytes: { _ in 1000 }, backlog: { _ in 1 })
    #expect(sparse.search(load)?.isReached == true)
    let overloaded = DrawnLoad(cpuPerByte: nil, backlog: { 60_000 * $0 })
    #expect(overloaded.search(load)?.unsettled == [.backlog])
  }

  @Test("the time for it follows from what is measured, unless it is given")
  func limit() {
    let moving = DrawnLoad(bytesPerS: { 500e6 * (1 + 0.2 * $0) })
    func seconds(_ change: (inout Workload) -> Void) -> Double {
      var load = tenSeconds
      change(&load)
      return moving.search(load)?.warmupS ?? 0
    }
    #expect((30.0...30.1).contains(seconds { _ in }))
    #expect((3.0...3.1).contains(seconds { $0.durationMs = 1_000 }))
    #expect((2.0...2.1).contains(seconds { $0.durationMs = 100 }))
    #expect((5.0...5.1).contains(seconds { $0.warmup = .auto(maxMs: 5_000) }))
    // 2 million records, some 500,000 a second and more: three seconds are measured, or less.
    let counted = seconds {
      $0.durationMs = nil
      $0.records = 2_000_000
    }
    #expect((5.0...9.5).contains(counted), "\(counted)")
  }

  @Test("it goes on while it waits for something else, and ends when its time is up")
  func waiting() {
    #expect((6.0...7.5).contains(DrawnLoad().search(tenSeconds) { $0 > 6 }?.warmupS ?? 0))
    let endless = DrawnLoad().search(tenSeconds) { _ in false }
    #expect(endless?.isReached == true && (endless?.warmupS ?? 0) >= 30)
  }

  @Test("too few readings are no steady state")
  func fewReadings() {
    var search = SteadySearch(SteadySearch.Settings(tenSeconds))
    var found: SteadyState?
    for reading in DrawnLoad().readings(seconds: 40).enumerated() where reading.offset % 60 == 0 {
      found = found ?? search.observe(reading.element)
    }
    #expect(found?.unsettled == [.rate])
  }

  @Test("readings are thinned out, and windows are as long as before")
  func thinning() {
    var kept = LoadReadings(gapNanos: 1, most: 100)
    for reading in DrawnLoad().readings(seconds: 40) { kept.add(reading) }
    #expect(kept.all.count < 100 && kept.all.count >= 40)
    let lengths = zip(kept.all, kept.all.dropFirst()).map { $1.nanos - $0.nanos }
    #expect(lengths.max()! <= 4 * lengths.min()!)
  }
}

@Suite("The window after the search")
struct SteadyDriftTests {
  @Test("a state that shifts after the search, and a slow drift, show in the window")
  func moved() {
    for seed in UInt64(1)...5 {
      let scatter = Scatter(seed: seed, deviation: 0.03)
      let shifting = DrawnLoad(bytesPerS: { 500e6 * ($0 < 8 ? 1 : 0.6) * scatter.at($0) })
      #expect(shifting.drifted(from: 3, until: 13) == [.rate])
      let drifting = DrawnLoad(cpuPerByte: { 1e-9 * (1 + 0.015 * $0) * scatter.at($0) })
      #expect(drifting.drifted(from: 3, until: 13) == [.cpuPerGB])
    }
  }

  @Test("scatter is no drift, however much each window is like the one before")
  func scatter() {
    for (deviation, correlation) in [(0.05, 0.0), (0.15, 0.8), (0.15, 0.95)] {
      let found = (UInt64(1)...20).count { seed in
        let scatter = Scatter(seed: seed, deviation: deviation, correlation: correlation)
        return !DrawnLoad(bytesPerS: { 500e6 * scatter.at($0) }).drifted(from: 3, until: 13).isEmpty
      }
      #expect(found <= 1, "\(deviation), \(correlation): \(found) of 20")
    }
  }

  @Test("a window of too few readings tells nothing")
  func short() {
    #expect(DrawnLoad(bytesPerS: { 1e8 * $0 }).drifted(from: 3, until: 3.3).isEmpty)
  }
}

@Suite("Recorded loads")
struct RecordedLoadTests {
  /// Searches from a place on; a rise is that of each quarter of the measured time.
  private func search(_ load: RecordedLoad, from start: Int, rise: Double = 0) -> SteadyState? {
    var settings = Workload()
    settings.durationMs = 8_000
    settings.warmup = .auto(maxMs: 12_000)
    var search = SteadySearch(SteadySearch.Settings(settings))
    var (bytes, cpu) = (Int64(0), 0.0)
    for step in 0..<(load.bytes.count - start) {
      let factor = 1 + rise * Double(step) / 20
      let reading = LoadReading(
        nanos: Int64(step) * 100_000_000, bytes: bytes, records: bytes / 1000,
        batches: bytes / 16_384, brokerCpuS: cpu)
      if let found = search.observe(reading) { return found }
      bytes += Int64(Double(load.bytes[start + step]) * 1e5 * factor)
      cpu += Double(load.cpu[start + step]) * 1e-4 * factor
    }
    return nil
  }

  @Test("of a noisy machine reach a steady state in nine of ten cases")
  func reached() {
    let states = RecordedLoad.all.flatMap { load in
      stride(from: 0, to: 70, by: 3).compactMap { search(load, from: $0) }
    }
    #expect(states.count == 72)
    #expect(states.count(where: \.isReached) >= 65)
  }

  @Test("that rise by two fifths in what is looked at are refused where they do not scatter more")
  func rising() {
    let states = stride(from: 0, to: 70, by: 3).compactMap {
      search(.batches256, from: $0, rise: 0.4)
    }
    #expect(states.count { !$0.isReached } >= 16)
  }
}
