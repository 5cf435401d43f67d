import Foundation
import Glibc
import LoadModel
import Reports
import Testing

@testable import LoadRunner

/// A small suite of flags, which shares nothing with another.
func sequentialWrite(_ flags: [String: String], in folder: Folder) throws -> Scenario {
  var scenario = Scenario()
  let usual = [
    "suite": "sequential-write", "repetitions": "2", "output": folder.path,
    "batch-size": "4KiB,16KiB", "record-size": "512", "flush": "none,batch",
    "retention-bytes": "2MiB,unlimited", "segment-bytes": "1MiB", "volume": "256KiB",
    "duration": "1s", "write-back": "0s", "broker-loops": "1",
  ]
  for (name, text) in usual.merging(flags, uniquingKeysWith: { $1 }) {
    try ScenarioSchema.set(flag: name, to: [text], in: &scenario)
  }
  scenario.name = "sequential-write"
  try scenario.validate()
  return scenario
}

extension Running {
  @Suite("sequential writes")
  struct SequentialWriteTests {
    @Test("every step of a case writes the same bytes; syncs are counted; nothing is left behind")
    func allSteps() throws {
      let folder = try Folder()
      let scenario = try sequentialWrite(["write-back": "300ms"], in: folder)
      var run = BenchmarkRun(scenario, host: testHost)
      let outcome = run.run()
      #expect(outcome.error == nil)
      #expect(!outcome.result.isPartial)
      let study = try #require(outcome.result.study)
      let planned = scenario.plan().steps
      #expect(study.points.count == planned.count)
      let short = study.points.filter { $0.label("case") != "write-back" }
      for point in short {
        let name = "\(point.label("case") ?? "") \(point.label("step") ?? "")"
        #expect(planned.contains { $0.label == name })
        for figure in ["throughput", "cpu", "time per batch", "batches", "bytes", "duration"] {
          #expect(point.figure(figure)?.samples.count == 2, "\(name): \(figure)")
        }
        #expect(point.figure("throughput")?.samples.allSatisfy { $0 > 0 } == true, "\(name)")
      }
      for (_, points) in Dictionary(grouping: short, by: { $0.label("case") ?? "" }) {
        #expect(points.count > 4)
        #expect(Set(points.flatMap { $0.figure("bytes")?.samples ?? [] }).count == 1)
      }
      for point in short where point.label("flush") == "batch" {
        let syncs = point.figure("fsyncs")?.samples
        #expect((syncs == nil) == (point.label("step") == "process"))
        let batches = try #require(point.figure("batches")?.samples)
        for (count, least) in zip(syncs ?? [], batches) { #expect(count >= least) }
      }
      let long = study.points.filter { $0.label("case") == "write-back" }
      #expect(long.map { $0.label("step") } == ["raw-growing", "process"])
      for point in long {
        #expect(point.figure("rate")?.samples.count == point.figure("seconds")?.samples.count)
      }
      #expect(study.notes.contains { $0.contains("less than the") })
      #expect(folder.entries == [outcome.result.runId])

      let directory = folder.path + "/" + outcome.result.runId
      try Reports.write(outcome.result, to: directory)
      let report = try String(contentsOfFile: directory + "/report.md", encoding: .utf8)
      #expect(report.contains("## Sequential writes"))
      #expect(report.contains("In sequence and at random"))
      #expect(report.contains("Memory and write-back"))
      #expect(!report.contains("Nothing was measured"))
    }

    @Test("random places are all of the places, each once")
    func places() throws {
      let folder = try Folder()
      let batch = try WriteBatch(size: 1000, recordBytes: 100, seed: 1, nowMs: 1)
      var written = batch
      var lane = RawLane(
        .rewrite(isRandom: true), directory: folder.path, retention: nil, segmentBytes: 1 << 20,
        flush: .none)
      try lane.prepare(batch, bytes: 50_000, seed: 7)
      let count = 50_000 / batch.bytes.count
      let run = try lane.run(&written, WriteLimit(batches: count))
      lane.close()
      #expect(run.bytes == Int64(count * batch.bytes.count))
      #expect(run.durableNanos ?? 0 >= run.nanos)
      let file = try Data(contentsOf: URL(filePath: folder.path + "/places"))
      for place in 0..<count {
        let start = place * batch.bytes.count
        #expect(Array(file[start..<start + batch.bytes.count]) == batch.bytes)
      }
    }

    @Test("a batch is as large as asked for, and holds a record however small it is")
    func batches() throws {
      let large = try WriteBatch(size: 65_536, recordBytes: 1024, seed: 1, nowMs: 1)
      #expect(large.bytes.count <= 65_536 && large.bytes.count > 64_000)
      #expect(large.records > 60 && large.recordBytes == 1024)
      let small = try WriteBatch(size: 1024, recordBytes: 1024, seed: 1, nowMs: 1)
      #expect(small.records == 1 && small.recordBytes < 1024 && small.bytes.count <= 1024)
      #expect(small.bytes.count > 900)
    }

    @Test("Ctrl-C keeps what was measured, marked partial, and takes the files away")
    func interrupted() throws {
      let folder = try Folder()
      let process = Process()
      process.executableURL = URL(filePath: weirBinary)
      process.arguments = [
        "bench", "sequential-write", "--repetitions", "500", "--volume", "256KiB", "--batch-size",
        "16KiB", "--record-size", "512", "--flush", "none", "--retention-bytes", "2MiB",
        "--segment-bytes", "1MiB", "--write-back", "0s", "--output", folder.path,
      ]
      let messages = Pipe()
      process.standardOutput = FileHandle.nullDevice
      process.standardError = messages
      process.standardInput = FileHandle.nullDevice
      try process.run()
      // A turn that counts is told in a line of its own.
      var told = ""
      while !told.contains("#1  throughput"), !told.contains("left  throughput") {
        let data = messages.fileHandleForReading.availableData
        if data.isEmpty { break }
        told += String(decoding: data, as: UTF8.self)
      }
      kill(process.processIdentifier, SIGINT)
      _ = try? messages.fileHandleForReading.readToEnd()
      process.waitUntilExit()
      #expect(process.terminationStatus == 130, "\(told)")
      #expect(folder.entries.count == 1, "\(folder.entries)")
      let directory = try #require(folder.runDirectory)
      let result = try Reports.read(directory + "/run.json")
      #expect(result.isPartial)
      let points = try #require(result.study?.points)
      #expect(!points.isEmpty && points.allSatisfy(\.isPartial))
      let report = try String(contentsOfFile: directory + "/report.md", encoding: .utf8)
      #expect(report.contains("partial"))
    }

    @Test("a broker that cannot be reached ends it with a message")
    func noCluster() throws {
      let folder = try Folder()
      let scenario = try sequentialWrite(
        ["bootstrap": "127.0.0.1:1", "steps": "cluster", "batch-size": "4KiB"], in: folder)
      var run = BenchmarkRun(scenario, host: testHost)
      let outcome = run.run()
      #expect(outcome.error?.exitCode == 1)
      #expect(folder.entries.isEmpty)
    }
  }
}
