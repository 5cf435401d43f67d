import Foundation
import Glibc
import Testing

extension Interop {
  /// `weir baseline`, `check` and `compare` as somebody types them, with every exit code.
  @Suite("weir check")
  struct CheckCommandTests {
    private let folder: URL

    init() throws { folder = try temporaryFolder("check") }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    /// A load short enough for a test.
    private static let brief = words(
      "--records 8000 --warmup 0s --record-size 512 --retention-bytes 64MiB"
        + " --segment-bytes 4MiB --seed 7")

    private func weir(_ line: String, within seconds: Double = 900) throws -> ChildProcess.Output {
      try ChildProcess([Tools.weir] + words(line)).finish(within: seconds)
    }

    private func check(_ line: String, isBrief: Bool = true) throws -> ChildProcess.Output {
      let load = isBrief ? Self.brief : []
      return try ChildProcess(
        [Tools.weir, "check", "--output", path("results")] + load + words(line)
      ).finish(within: 900)
    }

    private func remove() { try? FileManager.default.removeItem(at: folder) }

    /// The files of results, by their ends.
    private func results(_ end: String) -> [String] {
      let files = FileManager.default.enumerator(atPath: path("results"))
      return (files?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(end) }.sorted()
    }

    private func junitOutcomes(_ file: String) throws -> [String] {
      let schema = Tools.scripts.appending(path: "junit.xsd").path
      let script = Tools.scripts.appending(path: "check_junit.py").path
      let output = try ChildProcess([Tools.python, script, schema, file]).finish()
      #expect(output.code == 0, "\(output.all)")
      return output.lines
    }

    private static let hasSchema = Tools.pythonHas("xmlschema")

    @Test("the same on both sides passes, with a summary, a table and lanes to look at")
    func pass() throws {
      defer { remove() }
      // Ten rounds are enough; a figure that is unknown of one is not to spoil it.
      let output = try check(
        "--against self --repetitions 12 --tolerance 95% --junit \(path("j.xml"))"
          + " --summary \(path("s.md"))")
      #expect(output.code == 0, "\(output.all)")
      #expect(output.standardOutput.contains("Broker user CPU, s/M records"))
      #expect(output.standardOutput.contains("\nPASS: "))
      let summary = try String(contentsOfFile: path("s.md"), encoding: .utf8)
      #expect(summary.hasPrefix("## weir check: PASS"))
      #expect(summary.contains("| Broker CPU in all, s/M records"))
      for name in ["verdict.json", "verdict.md"] { #expect(results(name).count == 1) }
      #expect(results("run.json").count == 3)
      #expect(results(".data").isEmpty)
      if Self.hasSchema {
        let outcomes = try junitOutcomes(path("j.xml"))
        #expect(outcomes.count >= 6 && outcomes.allSatisfy { $0 == "ok" })
      } else {
        print("skipped: JUnit by its schema; there is no xmlschema")
      }
    }

    @Test("a broker slowed down on purpose is a regression")
    func regression() throws {
      defer { remove() }
      // Many times slower, beyond a tolerance that no mood of the machine reaches: where the
      // control lane moves by more than that, nothing that is timed may be a regression.
      let output = try check(
        "--against self --repetitions 12 --candidate-property weir.test.request.busy.percent=900"
          + " --tolerance 50% --junit \(path("j.xml")) --summary \(path("s.md"))")
      #expect(output.code == 4, "\(output.all)")
      #expect(output.standardOutput.contains("\nREGRESSION: worse: "))
      #expect(output.standardOutput.contains("weir.test.request.busy.percent=900"))
      #expect(output.standardOutput.contains("beyond the tolerance and the noise floor"))
      let summary = try String(contentsOfFile: path("s.md"), encoding: .utf8)
      #expect(summary.contains("**REGRESSION**"))
      if Self.hasSchema { #expect(try junitOutcomes(path("j.xml")).contains("failure")) }
    }

    @Test("too few rounds are inconclusive")
    func inconclusive() throws {
      defer { remove() }
      let output = try check("--against self --repetitions 1 --junit \(path("j.xml"))")
      #expect(output.code == 3, "\(output.all)")
      #expect(output.standardOutput.contains("\nINCONCLUSIVE: "))
      #expect(output.standardError.contains("weir: too few rounds: 1 cannot show"))
      if Self.hasSchema { #expect(try junitOutcomes(path("j.xml")).contains("skipped")) }
    }

    @Test("what cannot be measured ends with 1 and says so in every file")
    func unreachable() throws {
      defer { remove() }
      let output = try check(
        "--against-bootstrap 127.0.0.1:1 --repetitions 2 --junit \(path("j.xml"))"
          + " --summary \(path("s.md"))")
      #expect(output.code == 1, "\(output.all)")
      #expect(output.standardError.contains("could not measure: reference-1"))
      #expect(results("verdict.json").isEmpty)
      let summary = try String(contentsOfFile: path("s.md"), encoding: .utf8)
      #expect(summary.hasPrefix("## weir check: could not measure"))
      if Self.hasSchema { #expect(try junitOutcomes(path("j.xml")) == ["error"]) }
    }

    @Test("what is not understood ends with 2, before anything runs")
    func usage() throws {
      defer { remove() }
      try Data("#!/bin/sh\necho something else\n".utf8).write(to: folder.appending(path: "other"))
      _ = unsafe chmod(path("other"), 0o755)
      for (line, message) in [
        ("", "check needs one of --baseline FILE"),
        ("--against self --baseline x.json", "check needs one of"),
        ("--against \(path("absent"))", "no program that can be run"),
        ("--against \(path("other"))", "is not weir"),
        ("--against self --tolerance 5x", "a percentage from 0.1% to 95%"),
        ("--against self --tolerance speed=5%", "one of the figures records_per_s"),
        ("--against self --junit \(path("no/such/j.xml"))", "no such directory"),
        ("--against self --bootstrap localhost:9092", "compare clusters"),
        ("--against self --topic mine", "has no option --topic"),
        ("--baseline \(path("absent.json"))", "no such file"),
      ] {
        let output = try check(line)
        #expect(output.code == 2, "\(line): \(output.all)")
        #expect(output.standardError.contains(message), "\(line): \(output.all)")
      }
      #expect(results("run.json").isEmpty)
    }

    @Test("a baseline is stored, checked, and refused where it is of something else")
    func baseline() throws {
      defer { remove() }
      let file = path("base.json")
      let stored = try ChildProcess(
        [Tools.weir, "baseline", "--output", path("results"), "--save", file, "--repetitions", "5"]
          + Self.brief
      ).finish(within: 900)
      #expect(stored.code == 0, "\(stored.all)")
      #expect(stored.standardOutput == "\(file)\n")
      let few = try weir("baseline --save \(path("few.json")) --repetitions 2")
      #expect(few.code == 2 && few.standardError.contains("at least 3"), "\(few.all)")
      let same = try check("--baseline \(file) --tolerance 95%", isBrief: false)
      #expect(same.code == 0 || same.code == 3, "\(same.all)")
      #expect(same.standardOutput.contains("the baseline of "))

      let text = try String(contentsOfFile: file, encoding: .utf8)
      func altered(_ name: String, _ from: String, _ to: String) throws -> String {
        #expect(text.contains(from))
        try text.replacing(from, with: to).write(
          toFile: path(name), atomically: true, encoding: .utf8)
        return path(name)
      }
      // A lane that holds nothing tells nothing of noise.
      var object = try #require(
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      var lanes = try #require(object["lanes"] as? [[[String: Any]]])
      lanes[1][0]["repetitions"] = [Any]()
      object["lanes"] = lanes
      try JSONSerialization.data(withJSONObject: object).write(
        to: folder.appending(path: "lane.json"))
      try String(text.prefix(text.count / 2)).write(
        toFile: path("half.json"), atomically: true, encoding: .utf8)
      let next = try altered("next.json", "\"schemaVersion\" : 1", "\"schemaVersion\" : 9")
      for (line, message) in [
        ("--baseline \(file) --record-size 100", "is of another workload: record-size is 100"),
        ("batching --baseline \(file)", "is of another workload"),
        ("--baseline \(path("half.json"))", "it is not whole JSON"),
        ("--baseline \(path("lane.json"))", "a lane has 0 repetitions"),
        ("--baseline \(next)", "has schema version 9; this Weir knows version 1"),
        (
          "--baseline \(try altered("foreign.json", "weir-baseline", "other"))",
          "its format is not weir-baseline"
        ),
        ("--baseline \(path("results/\(results("run.json")[0])"))", "it is a run"),
      ] {
        let output = try check(line, isBrief: false)
        #expect(output.code == 2, "\(line): \(output.all)")
        #expect(output.standardError.contains(message), "\(line): \(output.all)")
      }
      // Of another machine, a slow broker is inconclusive at most. In so short a run, counts a
      // record depend on what the edges of the window cut off: by some percent.
      let other = try altered("other.json", "\"kernel\" : \"", "\"kernel\" : \"not-")
      let slow = try check(
        "--baseline \(other) --tolerance 95%"
          + " --candidate-property weir.test.request.busy.percent=900",
        isBrief: false)
      #expect(slow.code == 3, "\(slow.all)")
      #expect(slow.standardOutput.contains("another machine (kernel "))
    }

    @Test("runs become baselines, and any number of results stand side by side")
    func compare() throws {
      defer { remove() }
      for _ in 0..<2 {
        let run = try weir(
          "bench --output \(path("results")) --repetitions 6 --records 2000 --warmup 0s")
        #expect(run.code == 0, "\(run.all)")
      }
      let runs = results("run.json").map { path("results/\($0)") }
      try #require(runs.count == 2)
      let directory = URL(filePath: runs[0]).deletingLastPathComponent().path
      let stored = try weir("baseline \(directory) --save \(path("b.json"))")
      #expect(stored.code == 0, "\(stored.all)")
      let short = try weir(
        "bench --output \(path("short")) --repetitions 3 --records 2000 --warmup 0s")
      let report = try #require(short.lines.first)
      let refused = try weir(
        "baseline \(URL(filePath: report).deletingLastPathComponent().path) --save \(path("no"))")
      #expect(refused.code == 2, "\(refused.all)")
      #expect(refused.standardError.contains("a baseline takes at least 6"), "\(refused.all)")
      #expect(!FileManager.default.fileExists(atPath: path("no")))
      let inputs = "\(path("b.json")) \(runs[0]) \(directory) \(runs[1])"
      for (format, sign) in [
        ("text", "Throughput, records/s"), ("markdown", "| Throughput, records/s"),
        ("csv", "case,metric,result,median"), ("json", "\"metric\" : \"records_per_s\""),
      ] {
        let output = try weir("compare \(inputs) --format \(format)")
        #expect(output.code == 0 && output.standardOutput.contains(sign), "\(output.all)")
      }
      try Data("{}".utf8).write(to: folder.appending(path: "empty.json"))
      for (line, code) in [
        ("compare \(runs[0])", 2), ("compare \(runs[0]) \(path("absent"))", 1),
        ("compare \(runs[0]) \(path("empty.json"))", 1), ("baseline \(path("empty.json"))", 2),
      ] {
        let output = try weir(line)
        #expect(output.code == Int32(code), "\(line): \(output.all)")
      }
    }

    @Test("a broker that dies in mid-check, and Ctrl-C, keep what was measured")
    func endedEarly() throws {
      defer { remove() }
      for isInterrupt in [false, true] {
        let words = [
          Tools.weir, "check", "--output", path("results"), "--against", "self",
          "--repetitions", "50", "--junit", path("j.xml"),
        ]
        let child = try ChildProcess(words + Self.brief)
        awaitFirstRound(child)
        if isInterrupt {
          child.kill(SIGINT)
        } else {
          let end = Date(timeIntervalSinceNow: ChildProcess.patience)
          while child.isRunning, Date() < end {
            for broker in children(of: child.processIdentifier) { Glibc.kill(broker, SIGKILL) }
            usleep(50_000)
          }
        }
        let output = try child.finish()
        #expect(output.code == (isInterrupt ? 130 : 1), "\(output.all)")
        #expect(output.standardError.contains("could not measure"), "\(output.all)")
        #expect(results("verdict.json").isEmpty)
        let runs = results("run.json")
        #expect(runs.count >= 2)
        for run in runs {
          let text = try String(contentsOfFile: path("results/\(run)"), encoding: .utf8)
          #expect(text.contains("\"isPartial\" : true"))
        }
        if Self.hasSchema { #expect(try junitOutcomes(path("j.xml")) == ["error"]) }
        try? FileManager.default.removeItem(atPath: path("results"))
      }
    }

    @Test("a check that is killed, or whose end nobody waits for, leaves the rounds it had")
    func endedAtOnce() throws {
      defer { remove() }
      for signals in [[SIGINT, SIGINT], [SIGKILL]] {
        let child = try ChildProcess(
          [
            Tools.weir, "check", "--output", path("results"), "--against", "self",
            "--repetitions", "50",
          ] + Self.brief)
        child.wait { results("run.json").count >= 3 }
        for signal in signals.dropLast() {
          Glibc.kill(child.processIdentifier, signal)
          usleep(20_000)
        }
        child.kill(signals[signals.count - 1])
        #expect(child.exitCode == (signals.count == 2 ? 130 : SIGKILL), "\(child.standardError)")
        let runs = results("run.json")
        #expect(runs.count == 3)
        for run in runs {
          let text = try String(contentsOfFile: path("results/\(run)"), encoding: .utf8)
          #expect(text.contains("\"isPartial\" : true"))
          #expect(text.contains("\"repetition\" : 1"))
          if signals == [SIGKILL] { #expect(text.contains("did not come to its end")) }
        }
        if signals.count == 2 {
          // Its brokers hear of its end a moment later.
          let end = Date(timeIntervalSinceNow: ChildProcess.patience)
          func hasData() -> Bool { results("").contains { $0.hasPrefix(".data-") } }
          while hasData(), Date() < end { usleep(5_000) }
          #expect(!hasData())
        }
        try? FileManager.default.removeItem(atPath: path("results"))
      }
    }

    @Test("what lies in a data directory that somebody names is not ours to remove")
    func dataDirectory() throws {
      defer { remove() }
      let data = folder.appending(path: "data")
      let kept = ["candidate/mine.txt", "reference-1/mine.txt", "reference-2/mine.txt", "own.txt"]
      for name in kept {
        let file = data.appending(path: name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: file)
      }
      func expectUntouched(_ after: String) throws {
        let names = try FileManager.default.subpathsOfDirectory(atPath: data.path)
        let files = names.filter { !["candidate", "reference-1", "reference-2"].contains($0) }
        #expect(files.sorted() == kept.sorted(), "after \(after)")
      }
      let place = "--data-dir \(data.path) --against self"
      let output = try check("\(place) --repetitions 3 --tolerance 95%")
      #expect(output.code == 0 || output.code == 3, "\(output.all)")
      try expectUntouched("a verdict")
      #expect(
        try check("\(place) --candidate-property num.network.threads=x").code != 0)
      try expectUntouched("an error")
      let child = try ChildProcess(
        [Tools.weir, "check", "--output", path("results"), "--repetitions", "50"] + words(place)
          + Self.brief)
      awaitFirstRound(child)
      child.kill(SIGINT)
      #expect(try child.finish().code == 130)
      try expectUntouched("Ctrl-C")
      // A directory that was not there before is gone again.
      let absent = path("absent")
      _ = try check("--data-dir \(absent) --against self --repetitions 1")
      #expect(!FileManager.default.fileExists(atPath: absent))
    }

    /// Waits until the first of 50 rounds of three lanes was measured.
    private func awaitFirstRound(_ child: ChildProcess) {
      child.wait { child.standardError.contains("[3/150]") }
    }

    private func children(of parent: Int32) -> [Int32] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return names.compactMap { Int32($0) }.filter { pid in
        let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") ?? Data()
        let fields = String(decoding: data, as: UTF8.self).split(separator: ")").last?
          .split(separator: " ")
        return fields.flatMap { $0.count > 1 ? Int32($0[1]) : nil } == parent
      }
    }
  }
}
