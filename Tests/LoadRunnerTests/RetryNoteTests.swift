import KafkaClient
import KafkaFormat
import LoadModel
import Testing

@testable import LoadRunner

@Suite("errors that are retried")
struct RetryNoteTests {
  private static let second: Int64 = 1_000_000_000

  /// Fails once a second.
  ///
  /// - Returns: The second at which the note says that it is no use, and why.
  private func run(
    for seconds: Int64, acknowledged: (Int64) -> Int64 = { _ in 7 },
    _ error: (Int64) -> ClientError
  ) -> (second: Int64, text: String)? {
    let note = RetryNote()
    for second in 0...seconds {
      note.note(
        error(second), nowNanos: second * Self.second, acknowledged: acknowledged(second))
      if let text = note.exhausted(acknowledged: acknowledged(second)) { return (second, text) }
    }
    return nil
  }

  @Test("one error for 10 s ends it, and is named with its count")
  func sameError() throws {
    let found = try #require(
      run(for: 100) { _ in .broker(.notEnoughReplicas, message: "weir-0") })
    #expect(found.second == 10)
    #expect(found.text.contains("NOT_ENOUGH_REPLICAS"))
    #expect(found.text.contains("10 s, 11 times"))
  }

  @Test("a broker whose disk is full is said to store nothing, others are not")
  func storage() throws {
    let found = try #require(run(for: 100) { _ in .broker(.kafkaStorageError) })
    #expect(found.second == 10)
    #expect(found.text.hasPrefix("the broker cannot store anything: every produce request failed"))
    #expect(found.text.contains("KAFKA_STORAGE_ERROR"))
    let other = try #require(run(for: 100) { _ in .broker(.notEnoughReplicas) })
    #expect(other.text.hasPrefix("every produce request failed"))
  }

  @Test("what an election explains has 60 s, in whatever words it comes")
  func election() throws {
    let found = try #require(
      run(for: 100) { second in
        switch second % 3 {
        case 0: .broker(.notLeaderOrFollower)
        case 1: .broker(.leaderNotAvailable)
        default: .disconnected("127.0.0.1:9092")
        }
      })
    #expect(found.second == 60)
  }

  @Test("an acknowledgement, or another error, begins it anew")
  func reset() {
    #expect(
      run(for: 100, acknowledged: { $0 / 9 }, { _ in .broker(.notEnoughReplicas) }) == nil)
    #expect(
      run(for: 100) { $0 % 9 == 0 ? .broker(.notLeaderOrFollower) : .broker(.notEnoughReplicas) }
        == nil)
  }

  @Test("they are counted by name, the last one stands in the progress line")
  func counts() {
    let note = RetryNote()
    #expect(note.lastText == nil)
    note.note(.broker(.notLeaderOrFollower), nowNanos: 1, acknowledged: 0)
    note.note(.broker(.notEnoughReplicas), nowNanos: 2, acknowledged: 0)
    note.note(.broker(.notEnoughReplicas), nowNanos: 3, acknowledged: 0)
    note.noteFetch(.broker(.notLeaderOrFollower))
    #expect(note.lastText == "2 × NOT_ENOUGH_REPLICAS")
    #expect(
      note.counts == [
        ErrorCount(name: "FETCH_NOT_LEADER_OR_FOLLOWER", count: 1),
        ErrorCount(name: "NOT_ENOUGH_REPLICAS", count: 2),
        ErrorCount(name: "NOT_LEADER_OR_FOLLOWER", count: 1),
      ])
    let window = MeasureWindow(startNanos: 0, fromNanos: 0, untilNanos: .max)
    let shared = SharedLoad(backlog: Backlog(retained: nil, partitions: 1))
    shared.retries.note(.broker(.notEnoughReplicas), nowNanos: 1, acknowledged: 0)
    let line = ProgressText.line(
      "t", shared, window, Workload(), phase: .produce, nowNanos: Self.second)
    #expect(line.contains("retried 1 × NOT_ENOUGH_REPLICAS"))
  }
}
