import KafkaClient
import LoadModel
import Statistics
import Testing

@testable import LoadRunner

@Suite struct FaultAcksTests {
  private let window = MeasureWindow(
    startNanos: 0, fromNanos: 1_000_000_000, untilNanos: 60_000_000_000)

  private func nanos(_ seconds: Double) -> Int64 { Int64(seconds * 1e9) }

  /// One acknowledgement of one record that was due `latencyS` before.
  private func ack(
    _ acks: FaultAcks, _ partition: Int32, by node: Int32, at seconds: Double,
    latencyS: Double = 0.001
  ) {
    acks.note(
      partition: partition, node: node, atNanos: nanos(seconds),
      runs: [ScheduledRun(scheduledNanos: nanos(seconds - latencyS), count: 1)], in: window)
  }

  @Test("a silence is that of the partitions which the node led, from the fault on")
  func silence() throws {
    let acks = FaultAcks()
    for second in stride(from: 2.0, to: 10, by: 0.5) {
      ack(acks, 0, by: 1, at: second)
      ack(acks, 1, by: 2, at: second)
      ack(acks, 2, by: 1, at: second)
    }
    acks.begin(0, node: 1, partitions: [0, 2], atNanos: nanos(10))
    // An answer that was on its way comes from the node that was hit.
    ack(acks, 0, by: 1, at: 10.1)
    // Partition 1 was led by another node: its silence is another's.
    ack(acks, 1, by: 2, at: 20)
    ack(acks, 2, by: 3, at: 13)
    ack(acks, 0, by: 2, at: 14.6)
    ack(acks, 0, by: 2, at: 15)
    ack(acks, 2, by: 3, at: 15)
    let found = try #require(acks.found(0, endNanos: nanos(15.5)))
    #expect(found.silenceNanos == nanos(14.6) - nanos(10.1))
    #expect(!found.isSilenceOpen)
    #expect(found.firstAckNanos == nanos(13))
    #expect(acks.found(1, endNanos: nanos(15.5)) == nil)
  }

  @Test("a silence without an end lasts at least until the load's, or until the next fault")
  func open() throws {
    let acks = FaultAcks()
    acks.begin(0, node: 1, partitions: [0], atNanos: nanos(10))
    var found = try #require(acks.found(0, endNanos: nanos(17)))
    #expect(found.silenceNanos == nanos(7) && found.isSilenceOpen)
    #expect(found.firstAckNanos == nil)
    acks.begin(1, node: 2, partitions: [0], atNanos: nanos(12))
    ack(acks, 0, by: 3, at: 13)
    found = try #require(acks.found(0, endNanos: nanos(17)))
    #expect(found.silenceNanos == nanos(2) && found.isSilenceOpen)
    #expect(found.firstAckNanos == nil, "the second fault's")
    let second = try #require(acks.found(1, endNanos: nil))
    #expect(second.silenceNanos == nanos(1) && !second.isSilenceOpen)
    #expect(second.firstAckNanos == nanos(13))
  }

  @Test("a node that led nothing silenced nothing")
  func ledNothing() throws {
    let acks = FaultAcks()
    acks.begin(0, node: 1, partitions: [], atNanos: nanos(10))
    ack(acks, 0, by: 2, at: 30)
    let found = try #require(acks.found(0, endNanos: nanos(40)))
    #expect(found.silenceNanos == nil && found.firstAckNanos == nil && !found.isSilenceOpen)
  }

  @Test("latencies count where their records were due, not where they were acknowledged")
  func latencies() throws {
    let acks = FaultAcks()
    // Due before the window: in no figure.
    ack(acks, 0, by: 1, at: 1.5, latencyS: 1)
    ack(acks, 0, by: 1, at: 2, latencyS: 0.5)
    acks.begin(0, node: 1, partitions: [0], atNanos: nanos(10))
    // Due before the fault, acknowledged after it.
    ack(acks, 0, by: 2, at: 15, latencyS: 6)
    ack(acks, 0, by: 2, at: 15, latencyS: 4)
    acks.end(0, atNanos: nanos(16))
    acks.end(0, atNanos: nanos(17))
    ack(acks, 0, by: 2, at: 18, latencyS: 1)
    ack(acks, 0, by: 2, at: 19, latencyS: 4)
    acks.begin(1, node: 2, partitions: [0], atNanos: nanos(20))
    ack(acks, 0, by: 1, at: 25, latencyS: 3)
    let first = try #require(acks.found(0, endNanos: nil))
    #expect(first.before.totalCount == 2 && first.before.max == nanos(6))
    #expect(first.during.totalCount == 2 && first.during.max == nanos(4))
    #expect(first.after.totalCount == 1 && first.after.max == nanos(1))
    let second = try #require(acks.found(1, endNanos: nil))
    #expect(second.before == first.after)
    #expect(second.during.totalCount == 1 && second.after.totalCount == 0)
  }

  @Test("a fault that nothing undoes is over with the first acknowledgement by another leader")
  func moved() throws {
    let acks = FaultAcks()
    acks.begin(0, node: 1, partitions: [0], endsWithFirstAck: true, atNanos: nanos(10))
    ack(acks, 0, by: 1, at: 10.1, latencyS: 0.05)
    ack(acks, 0, by: 2, at: 12, latencyS: 1.5)
    ack(acks, 0, by: 2, at: 14, latencyS: 0.5)
    let found = try #require(acks.found(0, endNanos: nanos(15)))
    #expect(found.silenceNanos == nanos(14) - nanos(12))
    #expect(found.during.totalCount == 2 && found.during.max == nanos(1.5))
    #expect(found.after.totalCount == 1)
  }

  @Test("what lies between two faults that overlap is neither before nor after one of them")
  func overlapping() throws {
    let acks = FaultAcks()
    ack(acks, 0, by: 1, at: 5)
    acks.begin(0, node: 1, partitions: [0], atNanos: nanos(10))
    ack(acks, 0, by: 2, at: 11)
    acks.begin(1, node: 2, partitions: [0], atNanos: nanos(12))
    ack(acks, 0, by: 3, at: 13)
    acks.end(0, atNanos: nanos(14))
    ack(acks, 0, by: 3, at: 15)
    acks.end(1, atNanos: nanos(16))
    ack(acks, 0, by: 3, at: 17)
    let first = try #require(acks.found(0, endNanos: nil))
    let second = try #require(acks.found(1, endNanos: nil))
    #expect(first.during.totalCount == 2 && second.during.totalCount == 2)
    for found in [first, second] {
      #expect(found.before.totalCount == 1 && found.after.totalCount == 1)
    }
  }
}

@Suite struct FaultRecordFillTests {
  private typealias Change = FaultRecord.InSyncChange

  private var record: FaultRecord {
    var record = FaultRecord(fault: Fault(atMs: 10_000, .kill, .node(1)), startedS: 10)
    record.doneS = 10.2
    record.undoneS = 15
    return record
  }

  @Test("the full ISR is the last change until the next fault, however late a death was noticed")
  func inSync() {
    var one = record
    // Noticed when the node came back, and lost once more.
    one.fill(
      inSync: [
        Change(atS: 3, isFull: false), Change(atS: 4, isFull: true),
        Change(atS: 16, isFull: false), Change(atS: 17, isFull: true),
        Change(atS: 17.5, isFull: false), Change(atS: 18.5, isFull: true),
        Change(atS: 31, isFull: false), Change(atS: 40, isFull: true),
      ], nextS: 30)
    #expect(one.fullIsrS == 3.5 && one.isIsrShort == nil)
  }

  @Test("an ISR that is still short at the end is told so, one that never changed is nothing")
  func short() {
    var one = record
    one.fill(inSync: [Change(atS: 12, isFull: false)], nextS: nil)
    #expect(one.fullIsrS == nil && one.isIsrShort == true)
    var other = record
    other.fill(inSync: [Change(atS: 4, isFull: true)], nextS: nil)
    #expect(other == record)
    // Replicas caught up before the node was told to come back.
    var early = record
    early.fill(inSync: [Change(atS: 12, isFull: false), Change(atS: 14, isFull: true)], nextS: nil)
    #expect(early.fullIsrS == 0)
  }

  @Test("times are those after the fault")
  func times() {
    var found = FaultAcks.Found()
    found.silenceNanos = 4_500_000_000
    found.firstAckNanos = 64_000_000_000
    found.during.record(5_000_000)
    var one = record
    one.fill(found, fromNanos: 50_000_000_000)
    #expect(one.silenceS == 4.5 && one.isSilenceOpen == nil && one.firstAckS == 4)
    #expect(one.latencyDuring?.count == 1 && one.latencyBefore == nil && one.latencyAfter == nil)
  }
}
