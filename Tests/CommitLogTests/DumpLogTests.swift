import Foundation
import KafkaFormat
import Testing

@testable import CommitLog

/// Kafka's own tool on files of ours. Skipped, and says so, where there is no Kafka or no Java.
@Suite("Kafka's dump-log accepts our files")
struct DumpLogTests {
  /// The jars of a Kafka 4: below `WEIR_KAFKA`, or below a neighbour of the package.
  static let libraries: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    var folder = root.appending(path: "../shared/peers/kafka").standardized
    if let given = ProcessInfo.processInfo.environment["WEIR_KAFKA"] {
      folder = URL(filePath: given)
    }
    let libraries = folder.appending(path: "libs").path
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let hasJava = path.split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/java")
    }
    guard hasJava, FileManager.default.fileExists(atPath: libraries) else {
      print("skipped: dump-log on our files, for there is no Java or no Kafka (WEIR_KAFKA)")
      return nil
    }
    return libraries
  }()

  private func dump(_ files: [String], _ options: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      [
        "java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
        "\(Self.libraries ?? "")/*", "org.apache.kafka.tools.DumpLogSegments", "--files",
        files.joined(separator: ","),
      ] + options
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }

  @Test("segments, indexes and snapshots", .enabled(if: libraries != nil))
  func accepts() throws {
    let scratch = ScratchDirectory()
    var config = LogConfig()
    config.segmentBytes = 8_000
    config.indexIntervalBytes = 500
    let log = try openLog(scratch.path, config: config)
    for index in 0..<120 {
      try log.add(
        TestBatch(
          records: 5, valueSize: 100, timestamp: Int64(1_700_000_000_000 + index * 7),
          timestampStep: 1, codec: CompressionCodec.allCases[index % 5], producerId: 7,
          producerEpoch: 1, baseSequence: Int32(index * 5)))
    }
    try log.close(nowMs: 1_700_000_000_000)
    let directory = scratch.path + "/t-0/"
    let names = try PosixFileSystem().list(directory)
    func paths(_ suffix: String) -> [String] {
      names.filter { $0.hasSuffix(suffix) }.map { directory + $0 }
    }
    #expect(paths(".log").count > 1)
    let segments = try dump(paths(".log"), ["--deep-iteration"])
    #expect(segments.split(separator: "\n").filter { $0.contains("| offset: ") }.count == 600)
    #expect(!segments.contains("isvalid: false") && !segments.contains("invalid bytes"))
    let indexes = try dump(paths(".index") + paths(".timeindex"), ["--index-sanity-check"])
    #expect(!indexes.lowercased().contains("mismatch") && indexes.contains("passed sanity check"))
    let entries = try dump(paths(".index") + paths(".timeindex"), [])
    #expect(entries.contains("offset: ") && !entries.lowercased().contains("mismatch"))
    let snapshot = try dump([try #require(paths(".snapshot").last)], [])
    #expect(snapshot.contains("producerId: 7") && snapshot.contains("lastOffset: 599"))
  }
}
