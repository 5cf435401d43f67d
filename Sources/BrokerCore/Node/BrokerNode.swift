import CommitLog
import KafkaFormat
import Synchronization

/// What the loops of one broker share: its data directories, its partitions, and the cluster's
/// metadata.
///
/// ```swift
/// let node = try BrokerNode.open(config, loopCount: 2, nowMs: now)   // recovers; waits for disks
/// try node.register(listeners: bound, nowMs: now)                     // once the ports are known
/// let processors = (0..<2).map { RequestProcessor(node: node, loop: $0) }
/// …                                                                   // serve
/// try node.close(nowMs: now)                                          // loops and pool are idle
/// ```
/// Loop 0 is the controller: it alone writes the metadata log.
public final class BrokerNode: Sendable {
  public let config: BrokerConfig
  /// How many loops share it.
  public let loopCount: Int
  let fileSystem: any FileSystem

  /// Opens the data directories, recovers every partition and replays the metadata log.
  ///
  /// Waits for the disk.
  /// - Throws: `LogError`, with a text for people: a directory that is locked, full, not writable
  ///   or of another cluster; metadata that cannot be read.
  public static func open(
    _ config: BrokerConfig, fileSystem: any FileSystem = PosixFileSystem(), loopCount: Int,
    nowMs: Int64
  ) throws(LogError) -> BrokerNode {
    BrokerNode(config: config, fileSystem: fileSystem, loopCount: loopCount)
  }

  init(config: BrokerConfig, fileSystem: any FileSystem, loopCount: Int) {
    self.config = config
    self.fileSystem = fileSystem
    self.loopCount = loopCount
  }

  /// Registers this broker in the metadata log, under the addresses that clients are to use.
  ///
  /// - Parameter listeners: Those of the configuration, with the ports that were taken.
  public func register(listeners: [BrokerListener], nowMs: Int64) throws(LogError) {}

  /// Flushes and closes all logs and marks the directories clean. No processor may be used
  /// afterwards; no disk job may be under way.
  public func close(nowMs: Int64) throws(LogError) {}
}
