import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// A wall clock that jumps: nothing goes for an age that it does not have.
@Suite struct ClockTests {
  private let dayMs: Int64 = 24 * 3_600_000

  private func broker() throws -> TestBroker {
    let broker = try TestBroker(loops: 2)
    try broker.createTopic("t", configs: ["retention.ms": "\(7 * dayMs)"])
    try broker.findCoordinator()
    broker.advance(ms: 1)
    _ = try broker.produce(Batch.of(["a"]), to: "t")
    #expect(try broker.commit(1) == .none)
    return broker
  }

  /// Time passes on both clocks, so that each check comes twice.
  private func pass(_ minutes: Int, _ broker: TestBroker) {
    for _ in 0..<minutes { broker.advance(ms: 60_000) }
  }

  private func hasAll(_ broker: TestBroker) throws -> Bool {
    let data = try broker.fetch("t", from: 0)
    return try data.logStartOffset == 0 && broker.committed().1 == ["t-0=1"]
  }

  @Test("a clock that is a week ahead for half an hour costs no offset and no record")
  func forAMoment() throws {
    let broker = try broker()
    broker.nowMs += 8 * dayMs
    pass(30, broker)
    #expect(try hasAll(broker))
    #expect(broker.logLines.filter { $0.contains("the clock jumped ahead by 691200 s") }.count == 1)
    broker.nowMs -= 8 * dayMs
    pass(30, broker)
    #expect(try hasAll(broker))
    #expect(broker.logLines.contains { $0.contains("the clock came back") })
  }

  @Test("a clock that stays where it jumped to is believed after an hour")
  func forGood() throws {
    let broker = try broker()
    broker.nowMs += 8 * dayMs
    pass(50, broker)
    #expect(try hasAll(broker))
    pass(30, broker)
    #expect(try broker.committed().1 == [])
    #expect(try broker.fetch("t", from: 0).errorCode == .offsetOutOfRange)
  }

  @Test("time that passes on both clocks is no jump, and one set back deletes nothing")
  func noJump() throws {
    let broker = try broker()
    broker.advance(ms: 6 * dayMs)
    broker.nowMs -= 3 * dayMs
    pass(30, broker)
    #expect(try hasAll(broker))
    broker.advance(ms: 5 * dayMs)
    pass(11, broker)
    #expect(try broker.committed().1 == [])
    #expect(!broker.logLines.contains { $0.contains("the clock") })
  }
}
