import Foundation
import Glibc
import KafkaClient
import LoadModel
import Reports
import Synchronization
import Testing
import Transport

@testable import LoadRunner

extension Running {
  @Suite("loads that do not go well")
  struct FailureTests {
    /// Runs `body` on a thread of its own while a run goes on.
    private func alongside(_ body: @escaping @Sendable () -> Void) { Thread(block: body).start() }

    /// The children of this process that are brokers keeping their log in `folder`.
    static func brokers(in folder: String) -> [Int32] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return names.compactMap { Int32($0) }.filter { pid in
        guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
          return false
        }
        let words = String(decoding: data, as: UTF8.self)
        return words.contains("\u{0}broker\u{0}") && words.contains(folder)
      }
    }

    /// The broker that a thread beside the run has killed.
    private final class Killed: Sendable { let pid = Atomic<Int32>(0) }

    @Test("a broker that dies ends the run at once, with what was measured until then")
    func brokerDies() throws {
      let folder = try Folder()
      let path = folder.path
      let killed = Killed()
      alongside {
        guard awaitLoad(in: path), let pid = Self.brokers(in: path).first else { return }
        killed.pid.store(pid, ordering: .relaxed)
        kill(pid, SIGKILL)
      }
      let outcome = try bench(
        [
          "broker": "process", "duration": "60s", "record-size": "200", "partitions": "2",
          "interval": "100ms",
        ], in: folder)
      #expect(
        outcome.error?.description
          == "the broker was ended by signal 9 while it was measured")
      #expect(outcome.error?.exitCode == 1)
      #expect(outcome.result.isPartial)
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      #expect(result.isPartial)
      #expect(result.failure != nil)
      #expect(result.produced?.records ?? 0 > 0)
      #expect(result.durationS > 0.2 && result.durationS < 50, "it was to last 60 s")
      let found = try #require(result.verification)
      #expect(found.acked > 0)
      #expect(found.lost == 0, "unread because it died: not verified, not lost")
      // Records may have been read whose acknowledgements died with the broker.
      #expect(found.unverified >= max(0, found.acked - found.received))
      #expect(found.unverified <= found.acked)
      #expect(Self.brokers(in: path).isEmpty)
      // It is no zombie of ours either.
      let pid = killed.pid.load(ordering: .relaxed)
      #expect(waitpid(pid, nil, WNOHANG) == -1)
      let directory = folder.path + "/report"
      try Reports.write(outcome.result, to: directory)
      let csv = try String(contentsOfFile: directory + "/results.csv", encoding: .utf8)
      let rows = csv.split(whereSeparator: \.isNewline).map { Self.fields($0) }
      try #require(rows.count == 2 && rows[0].count == rows[1].count)
      let place = try #require(rows[0].firstIndex(of: "partial"))
      #expect(rows[1][place] == "true")
    }

    /// A row's fields; a comma between quotes parts nothing.
    private static func fields(_ row: Substring) -> [String] {
      let parts = row.split(separator: "\"", omittingEmptySubsequences: false)
      let marked = parts.enumerated().map { index, part in
        String(index % 2 == 0 ? part.replacing(",", with: "\u{1F}") : part)
      }
      return marked.joined().split(separator: "\u{1F}", omittingEmptySubsequences: false)
        .map(String.init)
    }

    @Test("a cluster that cannot be reached: said in time, nothing left behind")
    func unreachable() throws {
      let folder = try Folder()
      let began = Date()
      let outcome = try bench(["bootstrap": "127.0.0.1:1"], in: folder)
      #expect(Date().timeIntervalSince(began) < 60)
      let error = try #require(outcome.error)
      #expect(error.exitCode == 1)
      #expect(error.description.contains("127.0.0.1:1"))
      #expect(error.description.contains("no broker answered"))
      #expect(outcome.result.cases.allSatisfy { $0.repetitions.isEmpty })
      #expect(folder.entries.isEmpty)
    }

    @Test("an output directory that cannot be written is told before anything is measured")
    func unwritableOutput() throws {
      let folder = try Folder()
      try "a file".write(toFile: folder.path + "/file", atomically: true, encoding: .utf8)
      for target in [["broker": "embedded"], ["bootstrap": "127.0.0.1:1"]] {
        let outcome = try bench(
          target.merging(["output": folder.path + "/file/reports"]) { $1 }, in: folder)
        let error = try #require(outcome.error)
        #expect(error.exitCode == 2)
        #expect(error.description.hasPrefix("--output \(folder.path)/file/reports: "))
        #expect(error.description.contains("Not a directory"))
        #expect(outcome.result.cases.allSatisfy { $0.repetitions.isEmpty })
      }
      let data = try bench(["data-dir": folder.path + "/file/data"], in: folder)
      #expect(data.error?.exitCode == 2)
      #expect(folder.entries == ["file"])
    }

    @Test("two runs of one second get directories of their own")
    func sameSecond() throws {
      let folder = try Folder()
      let names = try (0..<3).map { _ in
        try bench(["records": "1", "consumers": "0"], in: folder).result.runId
      }
      #expect(Set(names).count == 3)
      #expect(folder.entries == names.sorted())
    }

    @Test("a topic that is not there is told, and nothing is written")
    func missingTopic() throws {
      let folder = try Folder()
      let outcome = try bench(["topic": "nowhere"], in: folder)
      let error = try #require(outcome.error)
      #expect(error.exitCode == 1)
      #expect(error.description.contains("nowhere"))
      #expect(error.description.contains("UNKNOWN_TOPIC_OR_PARTITION"))
      #expect(folder.entries.isEmpty)
    }

    @Test("a data directory that another broker holds is refused by name")
    func lockedData() throws {
      let (folder, other) = (try Folder(), try Folder())
      let held = try BenchTarget.start(
        RunSettings(), executable: weirBinary, dataDirectory: folder.path + "/data")
      for broker in ["embedded", "process"] {
        let outcome = try bench(
          ["broker": broker, "data-dir": folder.path + "/data"], in: other)
        #expect(outcome.error?.exitCode == 2)
        #expect(
          outcome.error?.description.contains("another broker keeps its log there") == true)
        #expect(outcome.result.cases.allSatisfy { $0.repetitions.isEmpty })
        #expect(other.entries.isEmpty)
      }
      held.stop()
    }

    @Test("client and broker properties are refused with what is allowed, before any load")
    func badProperties() throws {
      let folder = try Folder()
      for (flags, word) in [
        (["producer-property": "linger.ms=soon"], "linger.ms"),
        (["consumer-property": "fetch.min.bytes=-1"], "fetch.min.bytes"),
        (["producer-property": "no.such=1"], "no.such"),
        (["broker-property": "num.partitions=many"], "num.partitions"),
      ] {
        let outcome = try bench(flags, in: folder)
        #expect(outcome.error?.exitCode == 2, "\(flags)")
        #expect(outcome.error?.description.contains(word) == true, "\(flags)")
      }
      #expect(folder.entries.isEmpty)
    }

    @Test("a run of which no record was accepted has failed")
    func nothingAccepted() throws {
      let outcome = try bench(
        ["records": "100", "producer-property": "max.request.size=100"], in: try Folder())
      #expect(outcome.error?.exitCode == 1)
      #expect(outcome.error?.description.contains("RECORD_TOO_LARGE") == true)
    }

    @Test("an existing topic is used as it is, read from where the run begins, and stays")
    func existingTopic() throws {
      let folder = try Folder()
      let data = folder.path + "/data"
      let settings = RunSettings()
      let target = try BenchTarget.start(settings, executable: weirBinary, dataDirectory: data)
      defer { target.stop() }
      let admin = try AdminSession(bootstrap: target.bootstrap)
      let configs = ["retention.bytes": "50000000", "segment.bytes": "2000000"]
      try admin.createTopic(NewTopic(name: "kept", partitions: 3, configs: configs))
      let flags = [
        "bootstrap": target.bootstrap.map(\.description).joined(separator: ","),
        "topic": "kept", "records": "3000",
      ]
      for _ in 0..<2 {
        let outcome = try bench(flags, in: folder)
        #expect(outcome.error == nil)
        let entry = try #require(outcome.result.cases.first)
        #expect(entry.workload.partitions == 3)
        let settings = outcome.result.configuration.entries
        for (name, value) in [
          ("partitions", "3"), ("replication-factor", "1"), ("retention-bytes", "150000000"),
          ("segment-bytes", "2000000"),
        ] {
          #expect(settings.first { $0.name == name }?.values == [value], "\(name)")
        }
        let result = try #require(entry.repetitions.first)
        #expect(result.verification?.received == 3000)
        #expect(result.verification?.foreign == 0)
        #expect(result.consumed?.records == 3000)
        #expect(result.broker == nil, "a cluster that is not ours tells no CPU")
        #expect(result.intervals.allSatisfy { $0.startS > -1 })
      }
      let ends = try admin.offsets(.latest, of: "kept", partitions: 3)
      #expect(ends.values.reduce(0, +) == 6000)
    }
  }
}

/// Bytes in the logs of loads, of a broker in `folder`.
func loadBytes(in folder: String) -> Int64 {
  guard let walk = FileManager.default.enumerator(atPath: folder) else { return 0 }
  var bytes: Int64 = 0
  while let name = walk.nextObject() as? String {
    guard name.hasSuffix(".log"), name.contains("weir-") else { continue }
    let size = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.size]
    if let size = size as? UInt64 { bytes += Int64(clamping: size) }
  }
  return bytes
}

/// The partitions of a load, of a broker in `folder`, have logs with records in them.
func hasLoad(in folder: String) -> Bool { loadBytes(in: folder) > 100_000 }

/// Waits until a closed loop has gone on for half a second, and for more bytes after that than are
/// under way at once: so long at least it was acknowledged.
///
/// - Returns: Whether it has.
func awaitLoad(in folder: String) -> Bool {
  guard eventually({ hasLoad(in: folder) }) else { return false }
  usleep(500_000)
  let before = loadBytes(in: folder)
  return eventually { loadBytes(in: folder) > before + 1_048_576 }
}
