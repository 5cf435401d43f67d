import Observability
import Synchronization

/// Writes why the broker closed connections, at `info`, at most ten lines in ten seconds: a peer
/// that comes again and again must not fill the disk with lines. The others are counted.
///
/// - Isolation: thread-safe.
final class ClosingLog: Sendable {
  static let linesMax = 10
  static let windowNanos: Int64 = 10_000_000_000

  private struct State {
    var windowStart = Int64.min / 2
    var lines = 0
    var suppressed = 0
  }
  private let logger: Logger
  private let state = Mutex(State())

  init(_ logger: Logger) { self.logger = logger }

  /// - Returns: When `report` is wanted: this is the first line of a window that is left out.
  func write(nowNanos: Int64, _ line: () -> String) -> Int64? {
    guard logger.isEnabled(.info) else { return nil }
    let (isWritten, before, reportAt) = state.withLock { state -> (Bool, Int, Int64?) in
      var before = 0
      if nowNanos - state.windowStart >= Self.windowNanos {
        before = state.suppressed
        state = State(windowStart: nowNanos)
      }
      state.lines += 1
      if state.lines <= Self.linesMax { return (true, before, nil) }
      state.suppressed += 1
      let reportAt = state.suppressed == 1 ? state.windowStart + Self.windowNanos : nil
      return (false, before, reportAt)
    }
    if before > 0 { writeSuppressed(before) }
    if isWritten { logger.info(line()) }
    return reportAt
  }

  /// Writes how many lines were left out.
  func report() {
    let count = state.withLock { state in
      defer { state.suppressed = 0 }
      return state.suppressed
    }
    if count > 0 { writeSuppressed(count) }
  }

  private func writeSuppressed(_ count: Int) {
    logger.info("closed \(count) more connections in ten seconds; the reasons are not written")
  }
}
