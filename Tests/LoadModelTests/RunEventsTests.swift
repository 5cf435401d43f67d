import Foundation
import Testing

@testable import LoadModel

@Suite struct RunEventsTests {
  @Test("events are one sentence, in the order of their weight")
  func text() {
    var events = RunEvents()
    events.nodeLosses = [.init(node: 2, lostS: 3.12, backS: 9.84, reason: "reset")]
    events.leaderChangeCount = 4
    events.longestSilence = .init(startS: 3.1, durationS: 1.93)
    events.longestPartitionSilence = .init(startS: 3.1, durationS: 9.7, partition: 1)
    #expect(
      events.text(retries: [.init(name: "DISCONNECTED", count: 5)])
        == "Node 2 was lost at 3.1 s and back at 9.8 s; 4 leader changes; longest silence of"
        + " acknowledgements 1.9 s (from 3.1 s), of partition 1 9.7 s (from 3.1 s); requests sent"
        + " again after 5 × DISCONNECTED.")
  }

  @Test("what lies after the window, or outlasts it, is said to")
  func afterWindow() {
    var events = RunEvents()
    events.nodeLosses = [.init(node: 2, lostS: 20, backS: 38.8, reason: "reset")]
    events.longestSilence = .init(startS: 20.1, durationS: 4.9)
    events.longestSilence?.isOpen = true
    #expect(
      events.text(windowS: 25)
        == "Node 2 was lost at 20.0 s and back at 38.8 s, after the measured 25.0 s; longest"
        + " silence of acknowledgements at least 4.9 s (from 20.1 s).")
  }

  @Test("a node that did not come back is said to be so, also where nothing is acknowledged")
  func notBack() {
    var events = RunEvents()
    events.nodeLosses = [.init(node: 0, lostS: -0.5, reason: "reset")]
    #expect(events.text() == "Node 0 was lost at −0.5 s and not back before the end.")
  }

  @Test("what was measured while a node was away, or while a leader moved, is disturbed")
  func disturbs() {
    var events = RunEvents()
    #expect(!events.isClusterChanged && !events.disturbs(fromS: 0, untilS: 1e6))
    events.nodeLosses = [.init(node: 1, lostS: 10, backS: 20, reason: "reset")]
    #expect(events.isClusterChanged)
    #expect(!events.disturbs(fromS: 2, untilS: 9.9) && !events.disturbs(fromS: 20.1, untilS: 30))
    for (from, until) in [(5.0, 10.5), (11, 12), (19.5, 25), (0, 30)] {
      #expect(events.disturbs(fromS: from, untilS: until))
    }
    events.nodeLosses[0].backS = nil
    #expect(events.disturbs(fromS: 1000, untilS: 1001) && !events.disturbs(fromS: 0, untilS: 9))
    events.nodeLosses = []
    events.leaderChanges = [.init(partition: 0, from: 1, to: 2, atS: 5)]
    events.leaderChangeCount = 1
    #expect(events.disturbs(fromS: 4, untilS: 6) && !events.disturbs(fromS: 6, untilS: 9))
    // More moved than are kept: when, is not known.
    events.leaderChangeCount = 2
    #expect(events.disturbs(fromS: 6, untilS: 9) && !events.disturbs(fromS: 0, untilS: 4))
  }

  @Test("where nothing happened nothing is said, save of a long silence")
  func quiet() {
    var events = RunEvents()
    #expect(events.text() == nil)
    events.longestSilence = .init(startS: 1, durationS: 0.4)
    events.longestPartitionSilence = .init(startS: 1, durationS: 3, partition: 7)
    #expect(events.text() == nil)
    events.longestSilence = .init(startS: 1, durationS: 2.5)
    #expect(events.text() == "Longest silence of acknowledgements 2.5 s (from 1.0 s).")
  }

  @Test("results without events still decode, and those with them come back whole")
  func coding() throws {
    var repetition = RepetitionResult(repetition: 1, turn: 0, startedUtc: "", durationS: 1)
    let old = try JSONEncoder().encode(repetition)
    #expect(try JSONDecoder().decode(RepetitionResult.self, from: old).events == nil)
    var events = RunEvents()
    events.leaderChanges = [.init(partition: 1, from: 2, to: 3, atS: 4.5)]
    events.leaderChangeCount = 1
    repetition.events = events
    let new = try JSONEncoder().encode(repetition)
    #expect(try JSONDecoder().decode(RepetitionResult.self, from: new) == repetition)
    #expect(repetition.eventText == "Repetition 1: 1 leader change.")
  }
}
