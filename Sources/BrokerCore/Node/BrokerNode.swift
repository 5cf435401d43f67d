import CommitLog
import KafkaFormat
import KafkaMessages
import Observability
import Synchronization

/// What the loops of one broker share: its data directories, its partitions, and the cluster's
/// metadata.
///
/// ```swift
/// let node = try BrokerNode.open(config, loopCount: 2, nowMs: now)   // recovers; waits for disks
/// try node.register(listeners: bound, hostName: name, nowMs: now)     // once the ports are known
/// let processors = (0..<2).map { RequestProcessor(node: node, loop: $0) }
/// …                                                                   // serve
/// try node.close(nowMs: now)                                          // loops and pool are idle
/// ```
/// Loop 0 is the controller: it alone writes the metadata log.
///
/// Invariant: no lock is held while another is taken, so that no order among them is needed; save
/// that of a fetch session, under which those of its partitions are.
public final class BrokerNode: Sendable {
  public let config: BrokerConfig
  /// How many loops share it.
  public let loopCount: Int
  public let clusterId: String
  let fileSystem: any FileSystem
  let random: RandomSource
  let directories: LogDirectories

  private let image: Mutex<MetadataImage>
  private let imageVersion: Atomic<Int>
  let controller: Mutex<ControllerState>
  private let notices: Mutex<[BrokerNotice]>
  let fetchSessions: Mutex<FetchSessionCache>
  /// Directories that take no writes at present.
  let refusals = DiskRefusals()
  /// Partitions whose logs have something due before the next regular round.
  private let due = Mutex(PartitionList())

  init(
    config: BrokerConfig, fileSystem: any FileSystem, random: RandomSource, loopCount: Int,
    directories: LogDirectories,
    image: MetadataImage, controller: consuming sending ControllerState,
    notices: [BrokerNotice]
  ) {
    self.config = config
    self.fileSystem = fileSystem
    self.random = random
    self.loopCount = max(1, loopCount)
    self.directories = directories
    self.clusterId = directories.directories[0].properties.clusterId
    self.image = Mutex(image)
    self.imageVersion = Atomic(image.version)
    self.controller = Mutex(controller)
    self.notices = Mutex(notices)
    fetchSessions = Mutex(FetchSessionCache(slotsMax: config.fetchSessionSlots, random: random))
  }

  // MARK: The image

  /// The version of the newest image: cheap, so that it can be asked for each request.
  var currentImageVersion: Int { imageVersion.load(ordering: .acquiring) }

  var currentImage: MetadataImage { image.withLock { $0 } }

  /// Replaces the image. Only the controller does so.
  func publish(_ new: MetadataImage) {
    image.withLock { image in
      precondition(
        new.version == image.version + 1,
        "image \(new.version) of the metadata would replace \(image.version)")
      image = new
    }
    imageVersion.store(new.version, ordering: .releasing)
  }

  // MARK: Directories

  /// Stands for a directory that failed at the start: its partitions wait for its return.
  static let absentDirectory = -1

  func isOffline(_ directory: Int) -> Bool {
    directory == Self.absentDirectory || directories.directories[directory].isOffline
  }

  /// Takes a directory offline for good: its disk failed.
  ///
  /// - Returns: Whether it was online until now.
  func takeOffline(_ directory: Int, _ error: FileError) -> Bool {
    directories.directories[directory].goOffline(error)
  }

  // MARK: Maintenance

  func noteDue(_ partition: Partition) {
    due.withLock { $0.add(partition) }
  }

  func takeDue() -> [Partition] {
    due.withLock { due in
      if due.all.isEmpty { return [] }
      defer { due = PartitionList() }
      return due.all
    }
  }

  // MARK: For the server

  func addNotices(_ new: [BrokerNotice]) { notices.withLock { $0 += new } }

  /// What the start found that somebody should know of; handed out once.
  public func takeNotices() -> [BrokerNotice] {
    notices.withLock { notices in
      let taken = notices
      notices = []
      return taken
    }
  }
}

/// A line for the log, of the start.
public struct BrokerNotice: Sendable, Equatable {
  public var level: LogLevel
  public var text: String
}

extension BrokerNotice {
  /// What a log lost, or may have, when it was opened.
  init(_ repair: LogRepair) {
    self.init(level: repair.isLoss ? .error : .warning, text: "\(repair)")
  }
}
