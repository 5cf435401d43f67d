import EventLoop
import Glibc
import LoadModel

extension SuiteBench {
  /// How long a killed broker may take until it serves again.
  private static let comeBackSeconds = 90.0

  /// Waits until every broker that the cluster had is there again.
  ///
  /// - Throws: `.target` where one does not come back.
  func awaitNodes(_ nodes: Set<Int32>, _ admin: AdminSession) throws(RunError) {
    let began = EventLoop.currentTime.nanoseconds
    while !Interrupt.requested {
      let alive = (try? admin.describeCluster().nodes.map(\.id)) ?? []
      let missing = nodes.subtracting(alive).sorted()
      if missing.isEmpty, nodeLosses.away == 0 { return }
      let seconds = Double(EventLoop.currentTime.nanoseconds - began) / 1e9
      // A connection that only this program lost is no reason to wait.
      if missing.isEmpty, seconds > 10 { return }
      guard seconds < Self.comeBackSeconds else {
        let names = missing.map { "node \($0)" }.joined(separator: ", ")
        throw .target(
          "\(names) did not come back within \(Int(Self.comeBackSeconds)) s of its restart;"
            + " what was measured until then is kept")
      }
      show("waiting for \(missing.map { "node \($0)" }.joined(separator: ", "))")
      usleep(100_000)
    }
  }
}
