import Foundation
import LoadModel
import Synchronization
import Testing

@testable import LoadRunner

extension Running {
  @Suite("what a run takes of the disk")
  struct ForecastTests {
    @Test(
      "never more than was forecast",
      arguments: [
        ["records": "60000", "retention-bytes": "4MiB", "segment-bytes": "1MiB"],
        [
          "records": "60000", "retention-bytes": "16MiB", "segment-bytes": "2MiB",
          "partitions": "7",
        ],
        ["records": "40000", "record-size": "100", "retention-bytes": "unlimited"],
        ["records": "300", "record-size": "1", "rate": "1000", "linger-ms": "0"],
        ["records": "20000", "compression": "zstd", "acks": "1,all", "repetitions": "2"],
      ])
    func bound(flags: [String: String]) throws {
      let folder = try Folder()
      let plan = try scenario(flags, in: folder)
      let forecast = try #require(plan.plan().likelyDiskBytes)
      let peakUse = PeakUse(folder.path)
      let outcome = try bench(flags, in: folder)
      #expect(outcome.error == nil)
      let peak = peakUse.end()
      #expect(peak > 0 && peak <= forecast, "\(peak) of \(forecast)")
    }
  }
}

/// The most bytes that lay in a directory, looked at all the time.
private final class PeakUse: Sendable {
  private let state = Mutex((isOver: false, most: Int64(0)))

  init(_ path: String) {
    let watch = Thread { [self] in
      while !state.withLock({ $0.isOver }) {
        let used = DiskRoom.usedBytes(in: path)
        state.withLock { $0.most = max($0.most, used) }
        Thread.sleep(forTimeInterval: 0.005)
      }
    }
    watch.start()
  }

  func end() -> Int64 {
    state.withLock { state in
      state.isOver = true
      return state.most
    }
  }
}
