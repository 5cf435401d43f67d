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
    "duration": "200ms", "write-back": "0s", "broker-loops": "1",
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
        let isBase = points[0].label("case") == "base"
        #expect(points.count == (isBase ? WriteStep.usual.count : points.count))
        #expect(points.count >= 2)
        let isPlaced = { (point: StudyPoint) in
          ["raw-rewrite", "raw-random"].contains(point.label("step"))
        }
        for same in [points.filter(isPlaced), points.filter { !isPlaced($0) }] {
          #expect(Set(same.flatMap { $0.figure("volume")?.samples ?? [] }).count <= 1)
        }
      }
      // Nothing more, and nothing less, however fast a step is.
      for point in short {
        #expect(point.figure("bytes")?.samples == point.figure("volume")?.samples)
      }
      for point in short where point.label("flush") == "batch" {
        let syncs = point.figure("fsyncs")?.samples
        #expect((syncs == nil) == (point.label("step") == "process"))
        let batches = try #require(point.figure("batches")?.samples)
        for (count, least) in zip(syncs ?? [], batches) { #expect(count >= least) }
      }
      let long = study.points.filter { $0.label("case") == "write-back" }
      #expect(long.map { $0.label("step") } == ["raw-preallocated", "process"])
      for point in long {
        // The curve is one repetition's.
        #expect(point.figure("rate")?.samples.count == point.figure("seconds")?.samples.count)
        #expect(point.figure("sustained")?.samples.count == 2)
        #expect(point.figure("sustained")?.samples.allSatisfy { $0 > 0 } == true)
      }
      #expect(study.notes.contains { $0.contains("background threshold was reached") })
      #expect(folder.entries == [outcome.result.runId])

      let directory = folder.path + "/" + outcome.result.runId
      try Reports.write(outcome.result, to: directory)
      let report = try String(contentsOfFile: directory + "/report.md", encoding: .utf8)
      #expect(report.contains("## Sequential writes"))
      #expect(report.contains("In sequence and at random"))
      #expect(report.contains("Memory and write-back"))
      #expect(!report.contains("Nothing was measured"))
    }

    @Test("at random each place is written once a pass, no two side by side, and then synced")
    func places() throws {
      let folder = try Folder()
      let batch = try WriteBatch(size: 5000, recordBytes: 100, seed: 1, nowMs: 1)
      var written = batch
      var lane = try PlacesLane(
        path: folder.path + "/places", batch: batch, bytes: 50_000, isRandom: true, flush: .none,
        seed: 7)
      let size = batch.bytes.count
      let count = 50_000 / size
      let run = try lane.run(&written, WriteLimit(batches: count))
      #expect(run.bytes == Int64(count * size))
      #expect(run.syncs == 1)
      #expect(try #require(run.durableNanos) >= run.nanos)
      let file = try Data(contentsOf: URL(filePath: folder.path + "/places"))
      let slots = (0..<file.count / size).filter { slot in
        Array(file[slot * size..<(slot + 1) * size]) == batch.bytes
      }
      #expect(slots.count == count)
      #expect(zip(slots, slots.dropFirst()).allSatisfy { $1 - $0 > 1 })
      #expect(file.count >= count * size * 8)
      // Bytes are counted as often as they went to the disk: two passes, two syncs.
      #expect(try lane.run(&written, WriteLimit(batches: count * 2)).syncs == 2)
    }

    @Test("a due flush syncs every segment that was filled since the one before, as the log does")
    func rolled() throws {
      let folder = try Folder()
      var batch = try WriteBatch(size: 300, recordBytes: 1000, seed: 1, nowMs: 1)
      #expect(batch.records == 1)
      let segment = Int64(batch.bytes.count * 4)
      var lane = try RawLane(
        .rotating(preallocates: false), directory: folder.path, retention: segment * 100,
        segmentBytes: segment, flush: .everyMessages(10))
      // Ten batches are two full segments and a half one.
      #expect(try lane.run(&batch, WriteLimit(batches: 9)).syncs == 0)
      #expect(try lane.run(&batch, WriteLimit(batches: 1)).syncs == 3)
      #expect(try lane.run(&batch, WriteLimit(batches: 10)).syncs == 3)
      lane.close()
      // What retention deletes before it is due is not synced: old segments are looked for at a
      // roll, now and then.
      let other = try Folder()
      var short = try RawLane(
        .rotating(preallocates: true), directory: other.path, retention: segment,
        segmentBytes: segment, flush: .everyMessages(10))
      #expect(try short.run(&batch, WriteLimit(batches: 8)).syncs == 0)
      usleep(useconds_t(SequentialWrite.retentionCheckMs + 10) * 1000)
      #expect(try short.run(&batch, WriteLimit(batches: 2)).syncs == 2)
      short.close()
      // The segment that is written, the one that is kept, and the next, prepared.
      #expect((2...3).contains(other.entries.count), "\(other.entries)")
    }

    @Test("raw writes keep what the log keeps, and write each batch once")
    func rotation() throws {
      let folder = try Folder()
      var batch = try WriteBatch(size: 1000, recordBytes: 500, seed: 1, nowMs: 1)
      let size = Int64(batch.bytes.count)
      var lane = try RawLane(
        .rotating(preallocates: true), directory: folder.path, retention: nil,
        segmentBytes: size * 3, flush: .none)
      let run = try lane.run(&batch, WriteLimit(batches: 20))
      lane.close()
      #expect(run.batches == 20 && run.bytes == size * 20)
      var sizes: [Int] = []
      for name in folder.entries {
        let file = try Data(contentsOf: URL(filePath: folder.path + "/" + name))
        sizes.append(file.count)
        #expect(
          stride(from: 0, to: file.count, by: Int(size)).allSatisfy {
            Array(file[$0..<$0 + Int(size)]) == batch.bytes
          })
      }
      // What is prepared is empty.
      #expect(sizes.reduce(0, +) == Int(size) * 20)
      #expect(sizes.allSatisfy { $0 <= Int(size) * 3 })
    }

    @Test(
      "what the disk took durably is counted from the beginning of write-back to the sync's end")
    func sustained() {
      let second: Int64 = 1_000_000_000
      let samples: [(atNanos: Int64, bytes: Int64, waiting: Int64)] = [
        (0, 0, 50_000_000), (second, 1_000_000_000, 950_000_000),
        (3 * second, 2_000_000_000, 950_000_000),
      ]
      // 100 MB were on the disk at the edge; the other 1,900 MB took from then to the sync's end.
      let found = WriteBackRun.sustained(samples, edge: 1, syncedNanos: 6 * second)
      #expect(found == 380)
      // Without an edge the sync alone tells: 900 MB waited when it began.
      #expect(WriteBackRun.sustained(samples, edge: nil, syncedNanos: 6 * second) == 300)
      #expect(WriteBackRun.sustained(samples, edge: nil, syncedNanos: 3 * second) == nil)
    }

    @Test("the plan reckons with what grows, and refuses what would be cut silently")
    func planned() throws {
      let folder = try Folder()
      let plan = try sequentialWrite(
        ["volume": "6GiB", "retention-bytes": "2MiB", "steps": "raw-growing,log"], in: folder
      ).plan()
      let growing = try #require(plan.steps.first { $0.label == "base raw-growing" })
      #expect(try #require(growing.leastDiskBytes) == 6 << 30)
      let bounded = try #require(plan.steps.first { $0.label == "base log" })
      #expect(try #require(bounded.leastDiskBytes) < 8 << 20)
      let error = #expect(throws: ScenarioError.self) {
        try sequentialWrite(["volume": "12GiB"], in: folder)
      }
      #expect(error?.key == "volume" && error?.allowed?.contains("8GiB") == true)
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
