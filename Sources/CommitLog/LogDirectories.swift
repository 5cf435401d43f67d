import KafkaFormat

/// All of a broker's `log.dirs`.
public struct LogDirectories: Sendable {
  public let directories: [LogDirectory]
  /// Directories whose disk failed at the start; the broker goes on with the others.
  public let failed: [(path: String, error: LogError)]

  /// Takes all directories.
  ///
  /// - Throws: `.unusableDirectory` if one is locked, or of another cluster or node, or if none
  ///   can be used at all.
  public static func open(
    _ paths: [String], fileSystem: any FileSystem = PosixFileSystem(), clusterId: String?,
    nodeId: Int32, random: RandomSource = .system
  ) throws(LogError) -> LogDirectories {
    var opened: [LogDirectory] = []
    var failed: [(path: String, error: LogError)] = []
    for path in paths {
      do {
        let cluster = clusterId ?? opened.first?.properties.clusterId
        opened.append(
          try LogDirectory.open(
            path, fileSystem: fileSystem, clusterId: cluster, nodeId: nodeId, random: random))
      } catch {
        guard case .io = error else {
          restoreCleanMarks(of: opened)
          throw error
        }
        failed.append((path, error))
      }
    }
    guard !opened.isEmpty else {
      throw failed.first?.error ?? .unusableDirectory("log.dirs names no directory")
    }
    return LogDirectories(directories: opened, failed: failed)
  }

  /// Writes the markers of a clean stop again that `open` took, for a start that fails before any
  /// log is changed: the next start, of this broker or of the one whose directories they are, need
  /// not read the logs.
  public func restoreCleanMarks() { Self.restoreCleanMarks(of: directories) }

  private static func restoreCleanMarks(of directories: [LogDirectory]) {
    for directory in directories where directory.wasClean {
      try? directory.markClean(brokerEpoch: directory.brokerEpoch)
    }
  }

  /// Every partition with the directory it is in, sorted by name.
  ///
  /// - Throws: `.unusableDirectory` if a partition is in two of them.
  public func partitions() throws(LogError) -> [(directory: LogDirectory, found: FoundPartition)] {
    var all: [(directory: LogDirectory, found: FoundPartition)] = []
    var seen: [TopicPartition: String] = [:]
    for directory in directories {
      for found in try directory.partitions() {
        if let other = seen.updateValue(found.directory, forKey: found.partition) {
          throw .unusableDirectory("\(found.partition) is in \(other) and in \(found.directory)")
        }
        all.append((directory, found))
      }
    }
    return all
  }

  /// Where a new partition goes: the directory that works and has the fewest partitions.
  ///
  /// - Returns: nil if none works.
  public func place(partitionCounts: (LogDirectory) -> Int) -> LogDirectory? {
    directories.filter { $0.offlineError == nil }
      .min { partitionCounts($0) < partitionCounts($1) }
  }
}
