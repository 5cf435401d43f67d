import KafkaClient
import Synchronization

/// What producers were told last when they had to send a batch again: the cause, where a load
/// stands still. Written by the loops, a call a failed attempt; read by the thread that watches.
final class RetryNote: Sendable {
  private let last = Mutex<(error: ClientError, nanos: Int64)?>(nil)

  func note(_ error: ClientError, nowNanos now: Int64) { last.withLock { $0 = (error, now) } }

  /// The last one; nil where there was none since `nanos`.
  func error(sinceNanos nanos: Int64) -> ClientError? {
    last.withLock { found in found.flatMap { $0.nanos >= nanos ? $0.error : nil } }
  }
}
