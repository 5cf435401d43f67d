import Foundation
import KafkaClient
import KafkaFormat
import KafkaMessages
import Testing

@testable import weir

@Suite("weir dump") struct DumpTests {
  /// A partition that Kafka 4.3.1 wrote.
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "CommitLogTests/Fixtures/kafka-4.3.1")

  static var files: [URL] {
    let places = [fixtures, fixtures.appending(path: "fix-0")]
    return places.flatMap {
      (try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)) ?? []
    }.filter { !$0.hasDirectoryPath && !$0.lastPathComponent.hasPrefix(".") }.sorted {
      $0.path < $1.path
    }
  }

  struct Found {
    var lines: [String] = []
    var problems: [String] = []
  }

  private func dump(
    _ file: URL, showsRecords: Bool = true, isJSON: Bool = false
  ) throws -> Found {
    var found = Found()
    let output = DumpOutput(
      isJSON: isJSON, print: { found.lines.append($0) }, complain: { found.problems.append($0) })
    output.path = file.path
    do {
      let dumped = try DumpFile(file.path)
      try DumpCommand.dump(dumped, showsRecords: showsRecords, output)
    } catch let failure as DumpFailure {
      output.problem("\(failure)")
    }
    #expect(output.problems == found.problems.count)
    return found
  }

  /// A copy of a fixture in a folder of its own, beside a copy of its segment.
  private func withCopy(
    of name: String, change: (inout [UInt8]) -> Void, then body: (URL) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "weir-dump-\(UUID().uuidString.prefix(8))")
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = folder.appending(path: "fix-0")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let log = String(name.prefix(20)) + ".log"
    for one in Set([log, name]) {
      let data = FileManager.default.contents(
        atPath: Self.fixtures.appending(path: "fix-0/\(one)").path)
      var bytes = [UInt8](data ?? Data())
      if one == name { change(&bytes) }
      if data != nil || one == name { try Data(bytes).write(to: place.appending(path: one)) }
    }
    try body(place.appending(path: name))
  }

  @Test("what is no file is told as that, whatever its name says")
  func noFile() throws {
    #expect(
      try dump(URL(filePath: "/nonexistent")).problems == ["weir: /nonexistent: no such file\n"])
    let folder = Self.fixtures.path
    #expect(
      try dump(URL(filePath: folder)).problems == ["weir: \(folder): is a directory\n"])
  }

  @Test("times are shown to the millisecond, none too early")
  func times() {
    for time in Int64(1_795_509_000_000)..<1_795_509_001_000 {
      let fraction = String(time % 1000 + 1000).dropFirst()
      #expect(DumpValue.timestamp(time).written == "2026-11-24T08:30:00.\(fraction)Z")
    }
    #expect(DumpValue.timestamp(0).written == "1970-01-01T00:00:00.000Z")
    #expect(DumpValue.timestamp(-1).written == "none")
  }

  @Test("every file of Kafka's is read and found whole")
  func kafkaFiles() throws {
    #expect(Self.files.count > 15)
    for file in Self.files {
      let found = try dump(file)
      #expect(found.problems.isEmpty, "\(file.lastPathComponent): \(found.problems)")
      #expect(found.lines.count >= 2)
    }
    let log = try dump(Self.fixtures.appending(path: "fix-0/00000000000000000286.log"))
    #expect(log.lines.last == "  end batches=11 records=316 nextOffset=602\n")
    #expect(log.lines.count { $0.hasPrefix("    record offset=") } == 316)
    #expect(log.lines[1].contains("baseTimestamp=20"), "a date for people")
  }

  @Test("JSON is one object a line, with the file it is of")
  func json() throws {
    for file in Self.files {
      for line in try dump(file, isJSON: true).lines {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["part"] is String && object?["file"] as? String == file.path)
      }
    }
    let epochs = try dump(
      Self.fixtures.appending(path: "fix-0/leader-epoch-checkpoint"), isJSON: true)
    #expect(epochs.lines[0].contains(#""epoch":0"#))
  }

  @Test("a file that is cut off is told with the position, wherever it is cut")
  func cut() throws {
    for (name, step) in [("00000000000000001214.log", 97), ("00000000000000000286.snapshot", 1)] {
      let size = try #require(
        FileManager.default.contents(
          atPath: Self.fixtures.appending(path: "fix-0/\(name)").path)?.count)
      for end in stride(from: 1, to: size, by: step) {
        try withCopy(
          of: name, change: { $0.removeLast($0.count - end) },
          then: { file in
            let found = try dump(file)
            let isBoundary = found.problems.isEmpty
            if isBoundary {
              #expect(found.lines.last?.contains("end batches=") == true, "\(name) cut at \(end)")
            } else {
              #expect(found.problems[0].contains("position "), "\(name) cut at \(end)")
            }
          })
      }
    }
  }

  @Test("a flipped bit is told or harmless, and never ends the program")
  func flipped() throws {
    let names = Self.files.filter { $0.path.contains("/fix-0/") }.map(\.lastPathComponent)
    var state: UInt64 = 11
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(1, limit)
    }
    for name in names {
      for _ in 0..<12 {
        try withCopy(
          of: name,
          change: { bytes in
            for _ in 0..<3 where !bytes.isEmpty { bytes[next(bytes.count)] ^= 1 << UInt8(next(8)) }
          },
          then: { file in
            let found = try dump(file)
            if name.hasSuffix(".log") { #expect(!found.problems.isEmpty) }
          })
      }
    }
  }

  @Test("a wrong checksum names batch and position, and the next batch is still shown")
  func checksum() throws {
    try withCopy(
      of: "00000000000000000000.log", change: { $0[3000] ^= 1 },
      then: { file in
        let found = try dump(file)
        #expect(found.problems.count == 1)
        #expect(found.problems[0].contains("position 2895: the batch's checksum is"))
        #expect(found.lines.count { $0.contains("isValid=false") } == 1)
        #expect(found.lines.last == "  end batches=11 records=286 nextOffset=286\n")
      })
  }

  @Test("an index that does not fit its segment is told by its entry")
  func indexes() throws {
    try withCopy(
      of: "00000000000000000000.index", change: { $0[15] ^= 4 },
      then: { file in
        let found = try dump(file)
        #expect(found.problems.count == 1)
        #expect(found.problems[0].contains("entry 1 at position 8: no batch starts at position"))
      })
    try withCopy(
      of: "00000000000000000000.timeindex", change: { $0[7] -= 1 },
      then: { file in
        let found = try dump(file)
        #expect(found.problems.count == 1)
        #expect(found.problems[0].contains("entry 0 at position 0: a record up to offset 77 has"))
      })
    // Kafka allocates the files of the active segment ahead.
    try withCopy(
      of: "00000000000000000000.index", change: { $0 += [UInt8](repeating: 0, count: 80) },
      then: { file in
        let found = try dump(file)
        #expect(found.problems.isEmpty && found.lines.last?.contains("unused=10") == true)
      })
  }

  @Test("damaged texts name the line")
  func texts() throws {
    let cases: [(String, String)] = [
      ("1\n0\n", "line 1: version \"1\""), ("0\n2\n0 0\n", "line 2: says 2 entries, 1 follow"),
      ("0\n1\n0\n", "line 3: 1 fields"), ("0\n1\nx 0\n", "line 3: epoch \"x\" is no number"),
      ("0\n", "line 2: the number of entries"),
    ]
    for (text, expected) in cases {
      try withCopy(
        of: "leader-epoch-checkpoint", change: { $0 = Array(text.utf8) },
        then: { file in
          let found = try dump(file)
          #expect(found.problems.count == 1 && found.problems[0].contains(expected))
        })
    }
  }

  @Test("other files and folders are refused with what is read")
  func refused() throws {
    #expect(throws: UsageError.self) { try DumpFile(#filePath) }
    #expect(throws: DumpFailure.self) { try DumpFile("/nowhere/00000000000000000000.log") }
  }
}

@Suite("weir dump of __consumer_offsets") struct OffsetsRecordDumpTests {
  private func versioned(_ version: Int16, _ message: some KafkaMessage) -> [UInt8] {
    [0, UInt8(version)] + message.bytes(version: version)
  }

  private func text(key: [UInt8], value: [UInt8]?) throws -> String {
    try OffsetsRecordDump.fields(key: key, value: value).map(\.written).joined(separator: " ")
  }

  @Test("commits, groups with members and assignments, and what is gone")
  func records() throws {
    let key = versioned(1, OffsetCommitKey(group: "g", topic: "t", partition: 3))
    let value = versioned(
      3, OffsetCommitValue(offset: 42, leaderEpoch: 1, metadata: "note", commitTimestamp: 0))
    #expect(
      try text(key: key, value: value)
        == "type=offset group=g topic=t partition=3 committedOffset=42 leaderEpoch=1 "
        + "metadata=note commitTimestamp=1970-01-01T00:00:00.000Z expireTimestamp=none")
    #expect(try text(key: key, value: nil).hasSuffix("partition=3 deleted=true"))

    let member = GroupMetadataValue.MemberMetadata(
      memberId: "m", groupInstanceId: nil, clientId: "c", clientHost: "/127.0.0.1",
      rebalanceTimeout: 5, sessionTimeout: 6,
      subscription: ConsumerProtocol.encode(ConsumerSubscription(topics: ["t"])),
      assignment: ConsumerProtocol.encode(
        ConsumerAssignment(partitions: [TopicPartition(topic: "t", partition: 3)])))
    let group = GroupMetadataValue(
      protocolType: "consumer", generation: 4, protocol: "range", leader: "m",
      currentStateTimestamp: -1, members: [member])
    let found = try text(
      key: versioned(2, GroupMetadataKey(group: "g")), value: versioned(3, group))
    #expect(found.contains("generation=4 protocol=range leader=m stateTimestamp=none"))
    #expect(found.contains("subscription={topics=[t], owned=[]}, assignment=[t-3]"))
  }

  @Test("keys and values that are cut or of unknown kinds are refused in words")
  func refused() throws {
    let key = versioned(1, OffsetCommitKey(group: "g", topic: "t", partition: 3))
    for end in 0..<key.count {
      #expect(throws: FormatError.self) { try text(key: Array(key.prefix(end)), value: nil) }
    }
    #expect(throws: FormatError.self) { try text(key: [0, 9], value: nil) }
    #expect(throws: FormatError.self) { try text(key: key, value: [0, 9, 0]) }
  }
}
