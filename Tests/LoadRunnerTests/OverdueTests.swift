import Foundation
import Glibc
import LoadModel
import Testing

@testable import LoadRunner

extension Running {
  /// What an open loop does with records that were due and could not be offered in time.
  @Suite("records that are overdue at the end")
  struct OverdueTests {
    @Test("a broker that stands still across the end is not spared the records that waited")
    func stall() throws {
      let folder = try Folder()
      let broker = try clusterBroker(in: folder.path + "/data")
      let pid = broker.pid
      afterLoad(in: folder.path, seconds: 3.2) {
        kill(pid, SIGSTOP)
        usleep(1_500_000)
        kill(pid, SIGCONT)
      }
      // The producer's buffer holds a sixteenth of a second.
      let outcome = try bench(
        [
          "bootstrap": broker.bootstrap, "duration": "4s", "rate": "4000", "consumers": "1",
          "record-size": "1000", "linger-ms": "0", "batch-size": "16KiB",
          "buffer-memory": "256KiB",
        ], in: folder)
      #expect(outcome.error == nil)
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      #expect(result.produceLatency?.count == 16_000)
      #expect(result.scheduleLag?.count == 16_000)
      #expect(result.endToEndLatency?.count == 16_000)
      #expect(result.unsentRecords == 0)
      #expect(result.verification?.lost == 0)
    }

    @Test("a rate that nobody takes comes to an end, and what was never offered is told")
    func overload() throws {
      let folder = try Folder()
      let outcome = try bench(
        ["duration": "500ms", "rate": "1G", "record-size": "100", "consumers": "0"], in: folder)
      #expect(outcome.error == nil)
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      let unsent = try #require(result.unsentRecords)
      let sent = try #require(result.scheduleLag?.count)
      #expect(unsent > 0)
      #expect(unsent + sent == 500_000_000)
      #expect(outcome.result.allWarnings.contains(.unsentRecords(caseIndex: 0, count: unsent)))
    }
  }
}
