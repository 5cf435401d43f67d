import Foundation
import LoadModel
import Testing

@testable import LoadRunner

@Suite("Plan and care")
struct PlanAndCareTests {
  @Test("a run that cannot fit is refused before anything is made")
  func refused() throws {
    let folder = try Folder()
    let outcome = try bench(
      ["records": "1000G", "retention-bytes": "1024TiB", "record-size": "1MiB"], in: folder)
    let error = try #require(outcome.error)
    #expect(error.exitCode == 2)
    #expect(error.description.contains("the run needs at least"))
    #expect(folder.entries.isEmpty)
  }

  @Test("free room is told also of a place that is yet to be made")
  func freeRoom() throws {
    let folder = try Folder()
    let there = try #require(DiskRoom.freeBytes(at: folder.path))
    let later = try #require(DiskRoom.freeBytes(at: folder.path + "/not/yet/here"))
    #expect(there > 0 && later > 0)
    #expect(DiskRoom.freeBytes(at: "relative/too") != nil)
  }

  @Test("what is left follows the plan, at the pace of what was done")
  func sweep() {
    let steps = [
      RunPlan.Step(label: "a", repetitions: 2, seconds: 10),
      RunPlan.Step(label: "b", repetitions: 2, seconds: 30),
    ]
    var clock = SweepClock(RunPlan(steps: steps, order: [0, 1, 1, 0]), now: 100)
    #expect(clock.remaining(now: 100) == 80)
    #expect(clock.remaining(now: 104) == 76)
    // Longer than planned: what is left does not grow again before the step has ended.
    #expect(clock.remaining(now: 115) == 70)
    clock.finishStep(now: 120)
    #expect(clock.remaining(now: 120) == 140)
    #expect(clock.text(now: 120) == "run: 0:20 gone, about 2:20 left")
    for _ in 0..<3 { clock.finishStep(now: 200) }
    #expect(clock.remaining(now: 200) == 0)
    #expect(clock.text(now: 200) == "run: 1:40 gone")
    let single = SweepClock(RunPlan(steps: steps, order: [0]), now: 0)
    #expect(single.text(now: 1) == nil)
  }

  @Test("the environment is told")
  func environment() throws {
    let folder = try Folder()
    let found = RunEnvironment.capture(dataDirectory: folder.path, gitRevision: "abc")
    #expect(found.cLibrary?.hasPrefix("glibc ") == true)
    #expect(found.fileSystem?.isEmpty == false)
    #expect(found.mountOptions?.contains("rw") == true)
    #expect(try #require(found.availableMemoryBytes) > 0)
    #expect(try #require(found.freeDiskBytes) > 0)
    #expect(found.isVirtualMachine != nil)
    if let share = StolenTime().share() { #expect((0...1).contains(share)) }
  }

  @Test("the revision is that of the checkout a binary lies in, never of where it was called")
  func revision() throws {
    let root = try #require(RunEnvironment.checkout(ofBinary: weirBinary))
    #expect(FileManager.default.fileExists(atPath: root + "/Sources/LoadRunner"))
    #expect(RunEnvironment.revision(ofBinary: "/usr/bin/env") == nil)
    let folder = try Folder()
    let build = folder.path + "/.build/debug"
    try FileManager.default.createDirectory(atPath: build, withIntermediateDirectories: true)
    try "".write(toFile: build + "/weir", atomically: true, encoding: .utf8)
    #expect(RunEnvironment.checkout(ofBinary: build + "/weir") == nil)
    let manifest = folder.path + "/Package.swift"
    try "Package(name: \"other\")".write(toFile: manifest, atomically: true, encoding: .utf8)
    #expect(RunEnvironment.checkout(ofBinary: build + "/weir") == nil)
    try "Package(\n  name: \"weir\")".write(toFile: manifest, atomically: true, encoding: .utf8)
    #expect(RunEnvironment.checkout(ofBinary: build + "/weir")?.hasSuffix(folder.path) == true)
    #expect(RunEnvironment.revision(ofBinary: build + "/weir") == nil, "it is under no git")
  }

  @Test("a sample of the series lasts a twentieth of the load, 100 ms to 1 s")
  func interval() throws {
    let folder = try Folder()
    func usual(_ flags: [String: String]) throws -> Int64? {
      try scenario(flags, in: folder).cases().first?.workload.usualIntervalMs
    }
    #expect(try usual(["duration": "500ms"]) == 100)
    #expect(try usual(["duration": "5s"]) == 250)
    #expect(try usual(["duration": "1h"]) == 1000)
    #expect(try usual(["records": "5000", "rate": "1000"]) == 250)
    #expect(try usual(["records": "1000"]) == 100)
    let outcome = try bench(["duration": "1s", "consumers": "0", "rate": "1000"], in: folder)
    #expect(outcome.result.cases.first?.repetitions.first?.intervals.count == 10)
  }

  @Test("the broker's version is told: ours by name, another's by what its cluster agreed on")
  func brokerVersion() throws {
    #expect(ClusterVersion.text(27) == "metadata.version 27, that of Kafka 4.1")
    #expect(ClusterVersion.text(15) == "metadata.version 15, that of Kafka 3.7")
    #expect(ClusterVersion.text(99) == "metadata.version 99, newer than Kafka 4.1's")
    let folder = try Folder()
    let ours = try bench(["records": "10", "consumers": "0"], in: folder)
    #expect(ours.result.target.version == "Weir test")
    let target = try BenchTarget.start(
      RunSettings(), executable: weirBinary, dataDirectory: folder.path + "/data")
    defer { target.stop() }
    let told = try AdminSession(bootstrap: target.bootstrap).clusterVersion()
    #expect(told?.hasPrefix("metadata.version ") == true, "\(told ?? "")")
  }

  @Test("min.insync.replicas of the topics is told: the broker's, unless the topic has its own")
  func minInsyncReplicas() throws {
    let folder = try Folder()
    func told(_ flags: [String: String]) throws -> Int? {
      let usual = ["records": "10", "consumers": "0", "acks": "1"]
      return try bench(usual.merging(flags) { $1 }, in: folder).result.target.minInsyncReplicas
    }
    #expect(try told([:]) == 1)
    let two = ["broker-property": "min.insync.replicas=2"]
    #expect(try told(two) == 2)
    #expect(try told(two.merging(["topic-config": "min.insync.replicas=1"]) { $1 }) == 1)
  }

  @Test("a short run, and consumers without a partition, are warned of")
  func warnings() throws {
    let folder = try Folder()
    let outcome = try bench(["records": "200", "consumers": "3"], in: folder)
    #expect(outcome.error == nil)
    let warnings = outcome.result.allWarnings
    #expect(warnings.contains(.idleConsumers(caseIndex: 0, consumers: 3, partitions: 1)))
    #expect(outcome.result.environment.stolenShare != nil)
    let seconds = outcome.result.cases[0].repetitions[0].durationS
    #expect(
      warnings.contains(.shortMeasurement(caseIndex: 0, seconds: seconds)) == (seconds < 0.5))
  }
}
