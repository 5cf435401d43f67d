import KafkaFormat
import Testing

@testable import KafkaClient

/// Offsets that a log cannot have.
@Suite struct ConsumerOffsetTests {
  /// Gives a batch another base offset on its way, which its checksum does not cover.
  private func damage(_ batch: Int, to offset: Int64, in setup: ConsumerSetup) throws {
    let stored = try #require(setup.partition?.batches[batch])
    // From the batch's length to its checksum.
    let mark = Array(stored[8..<21])
    setup.cluster.bend = { key, frame in
      guard key == .fetch, let place = frame.firstRange(of: mark)?.lowerBound else { return frame }
      var bent = frame
      for index in 0..<8 {
        bent[place - 8 + index] = UInt8(truncatingIfNeeded: offset >> Int64(56 - 8 * index))
      }
      return bent
    }
  }

  @Test(
    "a batch with a damaged base offset stops its partition there, and nothing is read twice",
    arguments: [(1 << 56) + 10, 100, Int64.max, Int64.max - 3, Int64.min, -5, 0, 9] as [Int64],
    [StartPosition.earliest, .offset(10)])
  func damaged(offset: Int64, start: StartPosition) throws {
    // As the first batch of an answer it would hold the fetched offset.
    if offset == 9, start != .earliest { return }
    let setup = try ConsumerSetup(["auto.offset.reset": "earliest"])
    try setup.fill(0..<10)
    try damage(1, to: offset, in: setup)
    try setup.assign([start])
    setup.transport.run(seconds: 5)
    #expect(setup.recorder.offsets == (start == .earliest ? Array(0..<10) : []))
    #expect(setup.recorder.resets.isEmpty)
    #expect(setup.consumer.position(setup.handles[0]) == 10)
    guard setup.recorder.failures.count == 1,
      case .corruptBatch("t", 0, 10, let reason) = setup.recorder.failures[0]
    else { return #expect(Bool(false), "\(setup.recorder.failures)") }
    // The reason names the base offset, or where the batch ends.
    #expect(reason.contains("\(offset)") || reason.contains("\(offset &+ 9)"), "\(reason)")
  }

  @Test("a broker without a high watermark: offsets beyond all logs are refused, and never trap")
  func withoutHighWatermark() throws {
    let setup = try ConsumerSetup(["auto.offset.reset": "earliest"])
    try setup.fill(0..<3)
    setup.partition?.highWatermark = -1
    try damage(1, to: .max - 3, in: setup)
    try setup.assign()
    setup.transport.run(seconds: 5)
    #expect(setup.recorder.offsets == Array(0..<10))
    #expect(setup.recorder.failures.count == 1)
  }

  @Test("a gap that compaction left is passed over; a high watermark of just before is no fault")
  func sound() throws {
    let setup = try ConsumerSetup()
    try setup.fill(0..<6)
    setup.partition?.batches.remove(at: 1)
    setup.partition?.highWatermark = 40
    try setup.assign()
    setup.run(until: 50)
    #expect(setup.recorder.offsets == Array(0..<10) + Array(20..<60))
    #expect(setup.recorder.failures.isEmpty)
  }

  @Test(
    "an offset above the log's end goes where auto.offset.reset says, or fails with both offsets",
    arguments: ["earliest", "latest"])
  func aboveEnd(reset: String) throws {
    for fails in [false, true] {
      let setup = try ConsumerSetup(failsAboveLogEnd: fails, ["auto.offset.reset": reset])
      try setup.fill(0..<3)
      try setup.assign([.offset(500)])
      setup.transport.run(seconds: 5)
      let isRead = !fails && reset == "earliest"
      #expect(setup.recorder.offsets == (isRead ? Array(0..<30) : []))
      #expect(setup.recorder.resets.count == (fails ? 0 : 1))
      let error = ClientError.offsetAboveEnd(topic: "t", partition: 0, offset: 500, endOffset: 30)
      #expect(setup.recorder.failures == (fails ? [error] : []))
      #expect("\(error)".contains("500") && "\(error)".contains("30"))
      if fails { #expect(setup.consumer.position(setup.handles[0]) == 500) }
    }
  }

  @Test("an offset below the log's start is reset where one above its end fails")
  func belowStart() throws {
    for reset in ["earliest", "latest"] {
      let setup = try ConsumerSetup(failsAboveLogEnd: true, ["auto.offset.reset": reset])
      try setup.fill(0..<10)
      setup.partition?.startOffset = 40
      setup.partition?.batches.removeFirst(4)
      try setup.assign([.offset(5)])
      setup.transport.run(seconds: 5)
      #expect(setup.recorder.offsets == (reset == "earliest" ? Array(40..<100) : []))
      #expect(setup.recorder.resets.map(\.from) == [5])
      #expect(setup.recorder.failures.isEmpty)
    }
  }
}
