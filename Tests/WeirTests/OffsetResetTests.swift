import KafkaClient
import Testing

@testable import weir

@Suite("weir groups reset-offsets") struct OffsetResetTests {
  @Test("a target never leaves the log")
  func targets() throws {
    let cases: [(OffsetReset, Int64)] = [
      (.earliest, 10), (.latest, 90), (.offset(40), 40), (.offset(5), 10), (.offset(500), 90),
      (.time(7), 33), (.shift(-20), 30), (.shift(20), 70), (.shift(.min), 10), (.shift(.max), 90),
    ]
    for (reset, expected) in cases {
      let target = try reset.target(earliest: 10, latest: 90, committed: 50, found: 33)
      #expect(target == expected)
    }
    #expect(try OffsetReset.time(7).target(earliest: 1, latest: 9, committed: 5, found: -1) == 9)
    #expect(throws: CommandFailure.self) {
      try OffsetReset.shift(1).target(earliest: 1, latest: 9, committed: nil, found: -1)
    }
  }

  @Test("times and durations are read as Kafka's tool reads them, and as ours do")
  func times() throws {
    #expect(try OffsetReset.dateTime("1970-01-01T00:00:01") == 1000)
    #expect(try OffsetReset.dateTime("1970-01-01T00:00:01.250") == 1250)
    #expect(try OffsetReset.dateTime("1970-01-01T01:00:00+01:00") == 0)
    #expect(try OffsetReset.duration("PT1H30M") == 5_400_000)
    #expect(try OffsetReset.duration("P1D") == 86_400_000)
    #expect(try OffsetReset.duration("30m") == 1_800_000)
    for text in ["P", "PT", "PT1X", "1 week", ""] {
      #expect(throws: ValueError.self) { try OffsetReset.duration(text) }
    }
    for text in ["yesterday", "2026-13-40T00:00:00", ""] {
      #expect(throws: ValueError.self) { try OffsetReset.dateTime(text) }
    }
  }

  @Test("a topic is named with some of its partitions, or all")
  func selections() throws {
    #expect(try TopicSelection.parser("t") == TopicSelection(topic: "t", partitions: nil))
    #expect(try TopicSelection.parser("t:0,3") == TopicSelection(topic: "t", partitions: [0, 3]))
    for text in ["", ":1", "t:", "t:x", "t:-1", "t:1,"] {
      #expect(throws: ValueError.self) { try TopicSelection.parser(text) }
    }
  }
}
