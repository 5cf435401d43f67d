import EventLoop
import Glibc
import Transport

/// Which nodes a kill or a pause hit, as the nodes themselves show: a control command may report
/// success and have hit none, or another.
struct FaultOutcome: Equatable {
  /// The node that was to be hit answers still.
  var isStillThere = false
  /// Others that answered before, and are gone now.
  var gone: [Int32] = []

  private static let otherSeconds = 2.0

  /// - Parameters:
  ///   - address: Nil where the node cannot be asked, as a controller alone.
  ///   - others: Nodes that answered before.
  ///   - goneSeconds: How long the node may take until it is gone.
  static func look(
    isKill: Bool, at address: NetworkAddress?, others: [Int32: NetworkAddress],
    goneSeconds: Double
  ) -> FaultOutcome {
    var found = FaultOutcome()
    let end = EventLoop.currentTime.nanoseconds + Int64(goneSeconds * 1e9)
    if let address {
      while true {
        found.isStillThere = NodeProbe.ask(address, seconds: isKill ? 1 : 0.2) == .answers
        if !found.isStillThere || EventLoop.currentTime.nanoseconds >= end { break }
        usleep(20_000)
      }
    }
    guard isKill, !others.isEmpty else { return found }
    found.gone = NodeProbe.ask(others, seconds: otherSeconds).filter { $0.value == .isGone }
      .keys.sorted()
    return found
  }

  /// Why the fault is not the planned one; nil where it is.
  func problem(of what: String, at address: NetworkAddress?) -> String? {
    let names = gone.map { "node \($0)" }.joined(separator: ", ")
    if isStillThere, let address {
      return "\(what): the control command succeeded, but the node still answers at \(address)"
        + (gone.isEmpty ? "" : "; \(names) went away instead")
    }
    return gone.isEmpty ? nil : "\(what): \(names) went away too"
  }
}
