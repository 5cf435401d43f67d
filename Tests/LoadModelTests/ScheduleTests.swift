import Testing

@testable import LoadModel

@Suite("Arrival schedules and keys")
struct ScheduleTests {
  @Test("record k is due at start + k / rate, after a day as exactly as after a second")
  func noDrift() {
    let schedule = ArrivalSchedule(rate: 50_000, startNanos: 1000)
    #expect(schedule.scheduledNanos(0) == 1000)
    #expect(schedule.scheduledNanos(1) == 21_000)
    #expect(schedule.scheduledNanos(50_000 * 86_400) == 1000 + 86_400_000_000_000)
    let third = ArrivalSchedule(rate: 3, startNanos: 0)
    #expect(third.scheduledNanos(1) == 333_333_333)
    #expect(third.scheduledNanos(3_000_000_000) == 1_000_000_000_000_000_000)
    #expect(ArrivalSchedule(rate: 0.5, startNanos: 0).scheduledNanos(3) == 6_000_000_000)
  }

  @Test("producers take turns: together they are one schedule")
  func turns() {
    let whole = ArrivalSchedule(rate: 7000, startNanos: 5)
    let parts = (0..<3).map {
      ArrivalSchedule(rate: 7000, startNanos: 5, producer: $0, of: 3)
    }
    for index in 0..<300 as Range<UInt64> {
      #expect(parts[Int(index % 3)].scheduledNanos(index / 3) == whole.scheduledNanos(index))
    }
  }

  @Test(
    "a fake clock sees each record due when it is, never before", arguments: [1.0, 3, 777, 1e6])
  func dueCounts(rate: Double) {
    for producer in 0..<3 {
      let schedule = ArrivalSchedule(
        rate: rate, startNanos: 1_000_000, producer: producer, of: 3)
      var random = SplitMix64(seed: 5)
      var now: Int64 = 0
      for _ in 0..<300 {
        now += Int64.random(in: 0...Int64(5e8 / rate), using: &random)
        let due = schedule.dueCount(atNanos: now)
        if due > 0 { #expect(schedule.scheduledNanos(due - 1) <= now) }
        #expect(schedule.scheduledNanos(due) > now)
      }
      let exact = schedule.scheduledNanos(41)
      #expect(schedule.dueCount(atNanos: exact) == 42)
      #expect(schedule.dueCount(atNanos: exact - 1) == 41)
    }
  }

  private func drawn(_ pool: inout KeyPool, _ count: Int) -> [String] {
    var keys: [String] = []
    for _ in 0..<count {
      pool.advance()
      keys.append(String(decoding: [UInt8](copyOf: pool.key), as: UTF8.self))
    }
    return keys
  }

  @Test("sequential keys count, and start again")
  func sequential() {
    var pool = KeyPool(.sequential, count: 3, size: 4, seed: 1)
    #expect(drawn(&pool, 5) == ["0000", "0001", "0002", "0000", "0001"])
    #expect(KeyPool(.none, count: 3, size: 4, seed: 1).count == 0)
  }

  @Test("random keys are all drawn, and the same again from the same seed")
  func random() {
    var pool = KeyPool(.random, count: 50, size: 2, seed: 1)
    var again = KeyPool(.random, count: 50, size: 2, seed: 1)
    let keys = drawn(&pool, 2000)
    #expect(keys == drawn(&again, 2000))
    #expect(Set(keys).count == 50)
  }

  @Test("zipf: shares fall with the rank to the power of the exponent")
  func zipf() {
    var pool = KeyPool(.zipf(exponent: 1), count: 1000, size: 6, seed: 1)
    var counts: [String: Double] = [:]
    for key in drawn(&pool, 200_000) { counts[key, default: 0] += 1 }
    let first = counts["000000"] ?? 0
    #expect(abs(first / (counts["000001"] ?? 1) - 2) < 0.15)
    #expect(abs(first / (counts["000009"] ?? 1) - 10) < 1.5)
  }
}
