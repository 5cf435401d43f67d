import LoadModel
import Testing

@testable import LoadRunner

/// A partition of 100 acknowledged records whose leader answers by a script, on a clock of the
/// test's own, and what is said of the records in the end.
private struct ScriptedLeader {
  /// From that second on, the answer.
  var answers: [(fromS: Double, answer: SettledEnds.Observation)]

  /// Asks every 50 ms, as a measurement does, and reads up to the watermark that was settled on.
  ///
  /// - Parameter stored: How many records are there up to the watermark: fewer are lost.
  func verification(stored: (Int64) -> Int64 = { $0 }) -> (Verification, waitedS: Double) {
    var settled = SettledEnds(targets: [100], nowNanos: 0)
    var now: Int64 = 0
    while true {
      let answer = answers.last { $0.fromS <= Double(now) / 1e9 }?.answer
      settled.observe([answer ?? .unknown("no answer")], nowNanos: now)
      if settled.isOver(nowNanos: now) || now > 300_000_000_000 { break }
      now += 50_000_000
    }
    var acks = AckLedger(producer: 0, partitions: 1)
    acks.takeSequences(partition: 0, count: 100)
    for batch in 0..<10 {
      let first = UInt64(batch * 10)
      acks.acked(partition: 0, first..<first + 10, baseOffset: Int64(first))
    }
    var receipts = ReceiptLedger(producers: 1, partitions: 1)
    var coverage = PartitionCoverage(isFromBeginning: true, isToEnd: true)
    switch settled.ends(nowNanos: now)[0] {
    case .success(let end):
      coverage.end = end
      for sequence in 0..<UInt64(stored(end.highWatermark)) {
        let stamp = RecordStamp(
          producer: 0, partition: 0, sequence: sequence, scheduledNanos: 1)
        _ = receipts.count(.sound(stamp), partition: 0)
      }
    case .failure(let unknown):
      coverage.isToEnd = false
      coverage.reason = unknown.reason
    }
    let found = Verifier.reconcile(acks: [acks], receipts: [receipts], coverage: [coverage])
    return (found, Double(now) / 1e9)
  }
}

private func end(_ watermark: Int64, _ logEnd: Int64?, inSync: Int = 3) -> SettledEnds.Observation {
  .end(highWatermark: watermark, logEnd: logEnd, inSync: inSync, replicas: 3)
}

@Suite("what a watermark says of acknowledged records")
struct SettledEndsTests {
  @Test("a watermark that trails is waited for as long as it moves: nothing is lost")
  func trailing() {
    // A step every 20 s: slower than any follower, and never unchanged for 30 s.
    let steps = (0...10).map { step in
      (fromS: Double(step) * 20, answer: end(Int64(step) * 10, 100, inSync: 2))
    }
    let (found, waited) = ScriptedLeader(answers: steps).verification()
    #expect(found.lost == 0)
    #expect(found.unverified == 0)
    #expect(found.notVisible == nil)
    #expect(found.received == 100)
    #expect(waited == 200)
  }

  @Test("below the watermark and not there is lost, without a wait")
  func lostBelow() {
    let (found, waited) = ScriptedLeader(answers: [(0, end(100, nil))]).verification { $0 - 7 }
    #expect(found.lost == 7)
    #expect(waited == 0)
  }

  @Test("a log that ends before the offset, with every replica in sync, has lost it")
  func logEndsEarly() {
    let (found, waited) = ScriptedLeader(answers: [(0, end(80, 80))]).verification()
    #expect(found.lost == 20)
    #expect(found.unverified == 0)
    #expect(found.firstLost == ["producer 0, partition 0, records 80 to 99"])
    #expect(waited < 10)
  }

  @Test("a log that ends before the offset for 30 s has lost it, whatever is in sync")
  func logEndsEarlyForLong() {
    let (found, waited) = ScriptedLeader(answers: [(0, end(80, 90, inSync: 1))]).verification()
    #expect(found.lost == 10)
    #expect(found.notVisible == 10)
    #expect(waited == 30)
  }

  @Test("replicas that come back in time lose nothing")
  func comesBack() {
    let leader = ScriptedLeader(answers: [
      (0, end(40, 100, inSync: 1)), (25, end(40, 100, inSync: 2)), (50, end(100, nil)),
    ])
    let (found, waited) = leader.verification()
    #expect(found.isSound)
    #expect(found.notVisible == nil)
    #expect(waited == 50)
  }

  @Test("in the leader's log above a watermark that stands is not visible, with who is in sync")
  func notVisible() {
    let (found, waited) = ScriptedLeader(answers: [(0, end(45, 100, inSync: 1))]).verification()
    #expect(found.lost == 0)
    #expect(found.unverified == 0)
    #expect(found.notVisible == 55)
    #expect(found.notVisibleDetail == ["partition 0: 1 of 3 in sync"])
    #expect(found.notVisibleText == "55 above the high watermark (partition 0: 1 of 3 in sync)")
    #expect(waited == 30)
  }

  @Test("a leader that does not answer leaves it open, with the reason")
  func unreachable() {
    let (found, waited) = ScriptedLeader(answers: [
      (0, .unknown("asking for the high watermark: LEADER_NOT_AVAILABLE")),
      (10, .unknown("asking for the high watermark: no answer in time")),
    ]).verification()
    #expect(found.lost == 0)
    #expect(found.unverified == 100)
    #expect(
      found.unverifiedReasons == [
        UnverifiedReason(reason: "asking for the high watermark: no answer in time", count: 100)
      ])
    #expect(waited == 30)
  }

  @Test("a log end that is not answered leaves open what is above the watermark")
  func logEndUnknown() {
    let (found, _) = ScriptedLeader(answers: [(0, end(45, nil, inSync: 2))]).verification()
    #expect(found.lost == 0)
    #expect(found.notVisible == nil)
    #expect(found.unverified == 55)
  }
}

extension Running {
  @Suite("where a broker says that its partitions end")
  struct PartitionEndTests {
    @Test("the leader is asked for its log end where the watermark is not far enough")
    func ends() throws {
      let folder = try Folder()
      let broker = try clusterBroker(in: folder.path + "/data")
      try weir(["topics", "create", "t", "--partitions", "2", "--bootstrap", broker.bootstrap])
      try weir(
        ["produce", "t", "--partition", "1", "--bootstrap", broker.bootstrap],
        input: "one\ntwo\nthree\n")
      let admin = try AdminSession(bootstrap: [try BenchTarget.address(broker.bootstrap)])
      #expect(
        admin.ends(of: "t", targets: [0, 5]) == [
          .end(highWatermark: 0, logEnd: nil, inSync: 1, replicas: 1),
          .end(highWatermark: 3, logEnd: 3, inSync: 1, replicas: 1),
        ])
      #expect(try admin.logEnds(of: "t", partitions: 2) == [0, 3])
      let missing = admin.ends(of: "t", targets: [0, 0, 0])
      guard missing.count == 3, case .unknown = missing[2] else {
        Issue.record("\(missing)")
        return
      }
    }
  }
}
