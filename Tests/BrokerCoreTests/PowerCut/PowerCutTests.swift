import CommitLog
import Foundation
import Testing

@testable import BrokerCore

/// Power cuts of the whole machine, at every call that a broker makes to its file system.
///
/// Each is one run: a broker lives up to the call, the disk becomes one of those that
/// `UnsyncedDisk` allows, and a broker starts on it. Half of the runs cut the power in that second
/// life too. In some runs the process alone ends at the call, and the power is cut in the second
/// life. `scripts/soak-power-cut` runs all of them, with as many seeds as it is given.
@Suite struct PowerCutTests {
  @Test("what was promised is there after a power cut at any call of the file system")
  func everyCall() throws {
    let environment = ProcessInfo.processInfo.environment
    let stride = environment["WEIR_POWER_CUT_STRIDE"].flatMap { Int($0) } ?? 23
    let seed = environment["WEIR_POWER_CUT_SEED"].flatMap { UInt64($0) } ?? 1
    let whole = PowerCutRun(seed: seed)
    try whole.run()
    let callCount = whole.plan.callCount
    try #require(callCount > 500)
    var failures: [String] = []
    var number = 0
    for call in Swift.stride(from: Int(seed) % stride, to: callCount, by: stride) {
      number += 1
      do { try PowerCutRun.cut(atCall: call, seed: seed, survivors: number) } catch {
        failures.append("call \(call) of \(callCount), seed \(seed): \(error)")
      }
    }
    #expect(number >= callCount / stride)
    #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
  }
}

extension PowerCutRun {
  /// Cuts the power at a call, and checks what is there after it.
  static func cut(atCall call: Int, seed: UInt64, survivors number: Int) throws {
    let run = PowerCutRun(seed: seed)
    run.plan.cutPower(afterCalls: call)
    try run.run()
    guard run.plan.isPowerOff else { throw run.fail("the power was never cut") }
    // The disk, and what follows, differ from call to call.
    run.random = SeededGenerator(state: seed &* 1_000_003 &+ UInt64(call))
    switch number % 8 {
    case 0: try run.losePower(.synced)
    case 1: try run.losePower(.everything)
    case 2: run.plan.clear()
    default: try run.losePower(.some)
    }
    if number % 8 == 2 || Bool.random(using: &run.random) {
      run.plan.cutPower(afterCalls: Int.random(in: 0..<400, using: &run.random))
      try run.live {
        try run.check()
        try run.proceed()
      }
      try run.losePower(.some)
    }
    try run.live {
      try run.check()
      try run.proceed()
      try run.check()
      try run.broker.stop()
    }
    try run.live { try run.check() }
  }

  /// All that a broker does with its disk: topics, records, groups, retention, a clean stop.
  func run() throws {
    try live {
      try begin()
      try commitsAndTopics()
      try ends()
    }
    if plan.isPowerOff { return }
    try live {
      try check()
      try proceed()
    }
  }

  private func begin() throws {
    let small = ["segment.ms": "1000"]
    try create("flushed", partitions: 2, small.merging(["flush.messages": "1"]) { $1 })
    try create("loose", partitions: 1, small)
    try create(
      "short", partitions: 1,
      small.merging(["flush.messages": "1", "retention.bytes": "12000"]) { $1 })
    try newProducerId()
    for round in 0..<4 {
      try produceInSequence(to: "flushed", 0)
      try produce(to: "flushed", 1, acks: -1)
      try produce(to: "loose")
      for _ in 0..<2 { try produce(to: "short") }
      try advance(ms: round == 3 ? 40_000 : 1_100)
    }
  }

  private func commitsAndTopics() throws {
    try broker.findCoordinator()
    if plan.isPowerOff { throw fail("the power is off") }
    for offset in Int64(1)...3 {
      for group in ["g", "h"] { try commit(offset, group: group, partition: 0) }
    }
    try join()
    try flushCommits()
    for offset in Int64(11)...13 {
      for group in ["g", "h"] { try commit(offset, group: group, partition: Int32(offset % 2)) }
      try produce(to: "loose")
      try advance(ms: 1_100)
    }
    try delete("short")
    try create(
      "short", partitions: 1, ["segment.ms": "1000", "flush.messages": "1"])
    for _ in 0..<3 {
      try produce(to: "short")
      try advance(ms: 1_100)
    }
    try grow("flushed", to: 3)
    try produce(to: "flushed", 2)
    try produceInSequence(to: "flushed", 0)
  }

  private func ends() throws {
    try delete("loose")
    try newProducerId()
    try advance(ms: 4_000)
    try broker.stop()
  }

  /// A life after another: what clients do that reconnect.
  func proceed() throws {
    if ledger.topics["flushed"] != nil {
      try resend(to: "flushed", 0)
      try produce(to: "flushed", 1)
      if ledger.newestProducerId >= 0 { try produceInSequence(to: "flushed", 0) }
    } else {
      try create("flushed", partitions: 2, ["flush.messages": "1", "segment.ms": "1000"])
    }
    try newProducerId()
    for name in ["loose", "short"] where ledger.topics[name] != nil {
      for _ in 0..<2 {
        try produce(to: name)
        try advance(ms: 1_100)
      }
    }
    try broker.findCoordinator()
    if plan.isPowerOff { throw fail("the power is off") }
    try join()
    for group in ["g", "h"] { try commit(100 + ledger.nowMs % 1_000, group: group, partition: 0) }
    try advance(ms: 4_000)
  }
}
