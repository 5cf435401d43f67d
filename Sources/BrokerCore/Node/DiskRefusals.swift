import CommitLog
import Synchronization

/// The directories that take no writes at present (full ones, mostly), so that the log tells of
/// each in a few lines and not in one a request.
///
/// - Isolation: any loop.
final class DiskRefusals: Sendable {
  /// How often a directory that still takes nothing is told of.
  private static let tellNanos: Int64 = 10_000_000_000
  /// A write that succeeds is believed once none was refused for so long: a small batch may find
  /// room where a large one does not.
  private static let quietNanos: Int64 = 1_000_000_000

  private struct Refusals {
    var sinceNanos: Int64
    var toldNanos: Int64
    var lastNanos: Int64
    var count = 1
  }
  private let byDirectory = Mutex<[Int: Refusals]>([:])
  /// How many directories are in it: a load for each append, where all is well.
  private let directoryCount = Atomic<Int>(0)

  /// - Returns: How many requests were refused so far, if that is to be told now.
  func refuse(_ directory: Int, nanos: Int64) -> Int? {
    byDirectory.withLock { all in
      guard var known = all[directory] else {
        all[directory] = Refusals(sinceNanos: nanos, toldNanos: nanos, lastNanos: nanos)
        directoryCount.store(all.count, ordering: .relaxed)
        return 1
      }
      known.count += 1
      known.lastNanos = max(known.lastNanos, nanos)
      let isDue = nanos - known.toldNanos >= Self.tellNanos
      if isDue { known.toldNanos = nanos }
      all[directory] = known
      return isDue ? known.count : nil
    }
  }

  /// - Returns: For how long none of so many requests could be served, where that is over now.
  func accept(_ directory: Int, nanos: Int64) -> (seconds: Int64, count: Int)? {
    guard directoryCount.load(ordering: .relaxed) > 0 else { return nil }
    return byDirectory.withLock { all in
      guard let known = all[directory], nanos - known.lastNanos >= Self.quietNanos else {
        return nil
      }
      all[directory] = nil
      directoryCount.store(all.count, ordering: .relaxed)
      return ((nanos - known.sinceNanos) / 1_000_000_000, known.count)
    }
  }
}

extension RequestProcessor {
  /// A partition's log did not take a batch.
  func refused(_ error: LogError, by partition: Partition) {
    switch error {
    case .io, .offline, .outOfSpace: break
    default: return log(.warning, "\(partition.name): \(error)")
    }
    guard let count = node.refusals.refuse(partition.directory, nanos: nanos) else { return }
    let total = count == 1 ? "" : "; \(count) requests were refused so far"
    log(.warning, "\(path(of: partition)) takes no writes: \(partition.name): \(error)\(total)")
  }

  /// A partition's log took a batch.
  func accepted(by partition: Partition) {
    guard let over = node.refusals.accept(partition.directory, nanos: nanos) else { return }
    log(
      .info,
      "\(path(of: partition)) takes writes again after \(over.seconds) s;"
        + " \(over.count) requests were refused")
  }

  private func path(of partition: Partition) -> String {
    let all = node.directories.directories
    return all.indices.contains(partition.directory) ? all[partition.directory].path : "a disk"
  }
}
