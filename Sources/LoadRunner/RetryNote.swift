import KafkaClient
import KafkaFormat
import LoadModel
import Synchronization

/// The errors for which clients sent again, and how often: the cause, where a load stands still.
/// Written by the loops, a call a failed attempt; read by the thread that watches.
final class RetryNote: Sendable {
  /// Attempts that failed alike, with no record acknowledged between them.
  private struct Streak {
    var cause: String
    var sinceNanos: Int64
    var untilNanos: Int64
    var count: Int64
    var acknowledged: Int64
  }

  private struct State {
    var last: (error: ClientError, nanos: Int64)?
    var counts: [String: Int64] = [:]
    var streak: Streak?
  }

  private let state = Mutex(State())

  /// How long every produce request may fail for one reason: nothing that the client does will
  /// help; a full disk may get room again. A leader election, or the restart of a node, may take
  /// longer.
  static let patienceNanos: Int64 = 10_000_000_000
  static let electionPatienceNanos: Int64 = 60_000_000_000

  /// A batch is to be sent again.
  ///
  /// - Parameter acknowledged: Records acknowledged until now.
  func note(_ error: ClientError, nowNanos now: Int64, acknowledged: Int64) {
    state.withLock { state in
      state.last = (error, now)
      state.counts[error.shortName, default: 0] += 1
      let cause = Self.isElection(error) ? "" : error.shortName
      if var streak = state.streak, streak.cause == cause, streak.acknowledged == acknowledged {
        streak.untilNanos = now
        streak.count += 1
        state.streak = streak
      } else {
        state.streak = Streak(
          cause: cause, sinceNanos: now, untilNanos: now, count: 1, acknowledged: acknowledged)
      }
    }
  }

  /// A fetch, or a question for an offset, is to be sent again.
  func noteFetch(_ error: ClientError) {
    state.withLock { $0.counts["FETCH_\(error.shortName)", default: 0] += 1 }
  }

  /// The last error for which a batch was sent again, with its count; nil where there was none
  /// since `nanos`.
  func error(sinceNanos nanos: Int64) -> (error: ClientError, count: Int64)? {
    state.withLock { state in
      guard let last = state.last, last.nanos >= nanos else { return nil }
      return (last.error, state.counts[last.error.shortName] ?? 1)
    }
  }

  /// `132 × NOT_ENOUGH_REPLICAS`: the last one; nil where nothing was sent again.
  var lastText: String? {
    error(sinceNanos: .min).map { "\($0.count) × \($0.error.shortName)" }
  }

  /// All of them, by name.
  var counts: [ErrorCount] {
    state.withLock { $0.counts }.sorted { $0.key < $1.key }.map {
      ErrorCount(name: $0.key, count: $0.value)
    }
  }

  /// Why it is no use to send on: every produce request failed for one reason, for longer than it
  /// may; nil where that is not so.
  ///
  /// - Parameter acknowledged: Records acknowledged until now.
  func exhausted(acknowledged: Int64) -> String? {
    state.withLock { state in
      guard let streak = state.streak, let last = state.last,
        streak.acknowledged == acknowledged
      else { return nil }
      let isElection = streak.cause.isEmpty
      let limit = isElection ? Self.electionPatienceNanos : Self.patienceNanos
      let lasted = streak.untilNanos - streak.sinceNanos
      guard lasted >= limit else { return nil }
      let cause = last.error.code == .kafkaStorageError ? "the broker cannot store anything: " : ""
      return cause + "every produce request failed for \(lasted / 1_000_000_000) s,"
        + " \(streak.count) times, the last one with \(last.error)"
    }
  }

  /// A partition's leader may be changing, or a node starting again.
  private static func isElection(_ error: ClientError) -> Bool {
    switch error {
    case .disconnected, .timedOut: return true
    case .broker(let code, _):
      return [
        .leaderNotAvailable, .notLeaderOrFollower, .fencedLeaderEpoch, .unknownLeaderEpoch,
        .requestTimedOut, .replicaNotAvailable, .brokerNotAvailable,
      ].contains(code)
    default: return false
    }
  }
}
