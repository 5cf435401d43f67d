import CommitLog
import Synchronization

/// Calls a body with every number below a count, in any order, on as many threads as it likes;
/// returns when all calls have.
public typealias RunAll = (_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Void

extension BrokerNode {
  /// With more logs to flush than these in a directory, its file system is flushed as a whole: one
  /// call instead of three a log, and one wait for the disk instead of as many.
  static let singleFlushesMax = 64

  /// Flushes and closes all logs and marks the directories clean. No processor may be used
  /// afterwards; no disk job may be under way.
  ///
  /// - Throws: The first error; the directories that could not be closed are scanned at the next
  ///   start.
  public func close(
    nowMs: Int64, runAll: RunAll = { count, body in for number in 0..<count { body(number) } }
  ) throws(LogError) {
    defer { for directory in directories.directories { directory.release() } }
    let image = currentImage
    let partitions = image.topicNames.flatMap { image.topicsByName[$0]?.partitions ?? [] }
    let closing = Closing(self, partitions, nowMs: nowMs)
    runAll(partitions.count) { closing.close($0) }
    closing.flush()
    var failures = closing.failures
    let epoch: Int64
    do {
      epoch = try controller.withLock {
        (controller: inout sending ControllerState) throws(LogError) -> Int64 in
        try controller.metadataLog.log.close(nowMs: nowMs)
        return controller.brokerEpoch
      }
    } catch {
      failures[metadataDirectory] = error
      epoch = -1
    }
    for (index, directory) in directories.directories.enumerated() {
      if let error = directory.offlineError {
        failures[index] = failures[index] ?? .offline(error)
        continue
      }
      do throws(LogError) {
        // Also where a log could not be opened or closed: those of the others are known.
        if let error = checkpoint(directory: index) { throw .io(error) }
        if failures[index] == nil { try directory.markClean(brokerEpoch: epoch) }
      } catch { failures[index] = failures[index] ?? error }
    }
    if let failure = failures.min(by: { $0.key < $1.key })?.value { throw failure }
  }
}

/// The logs that are to be closed, by number, on any thread.
private final class Closing: Sendable {
  private let node: BrokerNode
  private let partitions: [Partition]
  private let nowMs: Int64
  /// The directories whose file systems are flushed as a whole.
  private let flushedWhole: Set<Int>
  private let found = Mutex<[Int: LogError]>([:])

  init(_ node: BrokerNode, _ partitions: [Partition], nowMs: Int64) {
    self.node = node
    self.partitions = partitions
    self.nowMs = nowMs
    var counts: [Int: Int] = [:]
    for partition in partitions
    where partition.state.withLock({ $0.log?.isUnchanged == false }) {
      counts[partition.directory, default: 0] += 1
    }
    flushedWhole = Set(counts.filter { $0.value > BrokerNode.singleFlushesMax }.keys)
  }

  /// The first error of each directory.
  var failures: [Int: LogError] { found.withLock { $0 } }

  func close(_ number: Int) {
    let partition = partitions[number]
    let flushes = !flushedWhole.contains(partition.directory)
    do {
      try partition.state.withLock { (state: inout sending PartitionState) throws(LogError) in
        guard let log = state.log else {
          // It was not recovered, and is not to be taken for whole at the next start.
          if state.isDeleted || node.isOffline(partition.directory) { return }
          throw .corrupt("\(partition.name) could not be opened")
        }
        try log.close(nowMs: nowMs, flushes: flushes)
      }
    } catch {
      found.withLock { $0[partition.directory] = $0[partition.directory] ?? error }
    }
  }

  /// Flushes what was left to that.
  func flush() {
    for index in flushedWhole.sorted() {
      do {
        try node.fileSystem.syncAll(node.directories.directories[index].path)
      } catch {
        found.withLock { $0[index] = $0[index] ?? .io(error) }
        continue
      }
      for partition in partitions where partition.directory == index {
        partition.state.withLock { $0.log?.confirmFlush() }
      }
    }
  }
}

extension BrokerNode {
  /// Lets another broker take the directories, as if the process had been killed. Nothing may be
  /// asked of this one afterwards.
  public func abandon() { for directory in directories.directories { directory.release() } }
}
