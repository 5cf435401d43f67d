import Foundation
import Glibc
import LoadModel
import Testing

@testable import LoadRunner

/// Does something on a thread of its own, some time after a topic of a load has got data.
///
/// - Parameter bytesPerS: What an open loop is to write. It is waited for until it does, so that
///   nothing is left to be caught up on after a pause of the machine.
func afterLoad(
  in folder: String, seconds: Double, bytesPerS: Double? = nil,
  _ act: @escaping @Sendable () -> Void
) {
  let thread = Thread {
    guard eventually({ hasLoad(in: folder) }) else { return }
    usleep(useconds_t(seconds * 1e6))
    if let bytesPerS { awaitPace(of: bytesPerS, in: folder) }
    act()
  }
  thread.start()
}

/// Waits, not for ever, until a load writes so many bytes a second three times in a row.
private func awaitPace(of bytesPerS: Double, in folder: String) {
  let end = Date(timeIntervalSinceNow: 20)
  var steady = 0
  while steady < 3, Date() < end {
    let (before, began) = (loadBytes(in: folder), Date())
    usleep(200_000)
    let written = Double(loadBytes(in: folder) - before)
    let share = written / Date().timeIntervalSince(began) / bytesPerS
    steady = abs(share - 1) < 0.2 ? steady + 1 : 0
  }
}

extension Running {
  @Suite("a target that is lost while it is measured")
  struct LostTargetTests {
    @Test(
      "an external broker that is killed: the rate is that of the time before, and it is said",
      arguments: ["0", "1"])
    func killed(consumers: String) throws {
      let folder = try Folder()
      let broker = try clusterBroker(in: folder.path + "/data")
      let pid = broker.pid
      afterLoad(in: folder.path, seconds: 1, bytesPerS: 2e6) { kill(pid, SIGKILL) }
      let outcome = try bench(
        [
          "bootstrap": broker.bootstrap, "duration": "60s", "rate": "2000", "consumers": consumers,
          "record-size": "1000", "linger-ms": "5", "interval": "100ms",
        ], in: folder)
      let error = try #require(outcome.error)
      #expect(error.exitCode == 1)
      #expect(error.description.hasPrefix("\(broker.bootstrap) refuses connections"))
      #expect(error.description.contains("s after measuring began"))
      #expect(outcome.result.isPartial)
      let result = try #require(outcome.result.cases.first?.repetitions.first)
      #expect(result.isPartial)
      #expect(result.plannedDurationS == 60)
      #expect(result.durationS > 1 && result.durationS < 40)
      let rate = try #require(result.produced?.recordsPerS(over: result.durationS))
      #expect(abs(rate - 2000) < 300, "\(rate) records/s of 2000")
      if consumers == "1" {
        let read = try #require(result.consumed?.recordsPerS(over: result.durationS))
        #expect(abs(read - 2000) < 400, "\(read) records/s of 2000")
      }
      // The generator's own time is that of the same seconds.
      #expect(result.generatorBusyShare ?? 0 < 1)
      #expect(result.errors.allSatisfy { $0.name != "CLOSED" }, "\(result.errors)")
    }

    @Test("a broker that went between two measurements is missed at once")
    func goneBetween() throws {
      let folder = try Folder()
      let broker = try clusterBroker(in: folder.path + "/data")
      let address = try BenchTarget.address(broker.bootstrap)
      #expect(Reachability.refusal(of: [address]) == nil)
      var settings = RunSettings()
      settings.target = .cluster(bootstrap: [broker.bootstrap])
      let target = try BenchTarget.start(settings, executable: weirBinary, dataDirectory: "")
      try target.refuseWhereGone()
      broker.discard()
      // Each time it has a second to refuse; a machine that stalls may take that.
      var found: RunError?
      let began = Date()
      let isMissed = eventually {
        do throws(RunError) { try target.refuseWhereGone() } catch { found = error }
        return found != nil
      }
      #expect(isMissed)
      #expect(found?.description.hasPrefix("\(broker.bootstrap) refuses connections") == true)
      #expect(Date().timeIntervalSince(began) < 15, "sooner than a load is given up")
    }
  }
}
