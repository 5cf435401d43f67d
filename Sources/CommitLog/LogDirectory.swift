import Glibc
import KafkaFormat
import Synchronization

/// One of a broker's `log.dirs`: its lock, whose it is, and what was in it at the last stop.
///
/// ```
/// .lock  meta.properties  .kafka_cleanshutdown
/// recovery-point-offset-checkpoint  replication-offset-checkpoint  log-start-offset-checkpoint
/// <topic>-<partition>/…    <topic>-<partition>.<unique>-delete/…
/// ```
/// Safe to use from any thread.
public final class LogDirectory: Sendable {
  public let path: String
  public let fileSystem: any FileSystem
  public let properties: MetaProperties
  /// Whether the last stop was a clean one.
  public let wasClean: Bool
  /// The epoch of the broker that stopped cleanly; -1 if unknown.
  public let brokerEpoch: Int64
  /// As they were at the last stop.
  public let recoveryPoints: [TopicPartition: Int64]
  public let logStartOffsets: [TopicPartition: Int64]
  public let highWatermarks: [TopicPartition: Int64]

  /// Held while the checkpoint files are written, by threads that may wait for the disk.
  let checkpointing = Mutex(())
  /// The partitions that the checkpoint files have lines for, or may have once they are written.
  let checkpointed: Mutex<Set<TopicPartition>>
  /// Of ids and of names that are to be unique.
  let random: RandomSource
  /// nil once it was released.
  private let lockFile: Mutex<LogFile?>
  private let failure = Mutex<FileError?>(nil)
  /// Whether `failure` is set: a load for each request, where the reason is not asked for.
  private let hasFailed = Atomic<Bool>(false)

  /// Takes the directory; makes it, and says whose it is, if it is new.
  ///
  /// - Parameters:
  ///   - clusterId: nil takes the one in there, or a random one for a new directory.
  /// - Throws: `.unusableDirectory` with a text for people: locked, of another cluster or node,
  ///   not writable, full.
  public static func open(
    _ path: String, fileSystem: any FileSystem, clusterId: String?, nodeId: Int32,
    random: RandomSource = .system
  ) throws(LogError) -> LogDirectory {
    do {
      try makeDurably(path, fileSystem)
      let lockFile = try fileSystem.open(path + "/.lock", .create)
      try lockFile.lock()
      return try LogDirectory(
        path, fileSystem: fileSystem, lockFile: lockFile, clusterId: clusterId, nodeId: nodeId,
        random: random)
    } catch let error as FileError {
      throw explanation(of: error, path: path)
    } catch let error as LogError {
      throw error
    } catch {
      throw .unusableDirectory("\(error)")
    }
  }

  /// Makes the directory, so that a power cut does not take it with all that is flushed in it.
  private static func makeDurably(_ path: String, _ fileSystem: any FileSystem) throws(FileError) {
    var parents: [String] = []
    var place = path
    while !fileSystem.isDirectory(place), place != fileSystem.parent(of: place) {
      place = fileSystem.parent(of: place)
      parents.append(place)
    }
    try fileSystem.createDirectory(path)
    for parent in parents {
      do { try fileSystem.syncDirectory(parent) } catch {
        // A directory that may be entered and not be read cannot be synced.
        if error.code != EACCES { throw error }
      }
    }
  }

  /// Another broker, in this process or another, holds the directory's lock.
  public static func isHeld(_ path: String) -> Bool {
    let lock = path + "/.lock"
    let fileSystem = PosixFileSystem()
    guard (try? fileSystem.size(of: lock)) ?? nil != nil,
      let file = try? fileSystem.open(lock, .create)
    else {
      return false
    }
    do { try file.lock() } catch { return true }
    return false
  }

  private init(
    _ path: String, fileSystem: any FileSystem, lockFile: LogFile, clusterId: String?,
    nodeId: Int32, random: RandomSource
  ) throws {
    self.path = path
    self.random = random
    self.fileSystem = fileSystem
    self.lockFile = Mutex(lockFile)
    let propertiesPath = path + "/" + MetaProperties.name
    if let bytes = try fileSystem.contents(of: propertiesPath) {
      let found = try MetaProperties(bytes)
      if let clusterId, found.clusterId != clusterId {
        throw LogError.unusableDirectory(
          "\(path) belongs to cluster \(found.clusterId), not to \(clusterId)")
      }
      if found.nodeId != nodeId {
        throw LogError.unusableDirectory("\(path) belongs to node \(found.nodeId), not \(nodeId)")
      }
      properties = found
    } else {
      properties = MetaProperties(
        clusterId: clusterId ?? random.uuid().description, nodeId: nodeId,
        directoryId: random.uuid())
      try fileSystem.replace(propertiesPath, with: properties.encoded())
    }
    func offsets(_ kind: OffsetCheckpoint) throws(FileError) -> [TopicPartition: Int64] {
      let bytes = try fileSystem.contents(of: path + "/" + kind.rawValue)
      return bytes.flatMap { OffsetCheckpoint.decode($0) } ?? [:]
    }
    recoveryPoints = try offsets(.recoveryPoint)
    logStartOffsets = try offsets(.logStartOffset)
    highWatermarks = try offsets(.highWatermark)
    checkpointed = Mutex(
      Set(recoveryPoints.keys).union(logStartOffsets.keys).union(highWatermarks.keys))
    // Last, so that a directory that cannot be read keeps its marker.
    let marker = path + "/" + CleanShutdownMarker.name
    if let bytes = try fileSystem.contents(of: marker) {
      wasClean = true
      brokerEpoch = CleanShutdownMarker.brokerEpoch(in: bytes)
      try fileSystem.remove(marker)
      try fileSystem.syncDirectory(path)
    } else {
      wasClean = false
      brokerEpoch = -1
    }
  }

  private static func explanation(of error: FileError, path: String) -> LogError {
    switch (error.operation, error.code) {
    case (.lock, EAGAIN), (.lock, EACCES):
      .unusableDirectory(
        "\(path) is locked: another broker uses it (\(path)/.lock)")
    case (_, EROFS), (_, EACCES), (_, EPERM):
      .unusableDirectory("\(path) cannot be written: \(error)")
    case (_, ENOSPC), (_, EDQUOT): .unusableDirectory("\(path) is full: \(error)")
    case (_, ENOTDIR), (.createDirectory, EEXIST):
      .unusableDirectory("\(path) is no directory")
    case (_, EIO): .io(error)
    default: .unusableDirectory("\(path) cannot be used: \(error)")
    }
  }

  // MARK: Health

  /// Why the directory is offline; nil while it works.
  public var offlineError: FileError? { failure.withLock { $0 } }

  public var isOffline: Bool { hasFailed.load(ordering: .relaxed) }

  /// Takes it offline, for an I/O error of one of its logs. The first reason is kept.
  ///
  /// - Returns: Whether it was online until now.
  @discardableResult
  public func goOffline(_ error: FileError) -> Bool {
    failure.withLock { failure in
      guard failure == nil else { return false }
      failure = error
      hasFailed.store(true, ordering: .relaxed)
      return true
    }
  }

  // MARK: The end

  /// Lets another broker take the directory. Nothing may be written in it afterwards.
  public func release() { lockFile.withLock { $0 = nil } }

  /// Says that the stop was a clean one. All logs must have been closed before, without error.
  public func markClean(brokerEpoch: Int64 = -1) throws(LogError) {
    if let offlineError { throw .offline(offlineError) }
    do {
      try fileSystem.replace(
        path + "/" + CleanShutdownMarker.name,
        with: CleanShutdownMarker.encoded(brokerEpoch: brokerEpoch))
    } catch { throw LogError(error) }
  }
}
