import CommitLog
import KafkaFormat
import KafkaMessages

/// Answers the requests of one event loop. A state machine: no sockets, no threads, no clock.
///
/// The caller's contract:
/// 1. `handle` each frame; act on the outcome.
/// 2. After every call, `takeActions()` and carry them out.
/// 3. Run disk jobs on the disk pool and give each completion to `complete` on this loop.
/// 4. Give wakes from other loops to `wake`.
/// 5. Call `tick` at `nextDeadlineNanos`, or sooner.
/// 6. Say `connectionClosed` when one is gone.
///
/// - Isolation: one loop's thread.
public final class RequestProcessor {
  public let node: BrokerNode
  public let loop: Int
  private var actions: [Action] = []

  public init(node: BrokerNode, loop: Int) {
    self.node = node
    self.loop = loop
  }

  /// Handles one request.
  ///
  /// - Parameters:
  ///   - frame: The whole request without the four bytes of its size. Batches are patched in it.
  ///   - connection: Names the connection; unique within the process.
  ///   - clientAddress: Without port.
  ///   - nowMs: Milliseconds since the Unix epoch.
  ///   - nowNanos: The monotonic clock.
  public func handle(
    frame: inout MutableSpan<UInt8>, connection: UInt64, clientAddress: String, nowMs: Int64,
    nowNanos: Int64
  ) -> Outcome {
    .close("not served")
  }

  public var hasActions: Bool { !actions.isEmpty }

  /// Hands out what is to be done, in order.
  public func takeActions() -> [Action] {
    let taken = actions
    actions = []
    return taken
  }

  /// A disk job of this loop is done.
  public func complete(_ completion: DiskCompletion, nowMs: Int64, nowNanos: Int64) {}

  /// Another loop has something for this one.
  public func wake(_ wake: Wake, nowMs: Int64, nowNanos: Int64) {}

  /// Time has passed.
  public func tick(nowMs: Int64, nowNanos: Int64) {}

  /// When `tick` is wanted at the latest, on the monotonic clock.
  public var nextDeadlineNanos: Int64 { Int64.max }

  /// Forgets what the connection waits for.
  public func connectionClosed(_ connection: UInt64) {}
}
